import type { EditorNode } from '../../../lib/editor/editor-node';

/** Types whose value is a path that says enough in a few words. */
const PATHS: readonly unknown[] = ['msg', 'flow', 'global'];

/** What stands on the node: its name, or what it does: `Alert Delivered`, `Alert Delivered · msg.alerts`. */
export function label(node: EditorNode): string {
  const { name, alerts, alertsType = 'msg' } = node as Partial<Record<string, string>>;
  if (name !== undefined && name !== '') return name;
  const action = node._('sekoia-alert-delivered.label.node');
  if (alerts === undefined || !PATHS.includes(alertsType)) return action;
  // A property of a context store is saved as `#:(store)::property`.
  const source = `${alertsType}.${alerts.replace(/^#:\(.*?\)::/, '')}`;
  return source === 'msg.sekoia.alert.uuid' ? action : `${action} · ${source}`;
}
