import { isAlertId } from './alert';
import { isRecord } from '../util/json';
import { SekoiaError } from './errors';

/** More than a tool accepts in one request. */
const MAX_ALERTS = 10_000;
/** So many of the longest uuids as a text. */
const MAX_CHARACTERS = 1_000_000;

/** The alerts that a value names. */
export interface NamedAlerts {
  /** Each once, in the order in which they come. */
  readonly uuids: readonly string[];
  /** Number of entries that name no alert. */
  readonly unreadable: number;
}

/**
 * The uuids in a value of a flow: one, or a list of them. An entry may also be a message of Alert Created, its
 * payload, or an alert as Get Alert reads it. A text may hold several, separated by commas, semicolons or white
 * space.
 * @param source what the flow's author calls the value, for the error
 * @throws SekoiaError SEKOIA_BAD_INPUT when it is nothing of the kind, or too long
 */
export function readAlertUuids(value: unknown, source: string): NamedAlerts {
  try {
    return alertsIn(value, source);
  } catch (error) {
    if (error instanceof SekoiaError) throw error;
    // A getter or a proxy in the flow may throw anything.
    throw new SekoiaError('SEKOIA_BAD_INPUT', `"${source}" cannot be read`, { cause: error });
  }
}

function alertsIn(value: unknown, source: string): NamedAlerts {
  const entries = entriesOf(value);
  if (entries === undefined || entries.length > MAX_ALERTS)
    throw new SekoiaError(
      'SEKOIA_BAD_INPUT',
      `"${source}" names more than ${MAX_ALERTS} alerts: confirm them in smaller batches`,
    );
  const uuids = new Set<string>();
  let unreadable = 0;
  for (const entry of entries) {
    const uuid = uuidOf(entry);
    if (uuid === undefined) unreadable += 1;
    else uuids.add(uuid);
  }
  if (uuids.size === 0 && !isEmptyList(value))
    throw new SekoiaError(
      'SEKOIA_BAD_INPUT',
      `"${source}" names no alert: set "Alerts" to the UUID of an alert, or to a list of UUIDs`,
    );
  return { uuids: [...uuids], unreadable };
}

/** Undefined: it is too long. */
function entriesOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value as unknown[];
  if (typeof value !== 'string') return [value];
  return value.length > MAX_CHARACTERS ? undefined : value.split(/[\s,;]+/).filter((part) => part !== '');
}

/** An empty batch is not an error. */
function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function uuidOf(entry: unknown): string | undefined {
  const named = isRecord(entry) ? namedBy(entry) : entry;
  const uuid = typeof named === 'string' ? named.trim() : '';
  return isAlertId(uuid) ? uuid : undefined;
}

function namedBy({ alert_uuid: alertUuid, uuid, sekoia }: Record<string, unknown>): unknown {
  const alert = isRecord(sekoia) && isRecord(sekoia.alert) ? sekoia.alert.uuid : undefined;
  return alert ?? alertUuid ?? uuid;
}
