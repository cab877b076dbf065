import { usableConfig } from '../../../lib/editor/config-validation';
import {
  type PropertyCheck,
  requiredTypedValue,
  typedValue,
  validatorsOf,
} from '../../../lib/editor/property-checks';
import { isAlertId } from '../../../lib/sekoia/alert';

/** The id of an alert. A text with placeholders becomes one only when a message fills it. */
const alertId: PropertyCheck = (value, { node }) => {
  const text = String(value);
  return text.includes('{{') || isAlertId(text) || node._('sekoia-get-alert.alert.notAnId');
};

export const validators = validatorsOf({
  config: usableConfig,
  alert: requiredTypedValue('alertType', {
    emptyMessage: 'sekoia-get-alert.alert.none',
    checkText: alertId,
  }),
  output: typedValue('outputType'),
});
