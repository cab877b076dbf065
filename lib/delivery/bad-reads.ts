import type { Entry } from './entry';

/** How often reading an alert may give an unusable answer while other answers are usable. */
const MAX_BAD_READS = 5;

/**
 * Distinguishes an unreadable alert from an unreadable platform: a proxy may answer every request with its own
 * page.
 */
export class BadReads {
  /** Usable answers. */
  #goodReads = 0;
  readonly #bad = new WeakMap<Entry, { count: number; goodReads: number }>();

  goodRead(): void {
    this.#goodReads += 1;
  }

  /** Records an unusable answer for this alert. Returns true once the alert itself is the cause. */
  badRead(entry: Entry): boolean {
    return this.#count(entry) >= MAX_BAD_READS;
  }

  /** Counts only if a good read came since the last bad one. */
  #count(entry: Entry): number {
    const before = this.#bad.get(entry);
    if (before?.goodReads === this.#goodReads) return before.count;
    const count = (before?.count ?? 0) + 1;
    this.#bad.set(entry, { count, goodReads: this.#goodReads });
    return count;
  }
}
