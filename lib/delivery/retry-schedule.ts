import { BackOff } from '../util/back-off';
import type { Entry } from './entry';
import type { Ledger } from './ledger';

export interface RetryTiming {
  /** Before a failed alert is sent again. */
  firstRetryMs: number;
  maxRetryMs: number;
}

/** Alerts that wait to be sent again. */
export class RetrySchedule {
  readonly #timing: RetryTiming;
  readonly #ledger: Ledger;
  readonly #onDue: () => void;
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Alerts that failed while the tool was down: the others go first. */
  readonly #probes: Entry[] = [];

  /** @param onDue alerts are queued again */
  constructor(ledger: Ledger, timing: RetryTiming, onDue: () => void) {
    this.#ledger = ledger;
    this.#timing = timing;
    this.#onDue = onDue;
  }

  /** Queues an alert again after a wait that doubles with each failure. */
  later(entry: Entry): void {
    const { firstRetryMs, maxRetryMs } = this.#timing;
    const backOff = new BackOff({ firstMs: firstRetryMs * 2 ** (entry.failures - 1), maxMs: maxRetryMs });
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#ledger.due(entry);
      this.#onDue();
    }, backOff.nextMs());
    this.#timers.add(timer);
  }

  /** Queues an alert again once all others have been tried. */
  afterOthers(entry: Entry): void {
    this.#probes.push(entry);
  }

  /** All others have been tried, or the tool is back. */
  othersTried(): void {
    for (const entry of this.#probes.splice(0)) this.#ledger.due(entry);
  }

  clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }
}
