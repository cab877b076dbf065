import http from 'node:http';
import { performance } from 'node:perf_hooks';

import axios, { type AxiosInstance } from 'axios';

import type { Addresses } from './addresses';
import { ALERT_INCLUDES, type Alert, type AlertInclude, isAlert, isAlertId } from './alert';
import type { ApiKey } from './api-key';
import { BackOff } from './back-off';
import { Cancellation } from './cancellation';
import { AlertReader, type Look, isNotFound } from './alert-reader';
import { abortable } from './abortable';
import { SekoiaError, asSekoiaError } from './errors';
import { type HttpAnswer, errorFromAnswer } from './http-error';
import { isRecord } from './json';
import { errorFromNetwork } from './network-error';
import type { Priority, RateLimiter } from './rate-limiter';
import { type TransportSettings, routeTo } from './agents';
import { ServerClock } from './server-clock';
import { USER_AGENT } from './user-agent';
import { wait } from './wait';

export interface RestTiming {
  /** For one attempt: connection, request and whole answer. */
  requestTimeoutMs: number;
  /** Attempts in all for what may pass: network trouble, 408, 429, 5xx. A 404 does not count. */
  attempts: number;
  firstRetryMs: number;
  maxRetryMs: number;
  /** A longer Retry-After than this is the caller's to wait for. */
  maxRetryAfterMs: number;
  /** Reads of the same alert within this time are one: Get Alert reads what its trigger has just read. */
  shareForMs: number;
}

export const REST_TIMING: Readonly<RestTiming> = {
  requestTimeoutMs: 15_000,
  attempts: 4,
  firstRetryMs: 1_000,
  maxRetryMs: 30_000,
  maxRetryAfterMs: 60_000,
  shareForMs: 2_000,
};

export interface RestClientOptions {
  addresses: Addresses;
  apiKey: ApiKey;
  /** Shared by everything that uses the key. Without one nothing waits for its turn. */
  limiter?: RateLimiter;
  transport?: TransportSettings;
  timing?: Partial<RestTiming>;
}

export interface RequestOptions {
  /** Ends the request and its waits; the call then throws the signal's reason. */
  signal?: AbortSignal;
  /** Default: `live` */
  priority?: Priority;
}

export interface GetAlertOptions extends RequestOptions {
  include?: readonly AlertInclude[];
  /** How long a 404 may pass: an alert that was just announced may not be readable yet. */
  notFoundForMs?: number;
}

interface GetOptions extends RequestOptions {
  /** The first attempt need not wait: the caller has. */
  turnTaken?: boolean;
  /** A 404 is to be expected: it is no sign that something is wrong with what is asked. */
  mayBeMissing?: boolean;
}

/** Query of `GET /v1/sic/alerts`, e.g. `{ 'date[created_at]': '2026-01-05T07:00:00Z,now', limit: 100 }`. */
export type AlertListQuery = Record<string, string | number | boolean>;

export interface AlertPage {
  items: Alert[];
  /** How many items the platform sent, including unreadable ones: what the next `offset` counts. */
  sent: number;
  /** Whether the list goes on after this page. */
  hasMore: boolean;
  /** How many alerts there are on all pages, if the platform says so. */
  total?: number;
}

/** The list refuses a higher `limit`. */
export const MAX_PAGE_SIZE = 100;

/**
 * Reads from the platform's REST API. Every request has a time-out; what may pass is tried again with
 * growing waits; the key goes to the configured host only, so no redirect is followed.
 *
 * All methods throw SekoiaError.
 */
export class RestClient {
  readonly addresses: Addresses;
  readonly clock = new ServerClock();
  /** How many requests were answered with each HTTP status, or `none` for those that got no answer. */
  readonly answers = new Map<number | 'none', number>();
  readonly #apiKey: ApiKey;
  readonly #timing: RestTiming;
  readonly #axios: AxiosInstance;
  readonly #agent: http.Agent;
  readonly #proxyHost: string | undefined;
  readonly #limiter: RateLimiter | undefined;
  readonly #reader: AlertReader;
  readonly #closing = new AbortController();
  readonly #underWay = new Set<Cancellation>();

  constructor(options: RestClientOptions) {
    this.addresses = options.addresses;
    this.#apiKey = options.apiKey;
    this.#timing = { ...REST_TIMING, ...options.timing };
    this.#limiter = options.limiter;
    const { agent, proxyHost } = routeTo(this.addresses.api, options.transport ?? {}, true);
    this.#agent = agent;
    this.#proxyHost = proxyHost;
    this.#reader = new AlertReader({
      turn: () => this.#turn('live', this.#closing.signal),
      readOne: (id, look) => this.#readOne(id, [], { turnTaken: true, mayBeMissing: look !== 'surely' }),
      readMany: (field, ids) => this.#readMany(field, ids),
      shareForMs: this.#timing.shareForMs,
    });
    this.#axios = axios.create({
      baseURL: this.addresses.api,
      httpAgent: agent,
      httpsAgent: agent,
      proxy: false,
      maxRedirects: 0,
      responseType: 'text',
      // The body is parsed here, so that a broken one is told apart from a broken connection.
      transformResponse: (body: unknown) => body,
      validateStatus: () => true,
      headers: { Accept: 'application/json', 'User-Agent': USER_AGENT },
    });
  }

  /** Whom the key belongs to. Any valid key may ask; it proves nothing about permissions. */
  async me(options: RequestOptions = {}): Promise<Record<string, unknown>> {
    const profile = await this.#get('/me', {}, 'read the profile of the API key', options);
    if (!isRecord(profile)) throw notSekoia(this.addresses.api);
    return profile;
  }

  /**
   * One alert by uuid or short id, as the API returns it. Without `include` it is shared with other readers:
   * not to be changed.
   */
  async getAlert(id: string, options: GetAlertOptions = {}): Promise<Alert> {
    if (!isAlertId(id))
      throw new SekoiaError(
        'SEKOIA_BAD_INPUT',
        `"${id.slice(0, 80)}" is neither the uuid nor the short id of an alert`,
      );
    const { include = [], signal } = options;
    const recent = include.length === 0 ? this.#reader.recent(id) : undefined;
    if (recent !== undefined && !this.#closing.signal.aborted) return recent;
    // A list has no comments and the like, so what includes them is read alone.
    const read = (look: Look): Promise<Alert> =>
      include.length === 0
        ? abortable(this.#reader.read(id, look), signal)
        : this.#readOne(id, include, signal === undefined ? {} : { signal });
    let look: Look = options.notFoundForMs === undefined ? 'surely' : 'once';
    const backOff = new BackOff({ firstMs: this.#timing.firstRetryMs, maxMs: this.#timing.maxRetryMs });
    const untilMs = performance.now() + (options.notFoundForMs ?? 0);
    for (;;) {
      try {
        return await read(look);
      } catch (error) {
        signal?.throwIfAborted();
        const leftMs = Math.ceil(untilMs - performance.now());
        if (!(error instanceof SekoiaError) || !isNotFound(error) || look === 'surely') throw error;
        const waitMs = Math.max(backOff.nextMs(), error.retryAfterMs ?? 0);
        if ((error.retryAfterMs ?? 0) > leftMs) throw error;
        // The last look is at the end of the while, however long the waits have become.
        look = waitMs < leftMs ? 'listed' : 'surely';
        await wait(Math.max(0, Math.min(waitMs, leftMs)), signal);
      }
    }
  }

  /** One page of the alert list. Items that are not alerts are left out rather than spoiling the page. */
  listAlerts(query: AlertListQuery, options: RequestOptions = {}): Promise<AlertPage> {
    return this.#list(query, options);
  }

  /** The first items of any of the API's lists. */
  async listItems(path: string, options: RequestOptions = {}): Promise<Record<string, unknown>[]> {
    const page = await this.#get(path, { limit: MAX_PAGE_SIZE }, 'read a list', options);
    return isRecord(page) && Array.isArray(page.items) ? page.items.filter(isRecord) : [];
  }

  /** Ends all requests and connections; calls under way throw. */
  close(): void {
    const reason = new SekoiaError(
      'SEKOIA_UNAVAILABLE',
      'The Sekoia configuration was stopped or redeployed',
    );
    this.#closing.abort(reason);
    for (const request of this.#underWay) request.abort(reason);
    this.#reader.close();
    this.#agent.destroy();
  }

  async #readOne(id: string, include: readonly AlertInclude[], options: GetOptions): Promise<Alert> {
    // All are said explicitly: the API's defaults differ from one to the next.
    const query = Object.fromEntries(ALERT_INCLUDES.map((one) => [one, include.includes(one)]));
    const alert = await this.#get(`/sic/alerts/${id}`, query, `read the alert ${id}`, options);
    if (isAlert(alert)) return alert;
    throw new SekoiaError(
      'SEKOIA_BAD_RESPONSE',
      `Could not read the alert ${id}: the answer is not an alert`,
    );
  }

  async #readMany(field: string, ids: readonly string[]): Promise<Alert[]> {
    const query = {
      [`match[${field}]`]: ids.join(','),
      limit: MAX_PAGE_SIZE,
      sort: 'created_at',
      direction: 'asc',
    };
    return (await this.#list(query, { turnTaken: true })).items;
  }

  async #list(query: AlertListQuery, options: GetOptions): Promise<AlertPage> {
    const page = await this.#get('/sic/alerts', query, 'list the alerts', options);
    if (!isRecord(page) || !Array.isArray(page.items))
      throw new SekoiaError(
        'SEKOIA_BAD_RESPONSE',
        'Could not list the alerts: the answer is not a list of alerts',
      );
    const limit = typeof query.limit === 'number' ? query.limit : 20;
    return {
      items: page.items.filter(isAlert),
      sent: page.items.length,
      hasMore: typeof page.has_more === 'boolean' ? page.has_more : page.items.length >= limit,
      ...(typeof page.total === 'number' && { total: page.total }),
    };
  }

  #count(answer: number | 'none'): void {
    this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
  }

  async #turn(priority: Priority, signal: AbortSignal): Promise<void> {
    await this.#limiter?.turn(priority, signal);
  }

  async #get(path: string, query: AlertListQuery, what: string, options: GetOptions): Promise<unknown> {
    this.#closing.signal.throwIfAborted();
    const request = new Cancellation(options.signal);
    this.#underWay.add(request);
    const backOff = new BackOff({ firstMs: this.#timing.firstRetryMs, maxMs: this.#timing.maxRetryMs });
    const { mayBeMissing = false } = options;
    let { turnTaken = false } = options;
    try {
      for (let attempt = 1; ; attempt += 1) {
        // Without a usable key there is nothing to wait for.
        const headers = { Authorization: this.#apiKey.bearer };
        if (!turnTaken) await this.#turn(options.priority ?? 'live', request.signal);
        turnTaken = false;
        try {
          const answer = await this.#attempt(path, query, what, headers, request.signal);
          this.#limiter?.succeeded();
          return answer;
        } catch (thrown) {
          request.signal.throwIfAborted();
          const error = asSekoiaError(thrown);
          if (!(mayBeMissing && isNotFound(error))) this.#limiter?.failed(error);
          const askedMs = error.retryAfterMs ?? 0;
          if (!error.passing || attempt >= this.#timing.attempts) throw error;
          if (askedMs > this.#timing.maxRetryAfterMs) throw error;
          await wait(Math.max(backOff.nextMs(), askedMs), request.signal);
        }
      }
    } finally {
      request.release();
      this.#underWay.delete(request);
    }
  }

  async #attempt(
    path: string,
    query: AlertListQuery,
    what: string,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<unknown> {
    const attempt = new Cancellation(signal);
    const timer = setTimeout(() => attempt.abort(new Error('time-out')), this.#timing.requestTimeoutMs);
    let answer: HttpAnswer;
    try {
      const response = await this.#axios.get<string>(path, {
        params: query,
        headers,
        signal: attempt.signal,
      });
      answer = { status: response.status, headers: response.headers, body: response.data };
      this.#count(response.status);
    } catch (error) {
      if (!signal.aborted) this.#count('none');
      throw errorFromNetwork(error, new URL(this.addresses.api).host, this.#proxyHost);
    } finally {
      clearTimeout(timer);
      attempt.release();
    }
    this.clock.observe(answer.headers.date);
    if (answer.status < 200 || answer.status >= 300)
      throw errorFromAnswer(answer, what, (text) => this.#apiKey.redact(text));
    return parseBody(answer, what, this.addresses.api);
  }
}

function parseBody(answer: HttpAnswer, what: string, api: string): unknown {
  try {
    return JSON.parse(answer.body) as unknown;
  } catch {
    if (/^\s*</.test(answer.body)) throw notSekoia(api);
    throw new SekoiaError('SEKOIA_BAD_RESPONSE', `Could not ${what}: the answer is not complete JSON`, {
      status: answer.status,
    });
  }
}

function notSekoia(api: string): SekoiaError {
  return new SekoiaError(
    'SEKOIA_BAD_RESPONSE',
    `${api} does not answer as the Sekoia API does: check the base URL`,
  );
}
