import { ApiError } from '../rest/api-error';

/** Both ends included. */
export interface Range {
  from: number;
  to: number;
}

const UNIT_MS: Record<string, number> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * `start,end`, each ISO 8601, a plain date, `now`, relative to now (`-3d`) or empty, in epoch milliseconds.
 * A time without an offset is taken for UTC.
 * @throws ApiError 400
 */
export function dateRange(parameter: string, value: string, nowMs: number): Range {
  const [start, end] = sides(parameter, value);
  return {
    from: start === '' ? -Infinity : parseTime(parameter, start, nowMs),
    to: end === '' ? Infinity : parseTime(parameter, end, nowMs),
  };
}

/** @throws ApiError 400 */
export function numberRange(parameter: string, value: string): Range {
  const [start, end] = sides(parameter, value);
  const from = start === '' ? -Infinity : Number(start);
  const to = end === '' ? Infinity : Number(end);
  if (Number.isNaN(from) || Number.isNaN(to)) throw new ApiError(400, `${parameter} must be two numbers`);
  return { from, to };
}

function sides(parameter: string, value: string): [string, string] {
  const [start, end, ...more] = value.split(',').map((side) => side.trim());
  if (start === undefined || end === undefined || more.length > 0) {
    throw new ApiError(400, `${parameter} must be "start,end"`);
  }
  return [start, end];
}

function parseTime(parameter: string, text: string, nowMs: number): number {
  if (text === 'now') return nowMs;
  const [, sign, amount, unit = ''] = /^([+-])(\d+)([smhdw])$/.exec(text) ?? [];
  if (amount !== undefined) return nowMs + Number(`${sign ?? ''}${amount}`) * (UNIT_MS[unit] ?? 0);

  const iso = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/.exec(text);
  const time = iso ? Date.parse(`${iso[1] ?? ''}T${iso[2] ?? '00:00'}${iso[3] ?? 'Z'}`) : NaN;
  if (Number.isNaN(time)) throw new ApiError(400, `${parameter} holds a time that cannot be read: ${text}`);
  return time;
}
