import { type Addresses, alertPage } from './addresses';
import { epochSeconds, isRecord, number, part, text } from '../util/json';

/**
 * An alert as `GET /v1/sic/alerts/<id>` returns it. The platform adds and retires fields, and most may be
 * null, so only what this package reads is named, and everything is read through the functions below.
 */
export interface Alert {
  uuid: string;
  [field: string]: unknown;
}

/** Parts of an alert that are left out unless asked for, since they make it many times larger. */
export const ALERT_INCLUDES = ['stix', 'comments', 'history', 'countermeasures', 'cases'] as const;
export type AlertInclude = (typeof ALERT_INCLUDES)[number];

/** The `msg.payload` of Alert Created: always the same shape, with null for missing values. */
export interface AlertSummary {
  event_type: 'alert-created';
  alert_uuid: string;
  short_id: string | null;
  title: string | null;
  status: { name: string | null; uuid: string | null };
  /** Epoch seconds. */
  created_at: number | null;
  /** 0 to 100. */
  urgency: number | null;
  entity: { name: string | null; uuid: string | null };
  alert_type: { category: string | null; value: string | null };
  rule: { name: string | null; uuid: string | null; severity: number | null };
  /** ISO 8601, UTC. */
  first_seen_at: string | null;
  last_seen_at: string | null;
  community_uuid: string | null;
  /** The alert's page in the web application of the right region. */
  url: string | null;
}

/** Whether a text can be an alert's uuid or short id: nothing that could reach another path of the API. */
export function isAlertId(value: string): boolean {
  return /^[A-Za-z0-9-]{1,64}$/.test(value);
}

export function isAlert(value: unknown): value is Alert {
  return isRecord(value) && typeof value.uuid === 'string' && isAlertId(value.uuid);
}

export function summarize(alert: Alert, addresses: Addresses): AlertSummary {
  const status = part(alert.status);
  const entity = part(alert.entity);
  const type = part(alert.alert_type);
  const rule = part(alert.rule);
  const urgency = part(alert.urgency);
  const shortId = text(alert.short_id);
  return {
    event_type: 'alert-created',
    alert_uuid: alert.uuid,
    short_id: shortId,
    title: text(alert.title),
    status: { name: text(status.name), uuid: text(status.uuid) },
    created_at: epochSeconds(alert.created_at),
    urgency: number(urgency.current_value) ?? number(urgency.value),
    entity: { name: text(entity.name), uuid: text(entity.uuid) },
    alert_type: { category: text(type.category), value: text(type.value) },
    rule: { name: text(rule.name), uuid: text(rule.uuid), severity: number(rule.severity) },
    first_seen_at: text(alert.first_seen_at),
    last_seen_at: text(alert.last_seen_at),
    community_uuid: text(alert.community_uuid),
    url: shortId !== null && isAlertId(shortId) ? alertPage(addresses, shortId) : null,
  };
}
