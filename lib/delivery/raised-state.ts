import type { Alert } from '../sekoia/alert';
import { epochSeconds, isRecord, number, part, text } from '../util/json';

/**
 * Whether an alert may have changed since it was raised: its `updated_at` is later than its `created_at`, or
 * unknown. Merging another occurrence also changes `updated_at`.
 */
export function mayHaveChanged(alert: Alert): boolean {
  const createdAt = epochSeconds(alert.created_at);
  const updatedAt = epochSeconds(alert.updated_at);
  return createdAt === null || updatedAt === null || updatedAt > createdAt;
}

/**
 * An alert with the status and urgency with which it was raised, as far as its history shows. In the history
 * (`GET /v1/sic/alerts/{uuid}?history=true`) each change names the value before it: `alert.previous_status`,
 * `urgency.previous_value`.
 */
export function asRaised(alert: Alert): Alert {
  const history = Array.isArray(alert.history) ? alert.history.filter(isRecord) : [];
  const oldestFirst = history.toSorted((one, other) => timeOf(one) - timeOf(other));
  return { ...alert, ...raisedStatus(oldestFirst), ...raisedUrgency(alert, oldestFirst) };
}

function timeOf(item: Record<string, unknown>): number {
  return epochSeconds(item.created_at) ?? 0;
}

/** The history contains the name of a legacy or custom status, but not the stage of the previous status. */
function raisedStatus(history: readonly Record<string, unknown>[]): Partial<Alert> {
  for (const item of history) {
    const { previous_status: before, status, stage } = part(item.alert);
    const name = text(before) ?? text(status);
    if (name === null) continue;
    const custom = text(before) === null && text(stage) !== null ? { label: name, stage } : null;
    return { status: { name }, custom_status: custom, custom_status_uuid: null };
  }
  return {};
}

function raisedUrgency(alert: Alert, history: readonly Record<string, unknown>[]): Partial<Alert> {
  for (const item of history) {
    const change = part(item.urgency);
    const value = number(change.previous_value) ?? number(change.value);
    if (value !== null) return { urgency: { ...part(alert.urgency), current_value: value } };
  }
  return {};
}
