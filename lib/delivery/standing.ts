import type { Entry } from './entry';
import type { Revision } from './outcome';

interface Attempts {
  readonly underWay: Set<number>;
  readonly succeeded: Set<number>;
  /** What came of attempts whose first outcome has not been dealt with yet. */
  readonly early: Map<number, Revision>;
}

/**
 * Which attempts at an alert are under way, and which have succeeded as far as is known: several may, since one that
 * timed out may succeed after all, and one that succeeded may fail. An alert is delivered as long as one stands.
 */
export class Standing {
  readonly #attempts = new WeakMap<Entry, Attempts>();

  begun(entry: Entry, attempt: number): void {
    const attempts = this.#of(entry);
    // Somebody asked for it once more: what arrived before does not count.
    if (entry.source === 'rerun') attempts.succeeded.clear();
    attempts.underWay.add(attempt);
  }

  /** Its outcome has been dealt with. Returns what has come of it since it was told. */
  ended(entry: Entry, attempt: number): Revision | undefined {
    const { underWay, early } = this.#of(entry);
    underWay.delete(attempt);
    const revision = early.get(attempt);
    early.delete(attempt);
    return revision;
  }

  /** True if the outcome of the attempt comes first: `ended` then returns the revision. */
  isEarly(entry: Entry, attempt: number, revision: Revision): boolean {
    const { underWay, early } = this.#of(entry);
    if (!underWay.has(attempt)) return false;
    early.set(attempt, revision);
    return true;
  }

  succeeded(entry: Entry, attempt: number): void {
    this.#of(entry).succeeded.add(attempt);
  }

  failed(entry: Entry, attempt: number): void {
    this.#of(entry).succeeded.delete(attempt);
  }

  isDelivered(entry: Entry): boolean {
    return this.#of(entry).succeeded.size > 0;
  }

  isUnderWay(entry: Entry): boolean {
    return this.#of(entry).underWay.size > 0;
  }

  #of(entry: Entry): Attempts {
    let attempts = this.#attempts.get(entry);
    if (attempts === undefined) {
      attempts = { underWay: new Set(), succeeded: new Set(), early: new Map() };
      this.#attempts.set(entry, attempts);
    }
    return attempts;
  }
}
