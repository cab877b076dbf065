import type { EditorNode } from '../../../lib/editor/editor-node';
import { typeOf, validateTyped } from '../../../lib/editor/typed-property';
import { isAlertId } from '../../../lib/sekoia/alert';

/** @returns true, or what is wrong with the property `alert` */
export function validateAlert(node: EditorNode, value: unknown, options: object): true | string {
  // A flow file may leave it out: the runtime then has its default.
  if (value === undefined) return true;
  const alert = typeof value === 'string' ? value.trim() : '';
  if (alert === '') return node._('sekoia-get-alert.alert.none');
  if (typeOf(node, 'alertType') !== 'str') return validateTyped(node, alert, 'alertType', options);
  // A text with placeholders is an alert only once a message fills it.
  return alert.includes('{{') || isAlertId(alert) || node._('sekoia-get-alert.alert.notAnId');
}
