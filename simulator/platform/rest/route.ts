import type { Permission } from '../access';
import type { AlertDesk } from '../alert-desk';
import type { AlertReading } from '../alerts/alert-reading';
import { ApiError } from './api-error';

export interface Call {
  desk: AlertDesk;
  /** The first part of the path that the route leaves open, decoded. */
  id: string;
  /** The second one. */
  subId: string;
  query: URLSearchParams;
  /** @throws ApiError 400 for a body that is not a JSON object */
  json(): Record<string, unknown>;
}

export interface Route {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: RegExp;
  /** All that the key needs. Default: none */
  permissions?: readonly Permission[];
  /** The JSON to answer with 200; undefined is answered with 204. */
  answer(call: Call): unknown;
}

/** The alert of the path. @throws ApiError 404 */
export function readAlert({ desk, id }: Call): AlertReading {
  const reading = desk.store.readable(id);
  if (!reading) throw new ApiError(404, 'Alert not found');
  return reading;
}
