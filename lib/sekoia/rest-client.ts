import http from 'node:http';
import https from 'node:https';
import { performance } from 'node:perf_hooks';

import axios, { type AxiosInstance } from 'axios';

import type { Addresses } from './addresses';
import { ALERT_INCLUDES, type Alert, type AlertInclude, isAlert, isAlertId } from './alert';
import type { ApiKey } from './api-key';
import { BackOff } from './back-off';
import { Cancellation } from './cancellation';
import { SekoiaError, errorFromNetwork } from './errors';
import { type HttpAnswer, errorFromAnswer } from './http-error';
import { isRecord } from './json';
import { ServerClock } from './server-clock';
import { USER_AGENT } from './user-agent';
import { wait } from './wait';

export interface RestTiming {
  /** For one attempt: connection, request and whole answer. */
  requestTimeoutMs: number;
  /** Attempts in all for what may pass: network trouble, 408, 429, 5xx. */
  attempts: number;
  firstRetryMs: number;
  maxRetryMs: number;
  /** A longer Retry-After than this is the caller's to wait for. */
  maxRetryAfterMs: number;
}

export const REST_TIMING: Readonly<RestTiming> = {
  requestTimeoutMs: 15_000,
  attempts: 4,
  firstRetryMs: 1_000,
  maxRetryMs: 30_000,
  maxRetryAfterMs: 60_000,
};

export interface RestClientOptions {
  addresses: Addresses;
  apiKey: ApiKey;
  timing?: Partial<RestTiming>;
}

export interface RequestOptions {
  /** Ends the request and its waits; the call then throws the signal's reason. */
  signal?: AbortSignal;
}

export interface GetAlertOptions extends RequestOptions {
  include?: readonly AlertInclude[];
  /** How long a 404 may pass: an alert that was just announced may not be readable yet. */
  notFoundForMs?: number;
}

/** Query of `GET /v1/sic/alerts`, e.g. `{ 'date[created_at]': '2026-01-05T07:00:00Z,now', limit: 100 }`. */
export type AlertListQuery = Record<string, string | number | boolean>;

export interface AlertPage {
  items: Alert[];
  /** How many items the platform sent, including unreadable ones: what the next `offset` counts. */
  sent: number;
  /** Whether the list goes on after this page. */
  hasMore: boolean;
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
  readonly #apiKey: ApiKey;
  readonly #timing: RestTiming;
  readonly #axios: AxiosInstance;
  readonly #agents: readonly http.Agent[];
  readonly #underWay = new Set<Cancellation>();
  #closed: SekoiaError | undefined;

  constructor(options: RestClientOptions) {
    this.addresses = options.addresses;
    this.#apiKey = options.apiKey;
    this.#timing = { ...REST_TIMING, ...options.timing };
    const httpAgent = new http.Agent({ keepAlive: true });
    const httpsAgent = new https.Agent({ keepAlive: true });
    this.#agents = [httpAgent, httpsAgent];
    this.#axios = axios.create({
      baseURL: this.addresses.api,
      httpAgent,
      httpsAgent,
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

  /** One alert by uuid or short id, as the API returns it. */
  async getAlert(id: string, options: GetAlertOptions = {}): Promise<Alert> {
    if (!isAlertId(id))
      throw new SekoiaError(
        'SEKOIA_BAD_INPUT',
        `"${id.slice(0, 80)}" is neither the uuid nor the short id of an alert`,
      );
    const include = options.include ?? [];
    // All are said explicitly: the API's defaults differ from one to the next.
    const query = Object.fromEntries(ALERT_INCLUDES.map((one) => [one, include.includes(one)]));
    const alert = await this.#get(`/sic/alerts/${id}`, query, `read the alert ${id}`, options);
    if (!isAlert(alert))
      throw new SekoiaError(
        'SEKOIA_BAD_RESPONSE',
        `Could not read the alert ${id}: the answer is not an alert`,
      );
    return alert;
  }

  /** One page of the alert list. Items that are not alerts are left out rather than spoiling the page. */
  async listAlerts(query: AlertListQuery, options: RequestOptions = {}): Promise<AlertPage> {
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
    };
  }

  /** Ends all requests and connections; calls under way throw. */
  close(): void {
    const reason = new SekoiaError(
      'SEKOIA_UNAVAILABLE',
      'The Sekoia configuration was stopped or redeployed',
    );
    this.#closed = reason;
    for (const request of this.#underWay) request.abort(reason);
    for (const agent of this.#agents) agent.destroy();
  }

  async #get(
    path: string,
    query: AlertListQuery,
    what: string,
    options: RequestOptions & { notFoundForMs?: number },
  ): Promise<unknown> {
    if (this.#closed !== undefined) throw this.#closed;
    const request = new Cancellation(options.signal);
    this.#underWay.add(request);
    const backOff = new BackOff({ firstMs: this.#timing.firstRetryMs, maxMs: this.#timing.maxRetryMs });
    const startedMs = performance.now();
    try {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await this.#attempt(path, query, what, request.signal);
        } catch (error) {
          request.signal.throwIfAborted();
          if (!(error instanceof SekoiaError)) throw error;
          const waitMs = error.retryAfterMs ?? backOff.nextMs();
          const worthwhile =
            error.code === 'SEKOIA_NOT_FOUND'
              ? performance.now() - startedMs + waitMs < (options.notFoundForMs ?? 0)
              : error.passing && attempt < this.#timing.attempts && waitMs <= this.#timing.maxRetryAfterMs;
          if (!worthwhile) throw error;
          await wait(waitMs, request.signal);
        }
      }
    } finally {
      request.release();
      this.#underWay.delete(request);
    }
  }

  async #attempt(path: string, query: AlertListQuery, what: string, signal: AbortSignal): Promise<unknown> {
    const headers = { Authorization: this.#apiKey.bearer };
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
    } catch (error) {
      throw errorFromNetwork(error, new URL(this.addresses.api).host);
    } finally {
      clearTimeout(timer);
      attempt.release();
    }
    this.clock.observe(answer.headers.date);
    if (answer.status < 200 || answer.status >= 300) throw errorFromAnswer(answer, what);
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
