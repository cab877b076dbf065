import type { AlertSummary } from '../sekoia/alert';
import type { Attempt, Delivery, Revision } from './attempt';
import type { Entry } from './entry';

interface AttemptsAtAlert {
  readonly underWay: Map<number, Delivery>;
  readonly succeeded: Set<number>;
  /** Revisions of attempts whose outcome has not been dealt with yet. */
  readonly early: Map<number, Revision>;
  /** Unless it has succeeded. */
  last?: Attempt;
  /** Until the alert is delivered. */
  summary?: AlertSummary;
}

/** Stands for any attempt: the alert arrived, whichever attempt delivered it. */
const CONFIRMED = 0;

/**
 * The attempts of an alert that are in progress or have succeeded. There can be several: an attempt that timed
 * out can still succeed, and one that succeeded can still fail. An alert is delivered as long as one success
 * remains.
 */
export class Attempts {
  readonly #byEntry = new WeakMap<Entry, AttemptsAtAlert>();
  readonly #underWay = new Set<Delivery>();
  #delivered = 0;

  /** Alerts of which an attempt has succeeded since the start. */
  get delivered(): number {
    return this.#delivered;
  }

  /** All attempts whose outcome is not known yet. */
  get underWay(): Iterable<Delivery> {
    return this.#underWay;
  }

  begin(attempt: Attempt, summary: AlertSummary): void {
    const attempts = this.#of(attempt.entry);
    // A user reran the alert: earlier successes do not count.
    if (attempt.entry.source === 'rerun') attempts.succeeded.clear();
    attempts.last = attempt;
    attempts.summary = summary;
  }

  follow({ entry, number }: Attempt, delivery: Delivery): void {
    this.#of(entry).underWay.set(number, delivery);
    this.#underWay.add(delivery);
  }

  /** Marks the outcome as processed. Returns the revision since then, if any. */
  end({ entry, number }: Attempt): Revision | undefined {
    const { underWay, early } = this.#of(entry);
    const delivery = underWay.get(number);
    if (delivery !== undefined) this.#underWay.delete(delivery);
    underWay.delete(number);
    const revision = early.get(number);
    early.delete(number);
    return revision;
  }

  /** True if the outcome of the attempt comes first: `end` then returns the revision. */
  isEarly({ entry, number }: Attempt, revision: Revision): boolean {
    const { underWay, early } = this.#of(entry);
    if (!underWay.has(number)) return false;
    early.set(number, revision);
    return true;
  }

  succeeded({ entry, number }: Attempt): void {
    this.#succeeded(entry, number);
  }

  confirmed(entry: Entry): void {
    this.#succeeded(entry, CONFIRMED);
  }

  failed({ entry, number }: Attempt): void {
    const { succeeded } = this.#of(entry);
    if (succeeded.delete(number) && succeeded.size === 0) this.#delivered -= 1;
  }

  isDelivered(entry: Entry): boolean {
    return this.#of(entry).succeeded.size > 0;
  }

  isUnderWay(entry: Entry): boolean {
    return this.#of(entry).underWay.size > 0;
  }

  /** The newest attempt under way at an alert. */
  newest(entry: Entry): Delivery | undefined {
    return [...this.#of(entry).underWay.values()].at(-1);
  }

  last(entry: Entry): { attempt?: Attempt; summary?: AlertSummary } {
    const { last, summary } = this.#of(entry);
    return { ...(last && { attempt: last }), ...(summary && { summary }) };
  }

  #succeeded(entry: Entry, number: number): void {
    const attempts = this.#of(entry);
    if (attempts.succeeded.size === 0) this.#delivered += 1;
    attempts.succeeded.add(number);
    delete attempts.summary;
    delete attempts.last;
  }

  #of(entry: Entry): AttemptsAtAlert {
    let attempts = this.#byEntry.get(entry);
    if (attempts === undefined) {
      attempts = { underWay: new Map(), succeeded: new Set(), early: new Map() };
      this.#byEntry.set(entry, attempts);
    }
    return attempts;
  }
}
