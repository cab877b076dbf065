import type { EditorNode } from '../../../lib/editor/editor-node';
import { checkTemplate } from '../../../lib/template';

/** @returns true, or the first thing that is wrong with the property `template`, and where */
export function validateTemplate(node: EditorNode, value: unknown): true | string {
  const [first] = checkTemplate(typeof value === 'string' ? value : '');
  if (first === undefined) return true;
  const { line, column, reason } = first;
  return `${node._('sekoia-template.check.place', { line, column })}: ${reason}`;
}
