import { ApiError } from './api-error';

export interface Paging {
  limit: number;
  offset: number;
}

const MAX_LIMIT = 100;

/** @throws ApiError 400 for a limit that is not 1 to 100 (default 20), or a negative offset */
export function parsePaging(query: URLSearchParams, defaultLimit = 20): Paging {
  const limit = parseInteger('limit', query.get('limit') ?? String(defaultLimit));
  if (limit < 1 || limit > MAX_LIMIT) throw new ApiError(400, `limit must be between 1 and ${MAX_LIMIT}`);
  return { limit, offset: parseInteger('offset', query.get('offset') ?? '0') };
}

/** One page of a list, and how long the list is. */
export function pageOf<T>(
  query: URLSearchParams,
  all: readonly T[],
  defaultLimit?: number,
): { items: T[]; total: number } {
  const { limit, offset } = parsePaging(query, defaultLimit);
  return { items: all.slice(offset, offset + limit), total: all.length };
}

export function parseInteger(parameter: string, value: string): number {
  if (!/^\d+$/.test(value)) throw new ApiError(400, `${parameter} must be a whole number`);
  return Number(value);
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

/** @throws ApiError 400 */
export function flag(query: URLSearchParams, name: string, otherwise: boolean): boolean {
  const value = query.get(name);
  return value === null ? otherwise : parseBoolean(name, value);
}
