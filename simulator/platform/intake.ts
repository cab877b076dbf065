import { randomUUID } from 'node:crypto';
import type { Answer } from './http-answer';
import { ApiError } from './rest/api-error';
import { asArray, asObject, parseJson } from './rest/json-body';
import type { RestRequest } from './rest/rest-api';

/** An event that an intake took. */
export interface IntakeEvent {
  intakeKey: string;
  event: string;
  /** Epoch milliseconds on the platform's clock. */
  at: number;
}

/** Published in Sekoia's SDK (github.com/SEKOIA-IO/sekoia-automation-sdk, constants.py). */
export const MAX_PAYLOAD_BYTES = 10_485_760;
const MAX_EVENT_BYTES = 250_000;

interface Received {
  intakeKey: unknown;
  event: unknown;
}

/** What each endpoint finds in a request (docs.sekoia.io, integration/ingestion_methods/https/format). */
const ENDPOINTS: Record<string, (request: RestRequest) => Received[]> = {
  '/': ({ body }) => [itemOf(parseJson(body))],
  '/batch': ({ body }) => {
    const { intake_key: intakeKey, jsons } = asObject(parseJson(body));
    return asArray(jsons).map((event) => ({ intakeKey, event }));
  },
  '/array': ({ body }) => asArray(parseJson(body)).map(itemOf),
  '/plain': (request) => [{ intakeKey: keyOf(request), event: request.body.toString('utf8') }],
  '/plain/batch': (request) => {
    const lines = request.body.toString('utf8').split('\n');
    return lines.filter((line) => line !== '').map((event) => ({ intakeKey: keyOf(request), event }));
  },
  '/jsons': (request) =>
    eventsOf(request).map((event) => ({ intakeKey: keyOf(request), event: JSON.stringify(event) })),
};

/** Those that take one event and answer with one id. */
const SINGLE = new Set(['/', '/plain']);

/** Answers for the HTTP intake, at the root and under `/v1/intake-http`. */
export class Intake {
  readonly events: IntakeEvent[] = [];

  constructor(
    private readonly intakeKey: string,
    private readonly now: () => number,
  ) {}

  /**
   * @returns undefined when this is no path of the intake
   * @throws ApiError 400, 401, 413
   */
  answer(request: RestRequest): Answer | undefined {
    const endpoint = request.path.replace(/^\/v1\/intake-http(?=\/|$)/, '') || '/';
    if (request.method !== 'POST' || !Object.hasOwn(ENDPOINTS, endpoint)) return undefined;
    const ids = this.take(ENDPOINTS[endpoint]?.(request) ?? []);
    return {
      // `?status_code=200` is documented for senders that take nothing else; 202 is what that leaves to guess.
      status: request.query.get('status_code') === '200' ? 200 : 202,
      body: SINGLE.has(endpoint) ? { event_id: ids[0] } : { event_ids: ids },
    };
  }

  /** All or none. The bodies of refusals are not published. */
  private take(received: Received[]): string[] {
    const taken = received.map(({ intakeKey, event }) => {
      if (typeof intakeKey !== 'string' || intakeKey !== this.intakeKey) {
        throw new ApiError(401, 'The intake key is missing or unknown');
      }
      if (typeof event !== 'string') throw new ApiError(400, 'An event must be a string of JSON');
      if (Buffer.byteLength(event) > MAX_EVENT_BYTES) {
        throw new ApiError(413, `An event is larger than ${MAX_EVENT_BYTES} bytes`);
      }
      return { intakeKey, event, at: this.now() };
    });
    // Not push(...taken): a batch can hold more events than a call can have arguments.
    for (const event of taken) this.events.push(event);
    return taken.map(() => randomUUID());
  }
}

function itemOf(item: unknown): Received {
  const { intake_key: intakeKey, json } = asObject(item);
  return { intakeKey, event: json };
}

/** The documented places of the key: header, password of Basic authentication, query. */
function keyOf({ headers, query }: RestRequest): string | undefined {
  const header = headers['x-sekoiaio-intake-key'];
  if (typeof header === 'string') return header;
  const [, basic] = /^Basic +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  if (basic !== undefined)
    return Buffer.from(basic, 'base64')
      .toString('utf8')
      .replace(/^[^:]*:/, '');
  return query.get('intake_key') ?? undefined;
}

/** An array, or an object in which `path` (of JSONPath only `$.a.b`) finds one. */
function eventsOf({ body, query }: RestRequest): unknown[] {
  let found = parseJson(body);
  const [, ...names] = (query.get('path') ?? '$').split('.');
  for (const name of names) found = asObject(found)[name];
  return asArray(found);
}
