import type { AlertItem } from '../alerts/alert';

/** Of an alert that has none, the platform's description knows no null for these: they are left out. */
const LEFT_OUT_WHEN_NULL: ReadonlySet<string> = new Set(['custom_status_uuid', 'verdict_uuid', 'assignee']);

const CUSTOM: ReadonlySet<string> = new Set(['custom_status', 'verdict']);

/** An alert as the REST API shows it, with its custom status and verdict or without. */
export function presentItem(item: AlertItem, withCustomStatus: boolean): Partial<AlertItem> {
  const shown = Object.entries(item).filter(
    ([field, value]) =>
      !(value === null && LEFT_OUT_WHEN_NULL.has(field)) && (withCustomStatus || !CUSTOM.has(field)),
  );
  return Object.fromEntries(shown);
}
