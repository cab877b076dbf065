import type { AlertDetails, AlertFields } from '../alerts/alert';
import { parseAlertQuery, parseBoolean } from '../alerts/alert-query';
import type { AlertReading } from '../alerts/alert-reading';
import { API_KEY } from '../alerts/tenants';
import { ApiError } from './api-error';
import { presentItem } from './present';
import { readAlert, type Call, type Route } from './route';

function flag(query: URLSearchParams, name: string, otherwise: boolean): boolean {
  const value = query.get(name);
  return value === null ? otherwise : parseBoolean(name, value);
}

function listAlerts({ desk, query }: Call): unknown {
  const parsed = parseAlertQuery(query, desk.now(), (id) => desk.store.readable(id));
  const { total, readings } = desk.store.list(parsed);
  const stix = flag(query, 'stix', false);
  const cases = flag(query, 'cases', false);
  return {
    items: readings.map((reading) => ({
      ...presentItem(reading.item, desk.listsCustomStatus),
      ...(stix && { stix: reading.stix }),
      ...(cases && { cases: reading.cases }),
    })),
    // What `with_count=false` leaves out is not published: here it is the total.
    ...(flag(query, 'with_count', true) && { total }),
    has_more: parsed.offset + readings.length < total,
  };
}

type Part = Exclude<keyof AlertDetails, 'similarity_strategy'> | 'stix';

/** What is not asked for is left out; `stix` is an empty object. The defaults are the documented ones. */
function getAlert(call: Call): unknown {
  const parts: [Part, boolean][] = [
    ['stix', false],
    ['comments', true],
    ['countermeasures', true],
    ['history', true],
    ['cases', false],
  ];
  const wanted = parts.filter(([part, otherwise]) => flag(call.query, part, otherwise));
  return presentAlert(
    readAlert(call),
    wanted.map(([part]) => part),
    flag(call.query, 'custom_status', false),
  );
}

function presentAlert(reading: AlertReading, parts: Part[], withCustomStatus: boolean): unknown {
  return {
    ...presentItem(reading.item, withCustomStatus),
    similarity_strategy: reading.record.fields.similarity_strategy ?? null,
    ...Object.fromEntries(parts.map((part) => [part, reading[part]])),
  };
}

const PATCHABLE = ['title', 'details', 'kill_chain_short_id', 'alert_type_category', 'alert_type_value'];

/** The fields of Sekoia's own `Patch Alert` action (github.com/SEKOIA-IO/automation-library). */
function patchAlert(call: Call): unknown {
  const { record } = readAlert(call);
  const body = call.json();
  for (const field of PATCHABLE) {
    if (body[field] !== undefined && typeof body[field] !== 'string') {
      throw new ApiError(400, `${field} must be a string`);
    }
  }
  const { urgency } = body;
  if (
    urgency !== undefined &&
    !(Number.isInteger(urgency) && Number(urgency) >= 0 && Number(urgency) <= 100)
  ) {
    throw new ApiError(400, 'urgency must be a whole number from 0 to 100');
  }
  const text = (field: string) => body[field] as string | undefined;
  const patch: AlertFields = {
    ...withoutUndefined({
      title: text('title'),
      details: text('details'),
      kill_chain_short_id: text('kill_chain_short_id'),
    }),
    ...(urgency !== undefined && { urgency: { current_value: Number(urgency) } }),
    ...(('alert_type_category' in body || 'alert_type_value' in body) && {
      alert_type: { category: text('alert_type_category'), value: text('alert_type_value') },
    }),
  };
  if (Object.keys(patch).length === 0) throw new ApiError(400, 'There is nothing to change');
  return presentAlert(
    call.desk.change(record.uuid, patch, API_KEY),
    ['comments', 'countermeasures', 'history'],
    true,
  );
}

function withoutUndefined<T extends object>(object: T): Partial<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Partial<T>;
}

export const ALERT_ROUTES: Route[] = [
  { method: 'GET', path: /^\/v1\/sic\/alerts$/, permission: 'SIC_READ_ALERTS', answer: listAlerts },
  { method: 'GET', path: /^\/v1\/sic\/alerts\/([^/]+)$/, permission: 'SIC_READ_ALERTS', answer: getAlert },
  // The permission for this one is not published.
  {
    method: 'PATCH',
    path: /^\/v1\/sic\/alerts\/([^/]+)$/,
    permission: 'SIC_WRITE_ALERTS',
    answer: patchAlert,
  },
];
