/** Adds the sidebar tab. Called once, when the editor loads the plugin. */
export function addSidebar(plugin: { _(key: string): string }): void {
  RED.sidebar.addTab({
    id: 'sekoia-runs',
    label: plugin._('sidebar.label'),
    name: plugin._('sidebar.name'),
    iconClass: 'fa fa-history',
    content: document.createElement('div'),
  });
}
