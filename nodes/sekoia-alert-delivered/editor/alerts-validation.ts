import type { EditorNode } from '../../../lib/editor/editor-node';
import { typeOf, validateTyped } from '../../../lib/editor/typed-property';

/** @returns true, or what is wrong with the property `alerts` */
export function validateAlerts(node: EditorNode, value: unknown, options: object): true | string {
  // A flow file may leave it out: the runtime then has its default.
  if (value === undefined) return true;
  const alerts = typeof value === 'string' ? value.trim() : '';
  if (alerts === '') return node._('sekoia-alert-delivered.alerts.none');
  return typeOf(node, 'alertsType') === 'str' || validateTyped(node, alerts, 'alertsType', options);
}
