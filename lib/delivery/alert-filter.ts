import type { Alert, AlertSummary } from '../sekoia/alert';
import { part, text } from '../util/json';
import { matchesPattern } from './pattern';

/**
 * Which alerts a trigger lets through. In each list a name or uuid matches exactly, `*` stands for any
 * text, one match is enough, and an empty list lets all through.
 */
export interface AlertCriteria {
  rules: readonly string[];
  /** 0 to 100, both ends included. */
  urgencyMin: number;
  urgencyMax: number;
  /** Also custom statuses: their label, uuid, or stage (`open`, `in_progress`, `closed`) in any spelling. */
  statuses: readonly string[];
  entities: readonly string[];
  /** Alerts name their community by uuid only. */
  communities: readonly string[];
  /** A category, a value, or `category/value`. */
  alertTypes: readonly string[];
}

/** Everything: the criteria of a trigger on which nothing was set. */
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
 * Whether an alert has a custom status of which only the uuid is known. The contract does not say that the list fills
 * in the rest; a single read does.
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

/** An alert whose urgency is not known passes: a filter may let one too many through, never lose one. */
function inRange(urgency: number | null, { urgencyMin, urgencyMax }: AlertCriteria): boolean {
  return urgency === null || (urgency >= urgencyMin && urgency <= urgencyMax);
}

function passes(patterns: readonly string[], values: readonly (string | null)[]): boolean {
  // A lone `*` asks for anything, also for nothing at all.
  if (patterns.length === 0 || patterns.includes('*')) return true;
  // Spaces around a name cannot be seen, so they do not count; a node's lists are trimmed, too.
  return values.some(
    (value) => value !== null && patterns.some((pattern) => matchesPattern(value.trim(), pattern)),
  );
}
