import type { AlertSummary } from '../sekoia/alert';
import type { Attempt, Delivery, Revision } from './attempt';
import type { Entry } from './entry';

interface AttemptsAtAlert {
  readonly inProgress: Map<number, Delivery>;
  readonly succeeded: Set<number>;
  /** Revisions that arrived before their attempts were concluded. */
  readonly early: Map<number, Revision>;
  /** The attempt that failed and is to be retried. */
  retried?: Attempt;
  /** What the alert is about, until it is delivered or a dead letter. */
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
  readonly #inProgress = new Set<Delivery>();
  #delivered = 0;

  /** Alerts that were delivered since the start. */
  get delivered(): number {
    return this.#delivered;
  }

  /** All attempts in progress. */
  get inProgress(): Iterable<Delivery> {
    return this.#inProgress;
  }

  begin(attempt: Attempt, summary: AlertSummary): void {
    const attempts = this.#of(attempt.entry);
    // A user reran the alert: earlier successes do not count.
    if (attempt.entry.source === 'rerun') attempts.succeeded.clear();
    delete attempts.retried;
    attempts.summary = summary;
  }

  follow({ entry, number }: Attempt, delivery: Delivery): void {
    this.#of(entry).inProgress.set(number, delivery);
    this.#inProgress.add(delivery);
  }

  /** Marks the outcome as processed. Returns the revision since then, if any. */
  end({ entry, number }: Attempt): Revision | undefined {
    const { inProgress, early } = this.#of(entry);
    const delivery = inProgress.get(number);
    if (delivery !== undefined) this.#inProgress.delete(delivery);
    inProgress.delete(number);
    const revision = early.get(number);
    early.delete(number);
    return revision;
  }

  /** True if the outcome of the attempt comes first: `end` then returns the revision. */
  isEarly({ entry, number }: Attempt, revision: Revision): boolean {
    const { inProgress, early } = this.#of(entry);
    if (!inProgress.has(number)) return false;
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

  isInProgress(entry: Entry): boolean {
    return this.#of(entry).inProgress.size > 0;
  }

  /** The newest attempt in progress at an alert. */
  newest(entry: Entry): Delivery | undefined {
    return [...this.#of(entry).inProgress.values()].at(-1);
  }

  /** The attempt failed, and its alert is to be sent again. */
  retry(attempt: Attempt): void {
    this.#of(attempt.entry).retried = attempt;
  }

  /**
   * Forgets what was kept for a dead letter.
   * @returns the summary of the alert, and the attempt whose retry is not made
   */
  takeDead(entry: Entry): { summary?: AlertSummary; unretried?: Attempt } {
    const attempts = this.#of(entry);
    const { retried, summary } = attempts;
    delete attempts.retried;
    delete attempts.summary;
    return { ...(retried && { unretried: retried }), ...(summary && { summary }) };
  }

  #succeeded(entry: Entry, number: number): void {
    const attempts = this.#of(entry);
    if (attempts.succeeded.size === 0) this.#delivered += 1;
    attempts.succeeded.add(number);
    delete attempts.summary;
    delete attempts.retried;
  }

  #of(entry: Entry): AttemptsAtAlert {
    let attempts = this.#byEntry.get(entry);
    if (attempts === undefined) {
      attempts = { inProgress: new Map(), succeeded: new Set(), early: new Map() };
      this.#byEntry.set(entry, attempts);
    }
    return attempts;
  }
}
