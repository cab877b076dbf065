import type { Alert, AlertSummary } from '../sekoia/alert';
import { part, text } from '../util/json';
import { matchesPattern } from './pattern';

/**
 * Which alerts pass the filters of a trigger. In each list, a name or UUID must match exactly, and `*` stands
 * for any text. One match is enough. An empty list lets all alerts pass.
 */
export interface AlertCriteria {
  rules: readonly string[];
  /** 0 to 100, inclusive. */
  urgencyMin: number;
  urgencyMax: number;
  /** Also custom statuses: their label, uuid, or stage (`open`, `in_progress`, `closed`) in any spelling. */
  statuses: readonly string[];
  entities: readonly string[];
  /** Alerts identify their community only by UUID. */
  communities: readonly string[];
  /** A category, a value, or `category/value`. */
  alertTypes: readonly string[];
}

/** Lets everything pass: the criteria of a trigger without filters. */
export const ANY_ALERT: AlertCriteria = {
  rules: [],
  urgencyMin: 0,
  urgencyMax: 100,
  statuses: [],
  entities: [],
  communities: [],
  alertTypes: [],
};

export function matchesCriteria(alert: Alert, summary: AlertSummary, criteria: AlertCriteria): boolean {
  const custom = part(alert.custom_status);
  const { rule, status, entity, alert_type: type } = summary;
  return (
    inRange(summary.urgency, criteria) &&
    passes(criteria.rules, [rule.name, rule.uuid]) &&
    (passes(criteria.statuses, [
      status.name,
      status.uuid,
      text(custom.label),
      text(alert.custom_status_uuid),
    ]) ||
      passesStage(criteria.statuses, text(custom.stage))) &&
    passes(criteria.entities, [entity.name, entity.uuid]) &&
    passes(criteria.communities, [summary.community_uuid]) &&
    passes(criteria.alertTypes, [type.category, type.value, `${type.category ?? ''}/${type.value ?? ''}`])
  );
}

/**
 * Whether only the UUID of a custom status is known. The API contract does not promise that the list contains
 * the rest. A single read does.
 */
export function lacksCustomStatus(alert: Alert): boolean {
  return text(alert.custom_status_uuid) !== null && text(part(alert.custom_status).label) === null;
}

/** The API writes `in_progress`, and the web application `In progress`. */
function passesStage(patterns: readonly string[], stage: string | null): boolean {
  return stage !== null && passes(patterns.map(asStage), [asStage(stage)]);
}

function asStage(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
}

/** An alert with an unknown urgency passes: a filter may let too many alerts pass, but must not lose one. */
function inRange(urgency: number | null, { urgencyMin, urgencyMax }: AlertCriteria): boolean {
  return urgency === null || (urgency >= urgencyMin && urgency <= urgencyMax);
}

function passes(patterns: readonly string[], values: readonly (string | null)[]): boolean {
  // A single `*` matches everything, even a missing value.
  if (patterns.length === 0 || patterns.includes('*')) return true;
  // Users cannot see spaces around a name, so they do not count. The lists of a node are trimmed, too.
  return values.some(
    (value) => value !== null && patterns.some((pattern) => matchesPattern(value.trim(), pattern)),
  );
}
