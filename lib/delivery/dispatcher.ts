import { BackOff } from '../sekoia/back-off';
import { type SekoiaError, asSekoiaError } from '../sekoia/errors';
import type { Delivery } from './ledger';

export interface DispatcherTiming {
  firstRetryMs: number;
  maxRetryMs: number;
  /** After a 401 or 403. */
  refusedRetryMs: number;
}

export const DISPATCHER_TIMING: Readonly<DispatcherTiming> = {
  firstRetryMs: 1_000,
  maxRetryMs: 60_000,
  refusedRetryMs: 300_000,
};

/** Attempts at an alert whose answer cannot be used; trouble that passes does not count. */
const MAX_ATTEMPTS = 5;

export interface DispatcherOptions {
  maxInFlight: number;
  /** Delivers one alert. Throws SekoiaError. */
  deliver: (delivery: Delivery, attempt: number, signal: AbortSignal) => Promise<void>;
  /** An alert that will never be delivered, and why. */
  onGivenUp: (delivery: Delivery, error: SekoiaError) => void;
  /** What keeps alerts waiting, or undefined once deliveries succeed again. */
  onTrouble: (error: SekoiaError | undefined) => void;
  timing?: Partial<DispatcherTiming>;
}

interface Queued {
  readonly delivery: Delivery;
  attempt: number;
}

/**
 * Delivers alerts oldest first, a bounded number at a time. Trouble with the platform concerns all of them,
 * so it stops the whole queue for a growing wait; nothing is dropped for it.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #timing: DispatcherTiming;
  readonly #backOff: BackOff;
  readonly #stopped = new AbortController();
  readonly #queue: Queued[] = [];
  #inFlight = 0;
  #pause: NodeJS.Timeout | undefined;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#timing = { ...DISPATCHER_TIMING, ...options.timing };
    this.#backOff = new BackOff({ firstMs: this.#timing.firstRetryMs, maxMs: this.#timing.maxRetryMs });
  }

  add(delivery: Delivery): void {
    this.#queue.push({ delivery, attempt: 1 });
    this.#fill();
  }

  /** Ends a wait early: the platform has answered elsewhere. */
  resume(): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
    this.#fill();
  }

  stop(): void {
    this.#stopped.abort();
    clearTimeout(this.#pause);
    this.#queue.length = 0;
  }

  #fill(): void {
    while (this.#pause === undefined && this.#inFlight < this.#options.maxInFlight) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      this.#inFlight += 1;
      void this.#run(next);
    }
  }

  async #run(queued: Queued): Promise<void> {
    const { signal } = this.#stopped;
    try {
      await this.#options.deliver(queued.delivery, queued.attempt, signal);
      if (signal.aborted) return;
      this.#backOff.reset();
      this.#options.onTrouble(undefined);
    } catch (thrown) {
      if (signal.aborted) return;
      this.#failed(queued, asSekoiaError(thrown));
    } finally {
      this.#inFlight -= 1;
      if (!signal.aborted) this.#fill();
    }
  }

  #failed(queued: Queued, error: SekoiaError): void {
    const wait = error.passing || error.refused;
    if (!wait && (error.code !== 'SEKOIA_BAD_RESPONSE' || queued.attempt >= MAX_ATTEMPTS)) {
      this.#options.onGivenUp(queued.delivery, error);
      return;
    }
    queued.attempt += 1;
    this.#queue.unshift(queued);
    if (wait) this.#options.onTrouble(error);
    const waitMs = error.refused ? this.#timing.refusedRetryMs : this.#backOff.nextMs();
    this.#pause ??= setTimeout(() => this.resume(), Math.max(waitMs, error.retryAfterMs ?? 0));
  }
}
