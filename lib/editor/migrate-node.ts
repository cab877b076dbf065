import { migrate, type MigrationStep } from '../migration/migrate';
import type { EditorNode } from './editor-node';

/**
 * Migrates a node that is being edited to the newest version of its configuration. This updates the node and the
 * form's inputs, so call it first in `oneditprepare`. The node counts as changed only if the migration changed it. It
 * stays changed when the user cancels the form, because the runtime migrates it at each start anyway.
 */
export function migrateEditedNode(node: EditorNode, steps: readonly MigrationStep[]): void {
  const before = propertiesOf(node);
  const { config, changed, warning } = migrate(before, steps);
  if (warning !== undefined) RED.notify(node._(`${node.type}.configVersion.newer`), 'warning');
  if (!changed) return;
  const prefix = node._def.category === 'config' ? 'node-config-input-' : 'node-input-';
  for (const name of Object.keys(node._def.defaults)) {
    node[name] = config[name];
    setInput($(`#${prefix}${name}`), config[name]);
  }
  node.changed = true;
  node.dirty = true;
  RED.nodes.dirty(true);
}

/** The properties in `defaults`. The editor knows and saves no others. */
function propertiesOf(node: EditorNode): Record<string, unknown> {
  const names = Object.keys(node._def.defaults).filter((name) => node[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, node[name]]));
}

function setInput(input: JQuery, value: unknown): void {
  if (input.attr('type') === 'checkbox') input.prop('checked', value === true);
  else input.val(value === undefined || value === null ? '' : (value as string));
}
