import http from 'node:http';

import axios, { type AxiosInstance } from 'axios';

import { type TransportSettings, routeTo } from './agents';
import type { ApiKey } from './api-key';
import { BackOff } from './back-off';
import { Cancellation } from './cancellation';
import { SekoiaError, asSekoiaError, isNotFound } from './errors';
import { type HttpAnswer, errorFromAnswer } from './http-error';
import { errorFromNetwork } from './network-error';
import type { Priority, RateLimiter } from './rate-limiter';
import { ServerClock } from './server-clock';
import { USER_AGENT } from './user-agent';
import { wait } from './wait';

export interface TransportTiming {
  /** For one attempt: connection, request and whole answer. */
  requestTimeoutMs: number;
  /** Attempts in all for what may pass: network trouble, 408, 429, 5xx. A 404 does not count. */
  attempts: number;
  firstRetryMs: number;
  maxRetryMs: number;
  /** A longer Retry-After than this is the caller's to wait for. */
  maxRetryAfterMs: number;
}

export const TRANSPORT_TIMING: Readonly<TransportTiming> = {
  requestTimeoutMs: 15_000,
  attempts: 4,
  firstRetryMs: 1_000,
  maxRetryMs: 30_000,
  maxRetryAfterMs: 60_000,
};

export interface RestTransportOptions {
  /** Where the API is, e.g. `https://api.sekoia.io/api/v1`. */
  api: string;
  apiKey: ApiKey;
  /** Shared by everything that uses the key. Without one nothing waits for its turn. */
  limiter?: RateLimiter | undefined;
  transport?: TransportSettings | undefined;
  timing: TransportTiming;
}

export interface RequestOptions {
  /** Ends the request and its waits; the call then throws the signal's reason. */
  signal?: AbortSignal;
  /** Default: `live` */
  priority?: Priority;
}

export interface GetOptions extends RequestOptions {
  /** The first attempt need not wait: the caller has. */
  turnTaken?: boolean;
  /** A 404 is to be expected: it is no sign that something is wrong with what is asked. */
  mayBeMissing?: boolean;
}

export type Query = Readonly<Record<string, string | number | boolean>>;

/**
 * GET requests to the platform's REST API. Each waits for its turn and has a time-out; what may pass is tried
 * again with growing waits; the key goes to the configured host only, so no redirect is followed.
 */
export class RestTransport {
  readonly clock = new ServerClock();
  /** How many requests were answered with each HTTP status, or `none` for those that got no answer. */
  readonly answers = new Map<number | 'none', number>();
  readonly #api: string;
  readonly #apiKey: ApiKey;
  readonly #timing: TransportTiming;
  readonly #axios: AxiosInstance;
  readonly #agent: http.Agent;
  readonly #proxyHost: string | undefined;
  readonly #limiter: RateLimiter | undefined;
  readonly #closing = new AbortController();
  readonly #underWay = new Set<Cancellation>();

  constructor({ api, apiKey, limiter, transport = {}, timing }: RestTransportOptions) {
    this.#api = api;
    this.#apiKey = apiKey;
    this.#limiter = limiter;
    this.#timing = timing;
    const { agent, proxyHost } = routeTo(api, transport, true);
    this.#agent = agent;
    this.#proxyHost = proxyHost;
    this.#axios = axios.create({
      baseURL: api,
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

  /** Aborted once it is closed. */
  get closed(): AbortSignal {
    return this.#closing.signal;
  }

  /** Ends all requests and connections; calls under way throw. */
  close(): void {
    const reason = new SekoiaError(
      'SEKOIA_UNAVAILABLE',
      'The Sekoia configuration was stopped or redeployed',
    );
    this.#closing.abort(reason);
    for (const request of this.#underWay) request.abort(reason);
    this.#agent.destroy();
  }

  /**
   * Resolves when a request may be sent.
   * @throws the signal's reason
   */
  async turn(priority: Priority, signal: AbortSignal): Promise<void> {
    await this.#limiter?.turn(priority, signal);
  }

  /**
   * What the platform answers, parsed.
   * @param path below the API's base, e.g. `/sic/alerts`
   * @param what the request does, for messages: `list the alerts`
   * @throws SekoiaError; the signal's reason
   */
  async get(path: string, query: Query, what: string, options: GetOptions): Promise<unknown> {
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
        if (!turnTaken) await this.turn(options.priority ?? 'live', request.signal);
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
    query: Query,
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
      throw errorFromNetwork(error, new URL(this.#api).host, this.#proxyHost);
    } finally {
      clearTimeout(timer);
      attempt.release();
    }
    this.clock.observe(answer.headers.date);
    if (answer.status < 200 || answer.status >= 300)
      throw errorFromAnswer(answer, what, (text) => this.#apiKey.redact(text));
    return parseBody(answer, what, this.#api);
  }

  #count(answer: number | 'none'): void {
    this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
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

/** What answers is something else: a login page, the page of a proxy. */
export function notSekoia(api: string): SekoiaError {
  return new SekoiaError(
    'SEKOIA_BAD_RESPONSE',
    `${api} does not answer as the Sekoia API does: check the base URL`,
  );
}
