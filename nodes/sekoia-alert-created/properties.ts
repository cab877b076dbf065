import type { AlertCriteria } from '../../lib/delivery/alert-filter';
import type { AfterTimeout } from '../../lib/delivery/retry-policy';
import { readList, readNumber } from '../../lib/node-red/settings';

/** The properties of the node in a flow file, where any may be missing or of another type. */
export interface AlertCreatedProperties {
  config: string;
  rules?: unknown;
  urgencyMin?: unknown;
  urgencyMax?: unknown;
  statuses?: unknown;
  entities?: unknown;
  communities?: unknown;
  alertTypes?: unknown;
  startFrom?: unknown;
  startAgoHours?: unknown;
  reconcileMinutes?: unknown;
  delivery?: unknown;
  deliveredWhen?: unknown;
  afterTimeout?: unknown;
  maxInFlight?: unknown;
  retries?: unknown;
  runTimeoutSeconds?: unknown;
  failOnHttpError?: unknown;
  store?: unknown;
}

export interface AlertCreatedSettings {
  criteria: AlertCriteria;
  startAgoSeconds: number;
  reconcileMs: number;
  atMostOnce: boolean;
  deliveredWhen: 'end' | 'confirmed';
  afterTimeout: AfterTimeout;
  maxInFlight: number;
  retries: number;
  runTimeoutMs: number;
  failOnHttpError: boolean;
  store: string;
}

const HOURS_PER_YEAR = 24 * 365;
const MINUTES_PER_DAY = 24 * 60;
const SECONDS_PER_DAY = 24 * 3600;

export function readSettings(properties: AlertCreatedProperties): AlertCreatedSettings {
  const { startFrom, store } = properties;
  const hours = readNumber(properties.startAgoHours, { min: 0, max: HOURS_PER_YEAR, fallback: 24 });
  const minutes = readNumber(properties.reconcileMinutes, {
    min: 1 / 60,
    max: MINUTES_PER_DAY,
    fallback: 5,
  });
  const seconds = readNumber(properties.runTimeoutSeconds, { min: 1, max: SECONDS_PER_DAY, fallback: 300 });
  const atMostOnce = properties.delivery === 'at-most-once';
  return {
    criteria: {
      rules: readList(properties.rules),
      urgencyMin: readNumber(properties.urgencyMin, { min: 0, max: 100, fallback: 0 }),
      urgencyMax: readNumber(properties.urgencyMax, { min: 0, max: 100, fallback: 100 }),
      statuses: readList(properties.statuses),
      entities: readList(properties.entities),
      communities: readList(properties.communities),
      alertTypes: readList(properties.alertTypes),
    },
    startAgoSeconds: startFrom === 'ago' ? Math.round(hours * 3600) : 0,
    reconcileMs: Math.round(minutes * 60_000),
    atMostOnce,
    // With at most once, an alert is delivered when it is sent: the form offers no other choice.
    deliveredWhen: properties.deliveredWhen === 'confirmed' && !atMostOnce ? 'confirmed' : 'end',
    afterTimeout: properties.afterTimeout === 'set-aside' ? 'set-aside' : 'retry',
    maxInFlight: Math.round(readNumber(properties.maxInFlight, { min: 1, max: 1000, fallback: 10 })),
    retries: Math.round(readNumber(properties.retries, { min: 0, max: 100, fallback: 3 })),
    runTimeoutMs: Math.round(seconds * 1000),
    failOnHttpError: properties.failOnHttpError !== false && properties.failOnHttpError !== 'false',
    store: typeof store === 'string' ? store.trim() : '',
  };
}
