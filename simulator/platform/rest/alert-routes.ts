import type { AlertDetails } from '../alerts/alert';
import { parseAlertQuery } from '../alerts/alert-query';
import type { AlertReading } from '../alerts/alert-reading';
import { API_KEY } from '../alerts/tenants';
import { parseAlertPatch } from './alert-patch';
import { flag, parseInteger } from './paging';
import { presentItem } from './present';
import { readAlert, type Call, type Route } from './route';

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

/** What `limit` does to a count is not published: here counting ends there. */
function countAlerts({ desk, query }: Call): unknown {
  const limit = query.get('limit');
  const filters = new URLSearchParams([...query].filter(([name]) => name !== 'limit'));
  const parsed = parseAlertQuery(filters, desk.now(), (id) => desk.store.readable(id));
  const { total } = desk.store.list({ ...parsed, limit: 1 });
  const most = limit === null ? Infinity : parseInteger('limit', limit);
  return { total: Math.min(total, most), has_more: total > most };
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

/** Answers with the whole alert, as the published action for it expects. */
function patchAlert(call: Call): unknown {
  const { record, item } = readAlert(call);
  const { fields, comment } = parseAlertPatch(call.json(), item, API_KEY);
  if (Object.keys(fields).length > 0) call.desk.change(record.uuid, fields, API_KEY);
  if (comment !== undefined) call.desk.addComment(record.uuid, comment, API_KEY);
  return presentAlert(readAlert(call), ['comments', 'countermeasures', 'history'], true);
}

function presentAlert(reading: AlertReading, parts: Part[], withCustomStatus: boolean): unknown {
  return {
    ...presentItem(reading.item, withCustomStatus),
    similarity_strategy: reading.record.fields.similarity_strategy ?? null,
    ...Object.fromEntries(parts.map((part) => [part, reading[part]])),
  };
}

const ONE = /^\/v1\/sic\/alerts\/([^/]+)$/;

export const ALERT_ROUTES: Route[] = [
  { method: 'GET', path: /^\/v1\/sic\/alerts$/, permissions: ['View alerts'], answer: listAlerts },
  { method: 'GET', path: /^\/v1\/sic\/alerts\/count$/, permissions: ['View alerts'], answer: countAlerts },
  { method: 'GET', path: ONE, permissions: ['View alerts'], answer: getAlert },
  { method: 'PATCH', path: ONE, permissions: ['Manage alerts'], answer: patchAlert },
];
