import type { EditorNode } from './editor-node';

/**
 * The type of a typed value: as chosen in the node's form if the form is open, else as saved.
 * @param typeProperty the property that holds the type, such as `outputType`
 */
export function typeOf(node: EditorNode, typeProperty: string): string {
  const isOpen = RED.editor.getEditStack().includes(node);
  const type: unknown = isOpen ? $(`#node-input-${typeProperty}`).val() : node[typeProperty];
  return typeof type === 'string' && type !== '' ? type : 'msg';
}
