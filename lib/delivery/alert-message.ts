import { randomUUID } from 'node:crypto';

import type { AlertSummary } from '../sekoia/alert';
import { cloneJson } from '../util/plain-copy';
import type { AlertSource } from './ledger-record';

/** What a trigger emits for one alert: the message of the Alert Created node. */
export interface AlertMessage {
  /** Unique, so that nodes that group by topic keep alerts apart. */
  topic: `alert:created:${string}`;
  payload: AlertSummary;
  sekoia: {
    run: { id: string; attempt: number; source: AlertSource };
    /** `uuid` is the idempotency key: a receiver that knows it already has this alert. */
    alert: { uuid: string; short_id: string | null; url: string | null };
    /** The outputs of the Sekoia blocks of the flow, by number, as in a Sekoia playbook. */
    node: Record<number, unknown>;
  };
}

export function alertTopic(uuid: string): AlertMessage['topic'] {
  return `alert:created:${uuid}`;
}

export function alertMessage(summary: AlertSummary, source: AlertSource, attempt: number): AlertMessage {
  return {
    topic: alertTopic(summary.alert_uuid),
    payload: summary,
    sekoia: {
      run: { id: randomUUID(), attempt, source },
      alert: { uuid: summary.alert_uuid, short_id: summary.short_id, url: summary.url },
      // A copy: flows change msg.payload, but block 0 must keep the output of the trigger.
      node: { 0: cloneJson(summary) },
    },
  };
}
