/** Reads values from untrusted JSON: null, other types, missing fields. Nothing here throws. */

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function part(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

export function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

export function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

const ISO_TIME = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(Z|[+-]\d\d:?\d\d)?$/i;

/** From here on, a number is not a time in seconds, or it is in the year 5138. */
const MILLISECONDS_FROM = 1e11;

/** The latest date in JavaScript. */
const MAX_MILLISECONDS = 8.64e15;

/** Whether a time is given in milliseconds, where the platform writes seconds. */
export function isInMilliseconds(value: unknown): boolean {
  return typeof value === 'number' && value >= MILLISECONDS_FROM;
}

/**
 * The platform writes times as epoch seconds or as ISO 8601, depending on the route; both are read. Milliseconds
 * are taken for what they are.
 */
export function epochSeconds(value: unknown): number | null {
  if (typeof value === 'number') {
    if (!Number.isFinite(value) || value > MAX_MILLISECONDS) return null;
    return Math.floor(isInMilliseconds(value) ? value / 1000 : value);
  }
  // Date.parse alone accepts almost any text with a number.
  const time = typeof value === 'string' ? ISO_TIME.exec(value) : null;
  if (time === null) return null;
  const [whole, offset] = time;
  // Some routes leave out the offset; it is UTC all the same.
  const ms = Date.parse(offset === undefined ? `${whole}Z` : whole);
  return Number.isNaN(ms) ? null : Math.floor(ms / 1000);
}
