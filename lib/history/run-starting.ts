import type { RunStarting } from './interface';
import type { RunSummary } from './run-record';

const MAX_NAME_LENGTH = 200;
const MAX_TITLE_LENGTH = 500;
const MAX_URL_LENGTH = 2_000;

/**
 * What is known of a run as it begins.
 * @param texts takes secrets out of a text and cuts it
 */
export function summaryOf(
  { id, trigger, flow, alert, attempt, source }: RunStarting,
  startedMs: number,
  texts: { text(text: string, maxLength: number): string },
): RunSummary {
  const { uuid, shortId, title, urgency, url } = alert;
  return {
    id,
    trigger: { id: trigger.id, name: texts.text(trigger.name, MAX_NAME_LENGTH) },
    flow: { id: flow.id, name: texts.text(flow.name, MAX_NAME_LENGTH) },
    alert: {
      uuid,
      shortId,
      title: title === null ? null : texts.text(title, MAX_TITLE_LENGTH),
      urgency,
      url: url === null ? null : texts.text(url, MAX_URL_LENGTH),
    },
    attempt,
    source,
    status: 'running',
    startedAt: new Date(startedMs).toISOString(),
    durationMs: null,
    error: null,
  };
}
