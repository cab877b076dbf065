import type { Platform } from '../../../../simulator';
import { CatchUp } from '../../../../lib/delivery/catch-up';
import { DeliveryEvents } from '../../../../lib/delivery/delivery-events';
import type { Ledger } from '../../../../lib/delivery/ledger';
import { deriveAddresses } from '../../../../lib/sekoia/addresses';
import { ApiKey } from '../../../../lib/sekoia/api-key';
import { RestClient, type RestClientOptions } from '../../../../lib/sekoia/rest-client';

const LIST = '/v1/sic/alerts';

export function restClient(url: string, options: Partial<RestClientOptions> = {}): RestClient {
  return new RestClient({
    addresses: deriveAddresses({ baseUrl: url }),
    apiKey: new ApiKey('simulator-key'),
    timing: { attempts: 1, firstRetryMs: 1 },
    ...options,
  });
}

type Client = Pick<RestClient, 'listAlerts'>;

/** The same, with a clock in between that is so far ahead: it stamps the platform's own answers. */
export function ahead(client: Client, seconds: number | (() => number)): Client {
  return {
    listAlerts: async (query, options) => {
      const page = await client.listAlerts(query, options);
      const off = typeof seconds === 'number' ? seconds : seconds();
      return { ...page, answeredAtMs: page.answeredAtMs! + off * 1000 };
    },
  };
}

/** Catch-up reads of a platform into a ledger, as a trigger does them. */
export class Reading {
  /** Every alert of every page, in the order in which they came. */
  readonly met: string[] = [];
  /** Those of them that were new. */
  readonly taken: string[] = [];
  /** What was reported. */
  readonly troubles: string[] = [];
  /** What each page waits for. */
  room: () => Promise<void> = () => Promise.resolve();
  readonly #catchUp: CatchUp;

  constructor(
    readonly client: Client,
    readonly ledger: Ledger,
    startAgoSeconds = 0,
  ) {
    const events = new DeliveryEvents();
    events.on('trouble', ({ message }) => this.troubles.push(message));
    this.#catchUp = new CatchUp({
      client,
      ledger,
      startAgoSeconds,
      intake: { accept: (uuid, createdAt) => this.#accept(uuid, createdAt), room: () => this.room() },
      events,
    });
  }

  read(signal: AbortSignal = new AbortController().signal): Promise<void> {
    return this.#catchUp.read(signal);
  }

  #accept(uuid: string, createdAt: number | null): void {
    this.met.push(uuid);
    if (this.ledger.take(uuid, createdAt ?? 0, 'catch-up')) this.taken.push(uuid);
  }
}

/** The start of the window, in epoch seconds, of every page that was asked for. */
export function windows(platform: Platform): number[] {
  return platform.requests
    .filter(({ path, query }) => path === LIST && query['date[created_at]'] !== undefined)
    .map(({ query }) => {
      const [from, to] = query['date[created_at]']!.split(',');
      if (to !== 'now' || query.sort !== 'created_at' || query.direction !== 'asc')
        throw new Error(`an unusual window: ${JSON.stringify(query)}`);
      return Date.parse(from!) / 1000;
    });
}

/** Calls the function after each page of the list was answered, with its number. */
export function afterEachPage(platform: Platform, action: (page: number) => void): void {
  let page = 0;
  platform.on('request', ({ path }) => {
    if (path !== LIST) return;
    page += 1;
    action(page);
  });
}
