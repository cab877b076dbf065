import type { EditorNode } from '../../../lib/editor/editor-node';
import { isEnvironmentVariable } from '../../../lib/editor/environment';
import { isNumberWithin } from '../../../lib/editor/number-field';
import { CHOICES, type ChoiceName } from './delivery-choices';
import { LIMITS, type NumberName } from './limits';

/** Each gives `true` or why not, in words that hold nothing a user typed: Node-RED writes them as HTML. */

export function validateNumber(node: EditorNode, value: unknown, name: NumberName): true | string {
  if (isNumberWithin(value, LIMITS[name])) return true;
  return node._('sekoia-alert-created.error.number', {
    field: node._(`sekoia-alert-created.label.${name}`),
    min: LIMITS[name].min,
    max: LIMITS[name].max,
  });
}

export function validateChoice(node: EditorNode, value: unknown, name: ChoiceName): true | string {
  // A node of an older version may not have the property: the runtime then uses its default.
  if (value === undefined || CHOICES[name].some((choice) => choice === value)) return true;
  if (typeof value === 'string' && isEnvironmentVariable(value)) return true;
  return node._('sekoia-alert-created.error.choice', {
    field: node._(`sekoia-alert-created.label.${name}`),
  });
}

export function validateUrgency(
  node: EditorNode,
  value: unknown,
  name: 'urgencyMin' | 'urgencyMax',
): true | string {
  if (!isNumberWithin(value, LIMITS[name])) return node._('sekoia-alert-created.error.urgency');
  const other = currentValue(node, name === 'urgencyMin' ? 'urgencyMax' : 'urgencyMin');
  const [min, max] = name === 'urgencyMin' ? [value, other] : [other, value];
  // An environment variable is no number yet: nothing is greater than it.
  return !(Number(min) > Number(max)) || node._('sekoia-alert-created.error.urgency-order');
}

/** In the form while it is open: another node may be validated then, too. */
function currentValue(node: EditorNode, name: string): unknown {
  const [innermost] = RED.editor.getEditStack().slice(-1);
  return (innermost === node ? $(`#node-input-${name}`).val() : undefined) ?? node[name];
}
