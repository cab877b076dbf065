import type { AlertOfTrigger, RunDetails, RunHistory, RunPage, RunQuery } from '../history';
import type { DeployedTrigger, TriggerRegistry } from '../triggers/registry';
import { TriggerNotReadyError } from '../triggers/trigger-not-ready';
import { ApiError, badRequest } from './api-error';

/** The number of alerts that are rerun, or would be. */
export interface AlertCount {
  alerts: number;
}

/** @throws ApiError 400 */
export function listRuns(history: RunHistory, query: RunQuery): RunPage {
  try {
    return history.list(query);
  } catch (error) {
    if (error instanceof RangeError) throw badRequest('before must be the value of next from another page');
    throw error;
  }
}

/** @throws ApiError 404 */
export async function readRun(history: RunHistory, id: string): Promise<RunDetails> {
  const run = await history.get(id);
  if (run !== undefined) return run;
  throw new ApiError(404, 'unknown-run', 'The history has no run with this ID');
}

/**
 * Reruns the alert of a run.
 * @throws ApiError 404, 409
 */
export async function rerun(history: RunHistory, triggers: TriggerRegistry, id: string): Promise<AlertCount> {
  const { trigger, alert, status } = await readRun(history, id);
  const deployed = triggers.get(trigger.id);
  if (deployed === undefined)
    throw new ApiError(409, 'trigger-gone', 'The trigger of this run is no longer deployed');
  if (status === 'running' || !sendAgain(deployed, alert.uuid))
    throw new ApiError(409, 'on-its-way', 'The alert is already being sent or queued');
  return { alerts: 1 };
}

/** How many alerts `rerunFailed` would rerun. */
export function countFailed(
  history: RunHistory,
  triggers: TriggerRegistry,
  filter: Pick<RunQuery, 'trigger' | 'alert'>,
): AlertCount {
  return { alerts: failedAlerts(history, triggers, filter).length };
}

/** Reruns each alert whose last run failed, once. */
export function rerunFailed(
  history: RunHistory,
  triggers: TriggerRegistry,
  filter: Pick<RunQuery, 'trigger' | 'alert'>,
): AlertCount {
  const sent = failedAlerts(history, triggers, filter).filter(({ triggerId, alertUuid }) =>
    triggers.get(triggerId)?.life.rerun(alertUuid),
  );
  return { alerts: sent.length };
}

/**
 * From the history and, without a search text, also dead letters that are no longer in the history or were
 * never readable. Only for triggers that can send, and only alerts that are not on their way.
 */
function failedAlerts(
  history: RunHistory,
  triggers: TriggerRegistry,
  filter: Pick<RunQuery, 'trigger' | 'alert'>,
): AlertOfTrigger[] {
  const failed = [
    ...history.failed(filter),
    ...(filter.alert === undefined ? deadLetters(triggers, filter) : []),
  ];
  const once = new Map(failed.map((one) => [JSON.stringify([one.triggerId, one.alertUuid]), one]));
  return [...once.values()].filter(({ triggerId, alertUuid }) => {
    const life = triggers.get(triggerId)?.life;
    return life?.canSend === true && !life.isOnItsWay(alertUuid);
  });
}

function deadLetters(triggers: TriggerRegistry, { trigger }: Pick<RunQuery, 'trigger'>): AlertOfTrigger[] {
  return triggers.all
    .filter(({ life }) => trigger === undefined || life.id === trigger)
    .flatMap(({ life }) => life.deadLetters().map((alertUuid) => ({ triggerId: life.id, alertUuid })));
}

function sendAgain({ life }: DeployedTrigger, uuid: string): boolean {
  try {
    return life.rerun(uuid);
  } catch (error) {
    if (error instanceof TriggerNotReadyError) throw notReady(error);
    throw error;
  }
}

export function notReady({ reason, message }: TriggerNotReadyError): ApiError {
  return new ApiError(409, `trigger-${reason}`, message);
}
