import { RUN_STATUSES, type RunQuery, type RunStatus } from '../history';
import { isRecord } from '../util/json';
import { badRequest } from './api-error';

/** Longer than any ID or useful search text. */
const MAX_TEXT = 200;

const MAX_RUNS = 200;
const USUAL_RUNS = 50;

/** The relevant parts of a request. They are untrusted: parameters can also be lists or objects. */
export type Parameters = Readonly<Record<string, unknown>>;

/** @throws ApiError 400 */
export function readRunQuery(query: Parameters): RunQuery {
  return {
    ...readFilter(query),
    status: readStatuses(query),
    before: readText(query, 'before'),
    limit: readLimit(query),
  };
}

/** Which alerts to send again. @throws ApiError 400 */
export function readFilter(parameters: Parameters): Pick<RunQuery, 'trigger' | 'alert'> {
  return { trigger: readText(parameters, 'trigger'), alert: readText(parameters, 'alert') };
}

/** @throws ApiError 400 */
export function readFilterBody(body: unknown): Pick<RunQuery, 'trigger' | 'alert'> {
  return readFilter(readBody(body, ['trigger', 'alert']));
}

/** @throws ApiError 400 */
export function readFrom(body: unknown): 'stopped' | 'now' {
  const { from = 'stopped' } = readBody(body, ['from']);
  if (from === 'stopped' || from === 'now') return from;
  throw badRequest('from: "stopped" or "now"');
}

/** @throws ApiError 400 */
export function readNothing(body: unknown): void {
  readBody(body, []);
}

function readBody(body: unknown, known: readonly string[]): Parameters {
  if (body === undefined) return {};
  if (!isRecord(body)) throw badRequest('The body is not a JSON object');
  const unknown = Object.keys(body).find((field) => !known.includes(field));
  if (unknown === undefined) return body;
  throw badRequest(`The body has an unknown field: "${unknown.slice(0, 40)}"`);
}

/** An empty one is none. */
function readText(parameters: Parameters, name: string): string | undefined {
  if (!Object.hasOwn(parameters, name)) return undefined;
  const value = parameters[name];
  if (typeof value !== 'string' || value.length > MAX_TEXT)
    throw badRequest(`${name} must be one text of at most ${MAX_TEXT} characters`);
  return value === '' ? undefined : value;
}

function readStatuses(query: Parameters): RunStatus[] | undefined {
  return readText(query, 'status')
    ?.split(',')
    .map((status) => {
      const known = RUN_STATUSES.find((one) => one === status);
      if (known !== undefined) return known;
      throw badRequest(`status must be one or more of ${RUN_STATUSES.join(', ')}, separated by commas`);
    });
}

function readLimit(query: Parameters): number {
  const text = readText(query, 'limit');
  if (text === undefined) return USUAL_RUNS;
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_RUNS) return limit;
  throw badRequest(`limit must be an integer from 1 to ${MAX_RUNS}`);
}
