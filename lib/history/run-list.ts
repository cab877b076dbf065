import type { RunStatus, RunSummary } from './run-record';

export interface RunQuery {
  /** Id of a trigger node. */
  readonly trigger?: string | undefined;
  /** Empty or not given: any. */
  readonly status?: readonly RunStatus[] | undefined;
  /** Text that the alert's short id or title contains, in any case, or its uuid. */
  readonly alert?: string | undefined;
  /** `next` of the page before. */
  readonly before?: string | undefined;
  readonly limit: number;
}

export interface RunPage {
  readonly runs: readonly RunSummary[];
  /** What the next page is before; null on the last one. */
  readonly next: string | null;
}

/** What the list needs to know of what it holds. */
export interface Listed {
  readonly summary: RunSummary;
  /** `summary.startedAt` in ms since 1970. */
  readonly startedMs: number;
}

interface Place {
  readonly startedMs: number;
  readonly id: string;
}

/** Runs in the order in which they began; of those that began in the same ms, in the order of their ids. */
export class RunList<Item extends Listed> {
  readonly #byId = new Map<string, Item>();
  /** Oldest first. */
  readonly #inOrder: Item[] = [];

  get size(): number {
    return this.#inOrder.length;
  }

  get oldest(): Item | undefined {
    return this.#inOrder[0];
  }

  get(id: string): Item | undefined {
    return this.#byId.get(id);
  }

  values(): Iterable<Item> {
    return this.#inOrder;
  }

  /** @throws RangeError when there is a run of this id */
  add(item: Item): void {
    const { id } = item.summary;
    if (this.#byId.has(id)) throw new RangeError(`There is a run ${id} already`);
    this.#byId.set(id, item);
    this.#inOrder.splice(this.#countBefore(placeOf(item)), 0, item);
  }

  /** Takes the oldest one off. */
  shift(): void {
    const item = this.#inOrder.shift();
    if (item !== undefined) this.#byId.delete(item.summary.id);
  }

  /**
   * Newest first.
   * @throws RangeError when `before` is not the `next` of a page
   */
  page({ before, limit, ...filter }: RunQuery): RunPage {
    const runs: RunSummary[] = [];
    let at = before === undefined ? this.#inOrder.length : this.#countBefore(parseCursor(before));
    let last: Item | undefined;
    for (at -= 1; at >= 0; at -= 1) {
      const item = this.#inOrder[at];
      if (item === undefined || !matches(item.summary, filter)) continue;
      if (runs.length === limit) return { runs, next: last === undefined ? null : cursorOf(last) };
      runs.push(item.summary);
      last = item;
    }
    return { runs, next: null };
  }

  /** The last run of each alert with each trigger. */
  latest(filter: Omit<RunQuery, 'before' | 'limit'>): RunSummary[] {
    const seen = new Set<string>();
    const runs: RunSummary[] = [];
    for (let at = this.#inOrder.length - 1; at >= 0; at -= 1) {
      const summary = this.#inOrder[at]?.summary;
      if (summary === undefined) continue;
      const key = alertKey(summary);
      if (!seen.has(key) && matches(summary, filter)) runs.push(summary);
      seen.add(key);
    }
    return runs;
  }

  #countBefore(place: Place): number {
    // A run that begins is most often the newest.
    const newest = this.#inOrder.at(-1);
    if (newest === undefined || isBefore(placeOf(newest), place)) return this.#inOrder.length;
    let [low, high] = [0, this.#inOrder.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const item = this.#inOrder[middle];
      if (item !== undefined && isBefore(placeOf(item), place)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The same for all runs of an alert with a trigger. */
export function alertKey({ trigger, alert }: Pick<RunSummary, 'trigger' | 'alert'>): string {
  return `${trigger.id} ${alert.uuid}`;
}

function matches(run: RunSummary, { trigger, status, alert }: Omit<RunQuery, 'before' | 'limit'>): boolean {
  if (trigger !== undefined && run.trigger.id !== trigger) return false;
  if (status !== undefined && status.length > 0 && !status.includes(run.status)) return false;
  if (alert === undefined || run.alert.uuid === alert) return true;
  const wanted = alert.toLowerCase();
  return [run.alert.shortId, run.alert.title].some((text) => text?.toLowerCase().includes(wanted));
}

function placeOf({ startedMs, summary }: Listed): Place {
  return { startedMs, id: summary.id };
}

function isBefore(one: Place, other: Place): boolean {
  return one.startedMs < other.startedMs || (one.startedMs === other.startedMs && one.id < other.id);
}

/** The place rather than the number of a run: runs that begin meanwhile shift nothing. */
function cursorOf(item: Listed): string {
  return `${item.startedMs}-${item.summary.id}`;
}

function parseCursor(cursor: string): Place {
  const [, startedMs, id] = /^(\d{1,15})-(.+)$/s.exec(cursor) ?? [];
  if (startedMs === undefined || id === undefined) throw new RangeError('That is not where a page ends');
  return { startedMs: Number(startedMs), id };
}
