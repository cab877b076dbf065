import { ApiError } from './api-error';

/** @throws ApiError 400 */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new ApiError(400, 'The body is not JSON');
  }
}

/** @throws ApiError 400 */
export function asObject(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ApiError(400, 'There must be a JSON object');
  }
  return value as Record<string, unknown>;
}

/** @throws ApiError 400 */
export function asArray(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new ApiError(400, 'There must be a JSON array');
  return value;
}
