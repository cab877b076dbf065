import type { EditorNode } from './editor-node';

/**
 * The check of the value of a typed input, for its `validate`. Unlike RED.validators.typedInput it does not take
 * the type from the form of another node of the same kind that happens to be open.
 * @param typeProperty the property that holds the type, e.g. `outputType`
 * @returns true, or what is wrong with the value
 */
export function validateTyped(
  node: EditorNode,
  value: unknown,
  typeProperty: string,
  options: object,
): true | string {
  // A flow file may leave it out: the runtime then has its default.
  if (value === undefined) return true;
  return RED.utils.validateTypedProperty(value, typeOf(node, typeProperty), options);
}

/** The type that is chosen in the node's form if it is open, else the saved one. */
export function typeOf(node: EditorNode, typeProperty: string): string {
  const isOpen = RED.editor.getEditStack().includes(node);
  const type: unknown = isOpen ? $(`#node-input-${typeProperty}`).val() : node[typeProperty];
  return typeof type === 'string' && type !== '' ? type : 'msg';
}
