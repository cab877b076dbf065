import { performance } from 'node:perf_hooks';

import { abortable } from '../util/abortable';
import type { Addresses } from './addresses';
import type { TransportSettings } from './agents';
import { ALERT_INCLUDES, type Alert, type AlertInclude, isAlert, isAlertId } from './alert';
import { AlertReader, type Look } from './alert-reader';
import type { ApiKey } from './api-key';
import { BackOff } from '../util/back-off';
import { BatchSize, MAX_BATCH_SIZE } from './batch-size';
import { SekoiaError, asSekoiaError, isNotFound } from './errors';
import { isRecord } from '../util/json';
import type { RateLimiter } from './rate-limiter';
import {
  type GetOptions,
  type Query,
  type RequestOptions,
  RestTransport,
  TRANSPORT_TIMING,
  type TransportTiming,
  notSekoia,
} from './rest-transport';
import { ServerClock } from './server-clock';
import { wait } from '../util/wait';

export interface RestTiming extends TransportTiming {
  /** Reuse a read of the same alert for this long: Get Alert reuses the read of its trigger. */
  shareForMs: number;
}

export const REST_TIMING: Readonly<RestTiming> = { ...TRANSPORT_TIMING, shareForMs: 2_000 };

export interface RestClientOptions {
  addresses: Addresses;
  apiKey: ApiKey;
  /** Shared by everything that uses the key. Without one nothing waits for its turn. */
  limiter?: RateLimiter;
  transport?: TransportSettings;
  timing?: Partial<RestTiming>;
}

export interface GetAlertOptions extends RequestOptions {
  include?: readonly AlertInclude[];
  /** How long to retry after a 404: an alert that was just announced may not be readable yet. */
  notFoundForMs?: number;
}

/** Query of `GET /v1/sic/alerts`, e.g. `{ 'date[created_at]': '2026-01-05T07:00:00Z,now', limit: 100 }`. */
export type AlertListQuery = Query;

export interface AlertPage {
  items: Alert[];
  /** How many items the platform sent, including unreadable ones: what the next `offset` counts. */
  sent: number;
  /** Whether the list goes on after this page. */
  hasMore: boolean;
  /** How many alerts there are on all pages, if that was asked for (`with_count`) and the platform says so. */
  total?: number;
  /** When the platform answered, on its own clock, in milliseconds since the epoch; some proxies take that away. */
  answeredAtMs?: number;
}

/** The list refuses a higher `limit`. */
export const MAX_PAGE_SIZE = MAX_BATCH_SIZE;

/** The platform's own `limit`, where none is asked for. */
const DEFAULT_PAGE_SIZE = 20;

/** The client of the platform's REST API. All methods throw SekoiaError. */
export class RestClient {
  readonly addresses: Addresses;
  /** The platform's clock, as its alerts and lists of alerts tell it. */
  readonly clock = new ServerClock();
  readonly #timing: RestTiming;
  readonly #batchSize = new BatchSize();
  readonly #transport: RestTransport;
  readonly #reader: AlertReader;

  constructor({ addresses, apiKey, limiter, transport, timing }: RestClientOptions) {
    this.addresses = addresses;
    this.#timing = { ...REST_TIMING, ...timing };
    this.#transport = new RestTransport({
      api: addresses.api,
      apiKey,
      limiter,
      transport,
      timing: this.#timing,
    });
    this.#reader = new AlertReader({
      acquire: () => this.#transport.acquire('live', this.#transport.closed),
      readOne: (id, look) => this.#readOne(id, [], { acquired: true, mayBeMissing: look !== 'thorough' }),
      readMany: (field, ids) => this.#readMany(field, ids),
      batchSize: this.#batchSize,
      shareForMs: this.#timing.shareForMs,
    });
  }

  /** How many requests were answered with each HTTP status, or `none` for those that got no answer. */
  get answers(): ReadonlyMap<number | 'none', number> {
    return this.#transport.answers;
  }

  /** The owner of the key. Any valid key can read it, so it proves no permission. */
  async me(options: RequestOptions = {}): Promise<Record<string, unknown>> {
    const { body: profile } = await this.#transport.get(
      '/me',
      {},
      'read the profile of the API key',
      options,
    );
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
        `"${id.slice(0, 80)}" is neither the UUID nor the short ID of an alert`,
      );
    const { include = [], signal } = options;
    const recent = include.length === 0 ? this.#reader.recent(id) : undefined;
    if (recent !== undefined && !this.#transport.closed.aborted) return recent;
    // A list contains no comments and other parts, so an alert with these parts is read alone.
    const read = (look: Look): Promise<Alert> =>
      include.length === 0
        ? abortable(this.#reader.read(id, look), signal)
        : this.#readOne(id, include, signal === undefined ? {} : { signal });
    let look: Look = options.notFoundForMs === undefined ? 'thorough' : 'once';
    const backOff = new BackOff({ firstMs: this.#timing.firstRetryMs, maxMs: this.#timing.maxRetryMs });
    const untilMs = performance.now() + (options.notFoundForMs ?? 0);
    for (;;) {
      try {
        return await read(look);
      } catch (error) {
        signal?.throwIfAborted();
        const leftMs = Math.ceil(untilMs - performance.now());
        if (!(error instanceof SekoiaError) || !isNotFound(error) || look === 'thorough') throw error;
        const waitMs = Math.max(backOff.nextMs(), error.retryAfterMs ?? 0);
        if ((error.retryAfterMs ?? 0) > leftMs) throw error;
        // The last attempt is at the end of this time, however long the waits are.
        look = waitMs < leftMs ? 'listed' : 'thorough';
        await wait(Math.max(0, Math.min(waitMs, leftMs)), signal);
      }
    }
  }

  /**
   * One page of the alert list. It contains fewer alerts than `limit` if larger answers were too slow; the rest
   * is on the next page. Items that are not alerts are ignored.
   */
  async listAlerts(query: AlertListQuery, options: RequestOptions = {}): Promise<AlertPage> {
    const wanted = typeof query.limit === 'number' ? query.limit : DEFAULT_PAGE_SIZE;
    for (;;) {
      const limit = Math.min(wanted, this.#batchSize.current);
      const asked = limit === wanted ? query : { ...query, limit };
      try {
        const page = await this.#list(asked, { ...options, failOnSilence: limit > 1 });
        if (page.sent === limit) this.#batchSize.succeeded(limit);
        return page;
      } catch (thrown) {
        const error = asSekoiaError(thrown);
        if (!error.tooMuch) throw thrown;
        this.#batchSize.tooMany(limit);
        if (limit === 1) throw error;
      }
    }
  }

  /** One page of any of the API's lists: at most MAX_PAGE_SIZE items, from `offset` on. */
  async listItems(
    path: string,
    options: RequestOptions & { offset?: number } = {},
  ): Promise<Record<string, unknown>[]> {
    const { offset = 0 } = options;
    const query = { limit: MAX_PAGE_SIZE, ...(offset > 0 && { offset }) };
    const { body: page } = await this.#transport.get(path, query, 'read a list', options);
    return isRecord(page) && Array.isArray(page.items) ? page.items.filter(isRecord) : [];
  }

  /** Ends all requests and connections; calls under way throw. */
  close(): void {
    this.#transport.close();
    this.#reader.close();
  }

  async #readOne(id: string, include: readonly AlertInclude[], options: GetOptions): Promise<Alert> {
    // All options are explicit, because the defaults of the API differ. Without these options, the answer lacks
    // the custom status and the verdict, which filters may need.
    const query = {
      ...Object.fromEntries(ALERT_INCLUDES.map((one) => [one, include.includes(one)])),
      custom_status: true,
    };
    const { body: alert, dateMs } = await this.#transport.get(
      `/sic/alerts/${id}`,
      query,
      `read the alert ${id}`,
      options,
    );
    if (!isAlert(alert))
      throw new SekoiaError(
        'SEKOIA_BAD_RESPONSE',
        `Could not read the alert ${id}: the answer is not an alert`,
      );
    this.clock.observe(dateMs);
    return alert;
  }

  async #readMany(field: string, ids: readonly string[]): Promise<Alert[]> {
    const query = {
      [`match[${field}]`]: ids.join(','),
      limit: MAX_PAGE_SIZE,
      sort: 'created_at',
      direction: 'asc',
    };
    return (await this.#list(query, { acquired: true, failOnSilence: ids.length > 1 })).items;
  }

  async #list(query: AlertListQuery, options: GetOptions): Promise<AlertPage> {
    // Counting is slow, and is on by default.
    const asked = { with_count: false, ...query };
    const { body: page, dateMs } = await this.#transport.get(
      '/sic/alerts',
      asked,
      'list the alerts',
      options,
    );
    if (!isRecord(page) || !Array.isArray(page.items))
      throw new SekoiaError(
        'SEKOIA_BAD_RESPONSE',
        'Could not list the alerts: the answer is not a list of alerts',
      );
    this.clock.observe(dateMs);
    return {
      items: page.items.filter(isAlert),
      sent: page.items.length,
      hasMore: hasMore(page, page.items.length, query),
      ...(typeof page.total === 'number' && { total: page.total }),
      ...(dateMs !== undefined && { answeredAtMs: dateMs }),
    };
  }
}

/** `has_more` and `total` are optional. Without them, a full page means that there is more. */
function hasMore(page: Record<string, unknown>, sent: number, query: AlertListQuery): boolean {
  if (typeof page.has_more === 'boolean') return page.has_more;
  const { limit = DEFAULT_PAGE_SIZE, offset = 0 } = query;
  const isFull = sent >= Number(limit);
  const totalSaysMore = typeof page.total === 'number' && sent > 0 && Number(offset) + sent < page.total;
  return isFull || totalSaysMore;
}
