import { type AlertSummary, summarize } from '../sekoia/alert';
import type { RestClient } from '../sekoia/rest-client';
import type { AlertCriteria } from './alert-filter';
import type { Entry } from './entry';
import { passesFilters } from './judge';
import type { ReadAhead } from './read-ahead';

/** Reads alerts just before they are sent. The filters judge each until it has passed once. */
export class JudgedReads {
  readonly #readAhead: ReadAhead;
  readonly #client: RestClient;
  readonly #criteria: AlertCriteria;

  constructor(readAhead: ReadAhead, client: RestClient, criteria: AlertCriteria) {
    this.#readAhead = readAhead;
    this.#client = client;
    this.#criteria = criteria;
  }

  /** @throws SekoiaError when the alert cannot be read; the signal's reason */
  async read(entry: Entry, signal: AbortSignal): Promise<AlertSummary | 'filtered'> {
    const alert = await this.#readAhead.read(entry.uuid);
    const summary = summarize(alert, this.#client.addresses);
    if (entry.passed || (await passesFilters(alert, summary, this.#criteria, this.#client, signal)))
      return summary;
    return 'filtered';
  }
}
