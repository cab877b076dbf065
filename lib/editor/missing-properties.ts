import type { EditorNode } from './editor-node';

/**
 * Shows the default of each property that the node lacks because an earlier version of the package saved it. Node-RED
 * leaves such an input empty, or a box unchecked, and would save that.
 */
export function showDefaultsOfMissing(node: EditorNode): void {
  const prefix = node._def.category === 'config' ? 'node-config-input-' : 'node-input-';
  for (const [name, { value, type }] of Object.entries(node._def.defaults)) {
    if (node[name] !== undefined || type !== undefined) continue;
    const input = $(`#${prefix}${name}`);
    if (typeof value === 'boolean') input.prop('checked', value);
    else if (typeof value === 'string' || typeof value === 'number') input.val(value);
  }
}
