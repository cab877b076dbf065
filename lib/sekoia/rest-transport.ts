import http from 'node:http';
import type { Readable } from 'node:stream';

import axios, { type AxiosInstance, type AxiosResponse } from 'axios';

import { type TransportSettings, routeTo } from './agents';
import { ACCEPTED_ENCODINGS, type AnswerBody, readBody } from './answer-body';
import type { ApiKey } from './api-key';
import { BackOff } from '../util/back-off';
import { Cancellation } from '../util/cancellation';
import { SekoiaError, asSekoiaError, isNotFound } from './errors';
import { type HttpAnswer, errorFromAnswer } from './http-error';
import { errorFromNetwork } from './network-error';
import type { RateLimiter } from './rate-limiter';
import { readDate } from './server-clock';
import { USER_AGENT } from './user-agent';
import { wait } from '../util/wait';
import type { Priority } from './waiting-lines';
import { Watchdog } from './watchdog';

export interface TransportTiming {
  /** The idle timeout of an attempt: until the answer starts, and between two chunks. */
  silenceTimeoutMs: number;
  /** The total timeout of an attempt that is not idle. */
  totalTimeoutMs: number;
  /** The number of attempts for retryable errors: network errors, 408, 429, 5xx. A 404 is not retryable. */
  attempts: number;
  firstRetryMs: number;
  maxRetryMs: number;
  /** A longer Retry-After than this is the caller's to wait for. */
  maxRetryAfterMs: number;
}

export const TRANSPORT_TIMING: Readonly<TransportTiming> = {
  silenceTimeoutMs: 15_000,
  totalTimeoutMs: 600_000,
  attempts: 4,
  firstRetryMs: 1_000,
  maxRetryMs: 30_000,
  maxRetryAfterMs: 60_000,
};

/** A list of 100 alerts is some megabytes long. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** How much of an error answer is read. */
const MAX_ERROR_BYTES = 256 * 1024;

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
  /**
   * Default: `live`. What nobody's alert depends on, such as what a form suggests, is to be asked for in the
   * `background`: it is sent only when nothing else waits, once, and whatever it is answered pauses no read.
   */
  priority?: Priority;
}

export interface GetOptions extends RequestOptions {
  /** The first attempt need not wait: the caller has. */
  acquired?: boolean;
  /** A 404 is to be expected: it is no sign that something is wrong with what is asked. */
  mayBeMissing?: boolean;
  /** No answer in time is the caller's at once: it will ask for less. */
  failOnSilence?: boolean;
}

/** What was answered, parsed, and whose it is nobody has checked yet. */
export interface Answer {
  body: unknown;
  /** Its `Date`, in milliseconds since the epoch. */
  dateMs?: number;
}

export type Query = Readonly<Record<string, string | number | boolean>>;

/**
 * GET requests to the platform's REST API. Each waits for a token and has timeouts. Retryable errors are
 * retried with backoff. The key goes only to the configured host, so redirects are not followed.
 */
export class RestTransport {
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
      // Reads, unpacks, and parses the body here, with limits, to distinguish a broken body from a broken
      // connection.
      responseType: 'stream',
      decompress: false,
      validateStatus: () => true,
      headers: {
        Accept: 'application/json',
        'Accept-Encoding': ACCEPTED_ENCODINGS,
        'User-Agent': USER_AGENT,
      },
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
      'The Sekoia configuration stopped or was redeployed',
    );
    this.#closing.abort(reason);
    for (const request of this.#underWay) request.abort(reason);
    this.#agent.destroy();
  }

  /**
   * Resolves when a request may be sent.
   * @throws the signal's reason
   */
  async acquire(priority: Priority, signal: AbortSignal): Promise<void> {
    await this.#limiter?.acquire(priority, signal);
  }

  /**
   * What the platform answers, parsed.
   * @param path below the API's base, e.g. `/sic/alerts`
   * @param what the request does, for messages: `list the alerts`
   * @throws SekoiaError; the signal's reason
   */
  async get(path: string, query: Query, what: string, options: GetOptions): Promise<Answer> {
    this.#closing.signal.throwIfAborted();
    const request = new Cancellation(options.signal);
    this.#underWay.add(request);
    const backOff = new BackOff({ firstMs: this.#timing.firstRetryMs, maxMs: this.#timing.maxRetryMs });
    const { mayBeMissing = false, priority = 'live' } = options;
    const attempts = priority === 'background' ? 1 : this.#timing.attempts;
    let { acquired = false } = options;
    try {
      for (let attempt = 1; ; attempt += 1) {
        // Without a usable key there is nothing to wait for.
        const headers = { Authorization: this.#apiKey.bearer };
        if (!acquired) await this.acquire(priority, request.signal);
        acquired = false;
        try {
          const answer = await this.#attempt(path, query, what, headers, request.signal);
          if (priority !== 'background') this.#limiter?.succeeded();
          return answer;
        } catch (thrown) {
          request.signal.throwIfAborted();
          const error = asSekoiaError(thrown);
          if (!(mayBeMissing && isNotFound(error))) this.#limiter?.failed(error, priority);
          const askedMs = error.retryAfterMs ?? 0;
          if (!error.retryable || attempt >= attempts) throw error;
          if (options.failOnSilence === true && error.tooMuch) throw error;
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
    bearer: Record<string, string>,
    signal: AbortSignal,
  ): Promise<Answer> {
    const { status, headers, body } = await this.#ask(path, query, bearer, signal);
    if (!isSuccess(status))
      throw errorFromAnswer({ status, headers, body: body.text() }, what, (text) =>
        this.#apiKey.redact(text),
      );
    if (body.cut)
      throw new SekoiaError(
        'SEKOIA_BAD_RESPONSE',
        `Could not ${what}: the answer is larger than ${MAX_ANSWER_BYTES / 1024 / 1024} MB`,
        { tooLarge: true },
      );
    const dateMs = readDate(headers.date);
    return { body: parse(body.text(), status, what, this.#api), ...(dateMs !== undefined && { dateMs }) };
  }

  /** @throws SekoiaError when no answer came */
  async #ask(
    path: string,
    query: Query,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<Omit<HttpAnswer, 'body'> & { body: AnswerBody }> {
    const { silenceTimeoutMs, totalTimeoutMs } = this.#timing;
    const attempt = new Cancellation(signal);
    const watchdog = new Watchdog(silenceTimeoutMs, totalTimeoutMs, () => attempt.abort(timeOut()));
    try {
      const response = await this.#axios.get<Readable>(path, {
        params: query,
        headers,
        signal: attempt.signal,
      });
      watchdog.heard();
      const body = await this.#read(response, watchdog, attempt.signal);
      this.#count(response.status);
      return { status: response.status, headers: response.headers, body };
    } catch (error) {
      if (!signal.aborted) this.#count('none');
      const cause: unknown = attempt.signal.aborted ? attempt.signal.reason : error;
      throw errorFromNetwork(cause, new URL(this.#api).host, this.#proxyHost);
    } finally {
      watchdog.stop();
      attempt.release();
    }
  }

  #read(response: AxiosResponse<Readable>, watchdog: Watchdog, signal: AbortSignal): Promise<AnswerBody> {
    const { status, headers, data } = response;
    return readBody(data, {
      encoding: headers['content-encoding'],
      maxBytes: isSuccess(status) ? MAX_ANSWER_BYTES : MAX_ERROR_BYTES,
      onBytes: () => watchdog.heard(),
      signal,
    });
  }

  #count(answer: number | 'none'): void {
    this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
  }
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function timeOut(): Error {
  return Object.assign(new Error('time-out'), { code: 'ETIMEDOUT' });
}

function parse(body: string, status: number, what: string, api: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    if (/^\s*</.test(body)) throw notSekoia(api);
    throw new SekoiaError('SEKOIA_BAD_RESPONSE', `Could not ${what}: the answer is not complete JSON`, {
      status,
    });
  }
}

/** Something else answers: a login page, or the page of a proxy. */
export function notSekoia(api: string): SekoiaError {
  return new SekoiaError(
    'SEKOIA_BAD_RESPONSE',
    `${api} does not answer like the Sekoia API: check the base URL`,
  );
}
