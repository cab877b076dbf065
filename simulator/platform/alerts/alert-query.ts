import { ApiError } from '../rest/api-error';
import { MATCHABLE, NOT_MATCHABLE } from './alert-fields';
import type { AlertReading } from './alert-reading';
import { dateRange, numberRange, type Range } from './ranges';

export type Filter = (alert: AlertReading) => boolean;

/** `GET /v1/sic/alerts`, understood. */
export interface AlertQuery {
  /** Epoch milliseconds, both ends included. */
  createdAt: Range;
  /** When given, no other alert can be in the answer: uuids and short ids. */
  ids?: string[] | undefined;
  filters: Filter[];
  /** Undefined for the order of creation. */
  sort: ((alert: AlertReading) => number | string) | undefined;
  direction: 'asc' | 'desc';
  offset: number;
  limit: number;
}

const SORTS: Record<string, AlertQuery['sort']> = {
  created_at: undefined,
  updated_at: ({ record }) => record.updatedAtMs,
  target: ({ item }) => item.target ?? '',
  urgency: ({ item }) => item.urgency.current_value,
  status: ({ item }) => item.status.name,
};

const MAX_LIMIT = 100;

/**
 * The parameters that Sekoia's own `List Alerts` action sends (github.com/SEKOIA-IO/automation-library,
 * action_list_alerts.json) and the documentation of filtering describes. Others are ignored.
 * @param nowMs what `now` and `-3d` start from
 * @param find the alert of a uuid or short id, for `similar_to`
 * @throws ApiError 400
 */
export function parseAlertQuery(
  query: URLSearchParams,
  nowMs: number,
  find: (id: string) => AlertReading | undefined,
): AlertQuery {
  const filters: Filter[] = [];
  const ids: string[] = [];
  const everything: Range = { from: -Infinity, to: Infinity };
  let createdAt = everything;

  for (const [parameter, value] of query) {
    const [, kind, field = ''] = /^(match|nomatch|date|range)\[(\w+)\]$/.exec(parameter) ?? [
      parameter,
      parameter,
    ];
    if (kind === 'match' && Object.hasOwn(MATCHABLE, field)) {
      const values = splitValues(value);
      if (field === 'uuid' || field === 'short_id') ids.push(...values);
      filters.push(matches(field, values));
    } else if (kind === 'nomatch' && NOT_MATCHABLE.has(field)) {
      const matching = matches(field, splitValues(value));
      filters.push((alert) => !matching(alert));
    } else if (kind === 'date' && field === 'created_at') {
      createdAt = dateRange(parameter, value, nowMs);
    } else if (kind === 'date' && field === 'updated_at') {
      const { from, to } = dateRange(parameter, value, nowMs);
      filters.push(({ record }) => record.updatedAtMs >= from && record.updatedAtMs <= to);
    } else if (kind === 'range' && field === 'urgency') {
      const { from, to } = numberRange(parameter, value);
      filters.push(({ item }) => item.urgency.current_value >= from && item.urgency.current_value <= to);
    } else if (kind === 'range' && field === 'similar') {
      const { from, to } = numberRange(parameter, value);
      filters.push(({ item }) => item.similar >= from && item.similar <= to);
    } else if (kind === 'similar_to') {
      filters.push(similarTo(find(value)));
    } else if (kind === 'is_assigned_to_case') {
      const wanted = parseBoolean(parameter, value);
      filters.push(({ cases }) => cases.length > 0 === wanted);
    } else if (kind === 'visible') {
      // What makes an alert invisible is not published: here every alert is visible.
      const wanted = parseBoolean(parameter, value);
      filters.push(() => wanted);
    }
  }

  const sortName = query.get('sort') ?? 'created_at';
  if (!Object.hasOwn(SORTS, sortName)) throw new ApiError(400, `Invalid sort: ${sortName}`);
  // The default order is not documented. A tenant of 116,000 alerts was seen to answer with the oldest first.
  const direction = query.get('direction') ?? 'asc';
  if (direction !== 'asc' && direction !== 'desc') throw new ApiError(400, `Invalid direction: ${direction}`);

  return {
    createdAt,
    ids: ids.length > 0 ? ids : undefined,
    filters,
    sort: SORTS[sortName],
    direction,
    ...parsePaging(query),
  };
}

/** @throws ApiError 400 for a limit that is not 1 to 100 (default 20), or a negative offset */
export function parsePaging(query: URLSearchParams): { limit: number; offset: number } {
  const limit = parseInteger('limit', query.get('limit') ?? '20');
  if (limit < 1 || limit > MAX_LIMIT) throw new ApiError(400, `limit must be between 1 and ${MAX_LIMIT}`);
  return { limit, offset: parseInteger('offset', query.get('offset') ?? '0') };
}

/**
 * Sekoia's own Python clients send `True` and `False`.
 * @throws ApiError 400
 */
export function parseBoolean(parameter: string, value: string): boolean {
  if (/^(true|1)$/i.test(value)) return true;
  if (/^(false|0)$/i.test(value)) return false;
  throw new ApiError(400, `${parameter} must be true or false`);
}

function parseInteger(parameter: string, value: string): number {
  if (!/^\d+$/.test(value)) throw new ApiError(400, `${parameter} must be a whole number`);
  return Number(value);
}

/** How the platform compares alerts is not published: here they are similar when rule and entity are the same. */
function similarTo(other: AlertReading | undefined): Filter {
  if (!other) return () => false;
  const { rule, entity } = other.item;
  return ({ record, item }) =>
    record !== other.record && item.rule.uuid === rule.uuid && item.entity?.uuid === entity?.uuid;
}

/** A comma means "or": a value that holds one cannot be matched. */
function splitValues(value: string): string[] {
  return value.split(',').filter((part) => part !== '');
}

function matches(field: string, values: string[]): Filter {
  const read = MATCHABLE[field];
  const wanted = new Set(values);
  return (alert) => {
    const found = read?.(alert) ?? null;
    if (found === null) return false;
    return typeof found === 'string' ? wanted.has(found) : found.some((value) => wanted.has(value));
  };
}
