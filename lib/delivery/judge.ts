import { type Alert, type AlertSummary, summarize } from '../sekoia/alert';
import type { RestClient } from '../sekoia/rest-client';
import { type AlertCriteria, lacksCustomStatus, matchesCriteria } from './alert-filter';
import { asRaised, mayHaveChanged } from './raised-state';

/**
 * Whether an alert passes the filters in the state in which it was raised. The status and the urgency can
 * change while an alert waits, for example when an analyst acknowledges it. If only these two keep the alert
 * out, its history is read, with one more request.
 * @throws SekoiaError when the history cannot be read; the signal's reason
 */
export async function passesFilters(
  alert: Alert,
  summary: AlertSummary,
  criteria: AlertCriteria,
  client: Pick<RestClient, 'addresses' | 'getAlert'>,
  signal: AbortSignal,
): Promise<boolean> {
  if (matchesCriteria(alert, summary, criteria)) return true;
  const lasting = { ...criteria, statuses: [], urgencyMin: 0, urgencyMax: 100 };
  if (!matchesCriteria(alert, summary, lasting)) return false;
  if (!mayHaveChanged(alert) && !lacksCustomStatus(alert)) return false;
  const raised = asRaised(await client.getAlert(alert.uuid, { include: ['history'], signal }));
  return matchesCriteria(raised, summarize(raised, client.addresses), criteria);
}
