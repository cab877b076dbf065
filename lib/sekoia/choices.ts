import { type Choice, type ChoiceKind, type ChoiceSource, SOURCES, merge } from './choice-sources';
import { SekoiaError, asSekoiaError } from './errors';
import { MAX_PAGE_SIZE, type RestClient } from './rest-client';

export { CHOICE_KINDS, type Choice, type ChoiceKind } from './choice-sources';

/** Long lists do not help while typing. */
const MAX_CHOICES = 50;

/** Of a list with more items, the rest can be entered by hand. */
const MAX_PAGES = 5;

const REMEMBER_FOR_MS = 60_000;

/** How long a list is not asked for again after the key was refused it. */
const REFUSED_FOR_MS = 3_600_000;

/** A user is waiting; the editor gives up after 30 s. */
const TIMEOUT_MS = 20_000;

export interface ChoicesTiming {
  rememberForMs: number;
  timeoutMs: number;
}

type Client = Pick<RestClient, 'listAlerts' | 'listItems'>;
type Found = (Choice | undefined)[];

/**
 * Suggests values of the tenant for the filters of a trigger. Reads in the background: only when no read of
 * alerts waits, and without effect on other reads. Reads each kind at most once a minute.
 */
export class Choices {
  readonly #client: Client;
  readonly #timing: ChoicesTiming;
  readonly #known = new Map<ChoiceKind, { choices: Promise<Choice[]>; readMs: number }>();
  /**
   * When the key was refused a list. The platform's firewall counts each refusal, so the list is not requested
   * again for some time.
   */
  readonly #refusedMs = new Map<string, number>();

  constructor(
    client: Client,
    { rememberForMs = REMEMBER_FOR_MS, timeoutMs = TIMEOUT_MS }: Partial<ChoicesTiming> = {},
  ) {
    this.#client = client;
    this.#timing = { rememberForMs, timeoutMs };
  }

  /** Those that hold the text. @throws SekoiaError when nothing can be read */
  async find(kind: ChoiceKind, search: string): Promise<Choice[]> {
    const wanted = search.trim().toLowerCase();
    const all = await this.#all(kind);
    const holds = (text: string): boolean => text.toLowerCase().includes(wanted);
    return all
      .filter(({ label, value, detail = '' }) => holds(label) || holds(value) || holds(detail))
      .slice(0, MAX_CHOICES);
  }

  #all(kind: ChoiceKind): Promise<Choice[]> {
    const known = this.#known.get(kind);
    if (known !== undefined && performance.now() - known.readMs < this.#timing.rememberForMs)
      return known.choices;
    const choices = this.#readInTime(SOURCES[kind]);
    this.#known.set(kind, { choices, readMs: performance.now() });
    choices.catch(() => this.#known.delete(kind));
    return choices;
  }

  async #readInTime(source: ChoiceSource): Promise<Choice[]> {
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(tooBusy()), this.#timing.timeoutMs);
    try {
      return merge(await this.#read(source, timeout.signal));
    } finally {
      clearTimeout(timer);
    }
  }

  async #read({ list, extra, ofAlert }: ChoiceSource, signal: AbortSignal): Promise<Found> {
    const listed = await this.#readList(list, signal);
    if (extra === undefined && listed.length > 0) return listed;
    // Alerts go before the extra list: a refusal of that holds up what is asked in the background after it.
    const ofAlerts = await this.#readAlerts(ofAlert, signal);
    if (extra === undefined) return ofAlerts;
    return [...listed, ...(await this.#readList(extra, signal).catch(() => [])), ...ofAlerts];
  }

  /** Nothing when the list is refused or not there. @throws SekoiaError */
  async #readList({ path, read }: ChoiceSource['list'], signal: AbortSignal): Promise<Found> {
    if (performance.now() - (this.#refusedMs.get(path) ?? -Infinity) < REFUSED_FOR_MS) return [];
    const found: Found = [];
    try {
      for (let page = 0; page < MAX_PAGES; page += 1) {
        const options = { priority: 'background', offset: page * MAX_PAGE_SIZE, signal } as const;
        const items = await this.#client.listItems(path, options);
        found.push(...items.map(read));
        if (items.length < MAX_PAGE_SIZE) break;
      }
    } catch (thrown) {
      signal.throwIfAborted();
      const { code } = asSekoiaError(thrown);
      if (code !== 'SEKOIA_FORBIDDEN' && code !== 'SEKOIA_NOT_FOUND') throw thrown;
      this.#refusedMs.set(path, performance.now());
    }
    return found;
  }

  async #readAlerts(ofAlert: ChoiceSource['ofAlert'], signal: AbortSignal): Promise<Found> {
    const query = { limit: MAX_PAGE_SIZE, sort: 'created_at', direction: 'desc' };
    const { items } = await this.#client.listAlerts(query, { priority: 'background', signal });
    return items.map(ofAlert);
  }
}

function tooBusy(): SekoiaError {
  return new SekoiaError(
    'SEKOIA_TIMEOUT',
    'No suggestions at the moment, because reading alerts has priority. Try again later, or enter the full name',
  );
}
