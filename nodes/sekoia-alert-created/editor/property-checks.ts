import { usableConfig } from '../../../lib/editor/config-validation';
import type { EditorNode } from '../../../lib/editor/editor-node';
import { type PropertyCheck, numberWithin, oneOf, validatorsOf } from '../../../lib/editor/property-checks';
import { CHOICES } from './delivery-choices';
import { NUMBERS } from './numbers';

const NUMBER = 'sekoia-alert-created.error.number';
const CHOICE = 'sekoia-alert-created.error.choice';
const URGENCY = 'sekoia-alert-created.error.urgency';

export const validators = validatorsOf({
  config: usableConfig,
  urgencyMin: endOfUrgency(numberWithin(NUMBERS.urgencyMin, URGENCY)),
  urgencyMax: endOfUrgency(numberWithin(NUMBERS.urgencyMax, URGENCY)),
  startAgoHours: numberWithin(NUMBERS.startAgoHours, NUMBER),
  reconcileMinutes: numberWithin(NUMBERS.reconcileMinutes, NUMBER),
  deliveredWhen: oneOf(CHOICES.deliveredWhen, CHOICE),
  maxInFlight: numberWithin(NUMBERS.maxInFlight, NUMBER),
  retries: numberWithin(NUMBERS.retries, NUMBER),
  runTimeoutSeconds: numberWithin(NUMBERS.runTimeoutSeconds, NUMBER),
  afterTimeout: oneOf(CHOICES.afterTimeout, CHOICE),
});

/** One end of the urgency range: a valid number, with the lower end not above the upper end. */
function endOfUrgency(checkNumber: PropertyCheck): PropertyCheck {
  return (value, property) => {
    const checked = checkNumber(value, property);
    if (checked !== true) return checked;
    const { node, name } = property;
    const [min, max] = ['urgencyMin', 'urgencyMax'].map((end) =>
      Number(end === name ? value : currentValue(node, end)),
    ) as [number, number];
    // An environment variable is not a number yet, so nothing is greater than it.
    return !(min > max) || node._('sekoia-alert-created.error.urgency-order');
  };
}

/** The value in the form while the form is open: Node-RED may validate another node at that time, too. */
function currentValue(node: EditorNode, name: string): unknown {
  const [innermost] = RED.editor.getEditStack().slice(-1);
  return (innermost === node ? $(`#node-input-${name}`).val() : undefined) ?? node[name];
}
