import { BackOff } from '../util/back-off';

/**
 * Whether the other tool accepts alerts: a circuit breaker over all runs of a trigger.
 *
 *   flowing ── 5 runs in a row failed ──▶ paused ── the wait is over ──▶ probing
 *      ▲                                    ▲ │                             │
 *      │                                    └─┼──── the run failed ─────────┤
 *      └──────── a run succeeded ─────────────┴─────────────────────────────┘
 *
 *   flowing  as many runs as the trigger may have.
 *   paused   the other tool is probably down: nothing is sent, for a growing time.
 *   probing  one run at a time tests the tool.
 */
export type CircuitState = 'flowing' | 'paused' | 'probing';

const FAILURES_BEFORE_PAUSE = 5;

export interface CircuitTiming {
  /** Between probes. */
  firstProbeMs: number;
  maxProbeMs: number;
}

export class Circuit {
  readonly #backOff: BackOff;
  readonly #onProbe: () => void;
  #state: CircuitState = 'flowing';
  #failuresInARow = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param onProbe called when the wait is over: one run may start */
  constructor({ firstProbeMs, maxProbeMs }: CircuitTiming, onProbe: () => void) {
    this.#backOff = new BackOff({ firstMs: firstProbeMs, maxMs: maxProbeMs });
    this.#onProbe = onProbe;
  }

  get state(): CircuitState {
    return this.#state;
  }

  /**
   * How many runs may be in progress.
   * @param maxInFlight the number in the normal state
   */
  limit(maxInFlight: number): number {
    if (this.#state === 'flowing') return maxInFlight;
    return this.#state === 'probing' ? 1 : 0;
  }

  failed(): void {
    this.#failuresInARow += 1;
    if (this.#state === 'paused') return;
    if (this.#state === 'flowing' && this.#failuresInARow < FAILURES_BEFORE_PAUSE) return;
    this.#state = 'paused';
    this.#timer = setTimeout(() => {
      this.#state = 'probing';
      this.#onProbe();
    }, this.#backOff.nextMs());
  }

  succeeded(): void {
    this.#failuresInARow = 0;
    if (this.#state === 'flowing') return;
    clearTimeout(this.#timer);
    this.#backOff.reset();
    this.#state = 'flowing';
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
