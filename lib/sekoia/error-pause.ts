import { BackOff } from '../util/back-off';
import type { SekoiaError } from './errors';

export interface ErrorPauseTiming {
  /** Two error answers within this time pause all requests. */
  errorWindowMs: number;
  firstPauseMs: number;
  maxPauseMs: number;
}

/**
 * Sekoia's advice to API clients (documentation, FAQ › Recommendations and best practices): pause after two
 * error answers within 10 seconds, else a firewall blocks the address for up to 10 minutes.
 */
export const ERROR_PAUSE_TIMING: Readonly<ErrorPauseTiming> = {
  errorWindowMs: 10_000,
  firstPauseMs: 5_000,
  maxPauseMs: 60_000,
};

/** Two error answers in a short time, or a request of the platform. */
export type PauseReason = 'errors' | 'retry-after';

/** The time in which no request is sent, because the platform answers with errors. */
export class ErrorPause {
  readonly #timing: ErrorPauseTiming;
  readonly #backOff: BackOff;
  #untilMs = 0;
  #reason: PauseReason = 'errors';
  #lastErrorMs = -Infinity;
  #backgroundUntilMs = 0;

  constructor(timing: Partial<ErrorPauseTiming> = {}) {
    this.#timing = { ...ERROR_PAUSE_TIMING, ...timing };
    this.#backOff = new BackOff({ firstMs: this.#timing.firstPauseMs, maxMs: this.#timing.maxPauseMs });
  }

  /** The rest of the pause. 0: no pause. */
  get leftMs(): number {
    return Math.max(0, this.#untilMs - performance.now());
  }

  /** The same for background requests, which also have a pause of their own. */
  get backgroundLeftMs(): number {
    return Math.max(this.leftMs, this.#backgroundUntilMs - performance.now());
  }

  get reason(): PauseReason {
    return this.#reason;
  }

  succeeded(): void {
    if (performance.now() > this.#untilMs) this.#backOff.reset();
  }

  /**
   * An error answer came.
   * @returns whether the pause begins or becomes longer
   */
  failed({ retryAfterMs, status }: SekoiaError): boolean {
    const now = performance.now();
    const isSecond = now - this.#lastErrorMs < this.#timing.errorWindowMs;
    if (status !== undefined) this.#lastErrorMs = now;
    // Also with a Retry-After: one that has passed by the time it arrives would lift the pause.
    const afterErrorsMs = status !== undefined && isSecond ? this.#backOff.nextMs() : 0;
    if (retryAfterMs !== undefined && retryAfterMs >= afterErrorsMs)
      return this.#extend(now + retryAfterMs, 'retry-after');
    return this.#extend(now + afterErrorsMs, 'errors');
  }

  /** An error answer to a background request came. It pauses only these. */
  failedInBackground({ retryAfterMs = 0 }: SekoiaError): void {
    const untilMs = performance.now() + Math.max(this.#timing.errorWindowMs, retryAfterMs);
    this.#backgroundUntilMs = Math.max(this.#backgroundUntilMs, untilMs);
  }

  #extend(untilMs: number, reason: PauseReason): boolean {
    if (untilMs <= Math.max(this.#untilMs, performance.now())) return false;
    this.#untilMs = untilMs;
    this.#reason = reason;
    return true;
  }
}
