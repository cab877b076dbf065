import type { Activity } from './activity';
import type { Scheduler } from './runtime';

/**
 * Detects that a run is at rest: nothing was in transit or at work for one turn of the event loop. It waits
 * longer for nodes that do not show when they are done, until `quietUntil` of the activity.
 */
export class RestDetector {
  readonly #activity: Activity;
  readonly #clock: Scheduler;
  readonly #onRest: () => void;
  /** Whether a check is due after this turn. */
  #checking = false;
  #quietTimer: unknown;
  #stopped = false;

  constructor(activity: Activity, clock: Scheduler, onRest: () => void) {
    this.#activity = activity;
    this.#clock = clock;
    this.#onRest = onRest;
  }

  check(): void {
    if (this.#checking || this.#stopped || this.#activity.busy) return;
    // The rest may come sooner than planned: a node has called `done` after an error.
    this.#clock.clearTimeout(this.#quietTimer);
    this.#checkAfterThisTurn();
  }

  stop(): void {
    this.#stopped = true;
    this.#clock.clearTimeout(this.#quietTimer);
  }

  #checkAfterThisTurn(): void {
    const { events } = this.#activity;
    this.#checking = true;
    this.#clock.setImmediate(() => {
      this.#checking = false;
      if (this.#stopped || this.#activity.busy) return;
      const waitMs = this.#activity.quietUntil - this.#clock.monotonicMs();
      if (waitMs > 0) {
        // Another turn follows the wait: a busy process runs late timers before the messages that are due.
        this.#quietTimer = this.#clock.setTimeout(() => this.check(), waitMs);
      } else if (this.#activity.events === events) {
        this.#onRest();
      } else {
        this.#checkAfterThisTurn();
      }
    });
  }
}
