import type { HistoryEntry } from './entry';
import type { RunStatus, RunSummary } from './run-record';

export interface RunQuery {
  /** Id of a trigger node. */
  readonly trigger?: string | undefined;
  /** Empty or undefined: any. */
  readonly status?: readonly RunStatus[] | undefined;
  /** The alert's uuid, or a part of its short id or title, in upper or lower case. */
  readonly alert?: string | undefined;
  /** `next` of the page before. */
  readonly before?: string | undefined;
  readonly limit: number;
}

export interface RunPage {
  readonly runs: readonly RunSummary[];
  /** `before` of the next page; null on the last one. */
  readonly next: string | null;
}

interface Position {
  readonly startedMs: number;
  readonly id: string;
}

/** Runs in the order in which they began. Runs that began in the same ms are in the order of their ids. */
export class RunList {
  readonly #byId = new Map<string, HistoryEntry>();
  /** Oldest first. */
  readonly #inOrder: HistoryEntry[] = [];

  get size(): number {
    return this.#inOrder.length;
  }

  get oldest(): HistoryEntry | undefined {
    return this.#inOrder[0];
  }

  get(id: string): HistoryEntry | undefined {
    return this.#byId.get(id);
  }

  values(): Iterable<HistoryEntry> {
    return this.#inOrder;
  }

  /** @throws RangeError when there is a run of this id */
  add(item: HistoryEntry): void {
    const { id } = item.summary;
    if (this.#byId.has(id)) throw new RangeError(`A run ${id} already exists`);
    this.#byId.set(id, item);
    this.#inOrder.splice(this.#countBefore(positionOf(item)), 0, item);
  }

  /** Removes the oldest. */
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
    let last: HistoryEntry | undefined;
    for (at -= 1; at >= 0; at -= 1) {
      const item = this.#inOrder[at];
      if (item === undefined || !matches(item.summary, filter)) continue;
      if (runs.length === limit) return { runs, next: last === undefined ? null : cursorOf(last) };
      runs.push(item.summary);
      last = item;
    }
    return { runs, next: null };
  }

  /** The last run of each alert with each trigger, newest first. */
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

  #countBefore(position: Position): number {
    // A run that begins is most often the newest.
    const newest = this.#inOrder.at(-1);
    if (newest === undefined || isBefore(positionOf(newest), position)) return this.#inOrder.length;
    let [low, high] = [0, this.#inOrder.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const item = this.#inOrder[middle];
      if (item !== undefined && isBefore(positionOf(item), position)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Runs of the same alert with the same trigger have the same key. */
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

function positionOf({ startedMs, summary }: HistoryEntry): Position {
  return { startedMs, id: summary.id };
}

function isBefore(one: Position, other: Position): boolean {
  return one.startedMs < other.startedMs || (one.startedMs === other.startedMs && one.id < other.id);
}

/** A position instead of a number: runs that begin meanwhile shift nothing. */
function cursorOf(item: HistoryEntry): string {
  return `${item.startedMs}-${item.summary.id}`;
}

function parseCursor(cursor: string): Position {
  const [, startedMs, id] = /^(\d{1,15})-(.+)$/s.exec(cursor) ?? [];
  if (startedMs === undefined || id === undefined) throw new RangeError('This is not a page token');
  return { startedMs: Number(startedMs), id };
}
