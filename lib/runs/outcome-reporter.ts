import type { RunOutcome } from './outcome';

/** Reports the outcome of a run once, and later each revision of it. */
export class OutcomeReporter {
  readonly outcome: Promise<RunOutcome>;
  readonly idle: Promise<void>;
  readonly over: Promise<void>;
  readonly #onRevised: ((outcome: RunOutcome) => void) | undefined;
  #status: RunOutcome['status'] | undefined;
  #resolveOutcome!: (outcome: RunOutcome) => void;
  #resolveIdle!: () => void;
  #resolveOver!: () => void;

  constructor(onRevised: ((outcome: RunOutcome) => void) | undefined) {
    this.#onRevised = onRevised;
    this.outcome = new Promise((resolve) => (this.#resolveOutcome = resolve));
    this.idle = new Promise((resolve) => (this.#resolveIdle = resolve));
    this.over = new Promise((resolve) => (this.#resolveOver = resolve));
  }

  /** Whether an outcome was reported. */
  get reported(): boolean {
    return this.#status !== undefined;
  }

  /**
   * Reports an outcome, unless it changes nothing.
   * @returns whether it is the first outcome of the run
   */
  report(outcome: RunOutcome): boolean {
    const before = this.#status;
    const { status } = outcome;
    if (before === undefined) {
      this.#status = status;
      this.#resolveOutcome(outcome);
      return true;
    }
    // A failure after a time-out changes nothing: the run has not succeeded.
    if (before !== status && (before !== 'timed-out' || status === 'succeeded')) {
      this.#status = status;
      this.#onRevised?.(outcome);
    }
    return false;
  }

  /** Settles the outcome of a run that is abandoned before it ends. */
  reportAbandoned(): void {
    this.#resolveOutcome({ status: 'abandoned' });
  }

  reportIdle(): void {
    this.#resolveIdle();
  }

  reportOver(): void {
    this.#resolveOver();
  }
}
