import { requiredTypedValue, validatorsOf } from '../../../lib/editor/property-checks';

export const validators = validatorsOf({
  alerts: requiredTypedValue('alertsType', {
    emptyMessage: 'sekoia-alert-delivered.alerts.none',
    // Any text may name alerts once a message fills it.
    checkText: () => true,
  }),
});
