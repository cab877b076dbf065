import type { AlertItem } from '../alerts/alert';

/** Of an alert that has none, the platform's description knows no null for these: they are left out. */
const LEFT_OUT = ['custom_status_uuid', 'verdict_uuid', 'assignee'] as const;

/** An alert as the REST API shows it, with its custom status and verdict or without. */
export function presentItem(item: AlertItem, withCustomStatus: boolean): Partial<AlertItem> {
  const shown: Partial<AlertItem> = { ...item };
  for (const field of LEFT_OUT) if (shown[field] === null) delete shown[field];
  if (withCustomStatus) return shown;
  const { custom_status, verdict, ...rest } = shown;
  return rest;
}
