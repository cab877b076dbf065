import type { Named, RecordedError, RunAlert, RunStatus, RunSummary } from './run-record';
import type { Secrets } from './secrets';

/** What a trigger tells the history when a run begins. */
export interface RunStarting {
  readonly id: string;
  readonly trigger: Named;
  readonly flow: Named;
  readonly alert: RunAlert;
  readonly attempt: number;
  readonly source: RunSummary['source'];
  /**
   * `confirmed`: the flow says when the alert is delivered, so something unseen may send it.
   * Default: `end`.
   */
  readonly deliveredWhen?: 'end' | 'confirmed' | undefined;
  /** As it is in the flow; its name may be empty. */
  readonly triggerNode: { readonly id: string; readonly type: string; readonly name?: string | undefined };
}

/** What a trigger tells the history when a run ends. */
export interface RunSettled {
  readonly status: Exclude<RunStatus, 'running'>;
  readonly error?: RecordedError | undefined;
}

export const MAX_NAME_LENGTH = 200;
const MAX_TITLE_LENGTH = 500;
const MAX_URL_LENGTH = 2_000;
const MAX_ERROR_LENGTH = 2_000;

/** A run that begins, redacted. */
export function summaryOf(run: RunStarting, startedMs: number, secrets: Secrets): RunSummary {
  const { id, trigger, flow, alert, attempt, source } = run;
  const { uuid, shortId, title, urgency, url } = alert;
  return {
    id,
    trigger: { id: trigger.id, name: secrets.redact(trigger.name, MAX_NAME_LENGTH) },
    flow: { id: flow.id, name: secrets.redact(flow.name, MAX_NAME_LENGTH) },
    alert: {
      uuid,
      shortId,
      title: title === null ? null : secrets.redact(title, MAX_TITLE_LENGTH),
      urgency,
      url: url === null ? null : secrets.redact(url, MAX_URL_LENGTH),
    },
    attempt,
    source,
    status: 'running',
    startedAt: new Date(startedMs).toISOString(),
    durationMs: null,
    error: null,
  };
}

/** An error, redacted. */
export function redactError({ message, code, nodeId }: RecordedError, secrets: Secrets): RecordedError {
  return {
    message: secrets.redact(message, MAX_ERROR_LENGTH),
    ...(code === undefined ? {} : { code: secrets.redact(code, MAX_NAME_LENGTH) }),
    ...(nodeId === undefined ? {} : { nodeId }),
  };
}
