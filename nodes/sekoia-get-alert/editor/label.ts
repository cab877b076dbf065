import type { EditorNode } from '../../../lib/editor/editor-node';
import { includesOf } from './include';

/** The label of the node on the canvas: its name, or else `Get Alert · comments, cases`. */
export function label(node: EditorNode): string {
  if (typeof node.name === 'string' && node.name !== '') return node.name;
  const action = node._('sekoia-get-alert.label.node');
  const parts = includesOf(node).map((part) => node._(`sekoia-get-alert.short.${part}`));
  return parts.length === 0 ? action : `${action} · ${parts.join(', ')}`;
}
