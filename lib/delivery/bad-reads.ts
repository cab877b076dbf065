import type { Entry } from './entry';

/** Attempts at reading an alert whose answer cannot be used, while other answers can. */
const MAX_BAD_READS = 5;

/** Tells an alert that cannot be read from a platform that cannot: a proxy may answer everything with a page of its own. */
export class BadReads {
  /** Answers that could be used. */
  #goodReads = 0;
  readonly #bad = new WeakMap<Entry, { count: number; goodReads: number }>();

  goodRead(): void {
    this.#goodReads += 1;
  }

  /** One more answer about this alert cannot be used. True once that is the alert's fault. */
  badRead(entry: Entry): boolean {
    return this.#count(entry) >= MAX_BAD_READS;
  }

  /** Only what came with a good read since the last bad one counts. */
  #count(entry: Entry): number {
    const before = this.#bad.get(entry);
    if (before?.goodReads === this.#goodReads) return before.count;
    const count = (before?.count ?? 0) + 1;
    this.#bad.set(entry, { count, goodReads: this.#goodReads });
    return count;
  }
}
