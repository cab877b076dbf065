import type { Scheduler } from './runtime';
import type { RunTiming } from './timing';

export interface DeadlineHandlers {
  readonly timedOut: () => void;
  readonly tooLate: () => void;
}

/** The two limits of a run: how long it may be under way, and how long it stays known after its end. */
export class Deadlines {
  readonly #timing: RunTiming;
  readonly #clock: Scheduler;
  readonly #handlers: DeadlineHandlers;
  #timeout: unknown;
  #late: unknown;

  constructor(timing: RunTiming, clock: Scheduler, handlers: DeadlineHandlers) {
    this.#timing = timing;
    this.#clock = clock;
    this.#handlers = handlers;
  }

  /** Starts the time-out, unless it has started. */
  startTimeout(): void {
    if (this.#timeout !== undefined) return;
    this.#timeout = this.#clock.setTimeout(() => {
      this.#timeout = undefined;
      this.#handlers.timedOut();
    }, this.#timing.timeoutMs);
  }

  cancelTimeout(): void {
    this.#clock.clearTimeout(this.#timeout);
    this.#timeout = undefined;
  }

  startLate(): void {
    this.#late = this.#clock.setTimeout(this.#handlers.tooLate, this.#timing.lateMs);
  }

  cancelAll(): void {
    this.cancelTimeout();
    this.#clock.clearTimeout(this.#late);
  }
}
