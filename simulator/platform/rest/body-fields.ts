import { ApiError } from './api-error';

type Body = Record<string, unknown>;

interface Length {
  min?: number;
  max?: number;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** @throws ApiError 400 */
export function textField(
  body: Body,
  field: string,
  { min = 0, max = Infinity }: Length = {},
): string | undefined {
  const value = body[field];
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw new ApiError(400, `${field} must be a string`);
  if (value.length < min || value.length > max)
    throw new ApiError(400, `${field} must have ${min} to ${max} characters`);
  return value;
}

/** @throws ApiError 400 */
export function nullableTextField(body: Body, field: string): string | null | undefined {
  return body[field] === null ? null : textField(body, field);
}

/** @throws ApiError 400 */
export function requiredTextField(body: Body, field: string, length: Length = { min: 1 }): string {
  const value = textField(body, field, length);
  if (value === undefined) throw new ApiError(400, `${field} is required`);
  return value;
}

/** @throws ApiError 400 */
export function uuidField(body: Body, field: string): string | undefined {
  const value = textField(body, field);
  if (value !== undefined && !UUID.test(value)) throw new ApiError(400, `${field} must be a uuid`);
  return value;
}

/** @throws ApiError 400 */
export function nullableUuidField(body: Body, field: string): string | null | undefined {
  return body[field] === null ? null : uuidField(body, field);
}

/** A whole number from 0 to 100. @throws ApiError 400 */
export function percentField(body: Body, field: string): number | undefined {
  const value = body[field];
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 100) return value;
  throw new ApiError(400, `${field} must be a whole number from 0 to 100`);
}

/** @throws ApiError 400 */
export function textListField(body: Body, field: string): string[] | undefined {
  const value = body[field];
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((one): one is string => typeof one === 'string')) return value;
  throw new ApiError(400, `${field} must be a list of strings`);
}

/** @throws ApiError 400 */
export function choiceField<T extends string>(
  body: Body,
  field: string,
  choices: readonly T[],
): T | undefined {
  const value = body[field];
  if (value === undefined) return undefined;
  const chosen = choices.find((choice) => choice === value);
  if (chosen === undefined) throw new ApiError(400, `${field} must be one of ${choices.join(', ')}`);
  return chosen;
}
