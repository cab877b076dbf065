import { BackOff } from '../util/back-off';
import type { SekoiaError } from '../sekoia/errors';

export interface ReadPauseTiming {
  /** Pause after a platform error. */
  firstReadRetryMs: number;
  maxReadRetryMs: number;
  /** After a 401 or 403 of the platform. */
  refusedRetryMs: number;
}

/** A platform error concerns all alerts, so no alert is read for a growing time. */
export class ReadPause {
  readonly #refusedRetryMs: number;
  readonly #backOff: BackOff;
  readonly #onOver: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(timing: ReadPauseTiming, onOver: () => void) {
    this.#refusedRetryMs = timing.refusedRetryMs;
    this.#backOff = new BackOff({ firstMs: timing.firstReadRetryMs, maxMs: timing.maxReadRetryMs });
    this.#onOver = onOver;
  }

  get isOn(): boolean {
    return this.#timer !== undefined;
  }

  /** Reads that fail together cause one pause. */
  begin(error: SekoiaError): void {
    if (this.#timer !== undefined) return;
    const waitMs = error.refused ? this.#refusedRetryMs : this.#backOff.nextMs();
    this.#timer = setTimeout(() => this.end(), Math.max(waitMs, error.retryAfterMs ?? 0));
  }

  end(): void {
    this.clear();
    this.#onOver();
  }

  /** The next pause is short again. */
  reset(): void {
    this.#backOff.reset();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
