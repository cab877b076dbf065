interface Timer {
  callback: () => void;
  ms: number;
}

/** In place of setTimeout and clearTimeout: timers that go off when the test says so, and show their waits. */
export class ManualTimers {
  /** Every wait that was ever asked for, in order. */
  readonly asked: number[] = [];
  readonly #timers = new Set<Timer>();
  readonly #setTimeout = globalThis.setTimeout;
  readonly #clearTimeout = globalThis.clearTimeout;

  install(): void {
    this.asked.length = 0;
    this.#timers.clear();
    const set = (callback: () => void, ms = 0): Timer => {
      const timer = { callback, ms };
      this.asked.push(ms);
      this.#timers.add(timer);
      return timer;
    };
    globalThis.setTimeout = set as unknown as typeof setTimeout;
    globalThis.clearTimeout = ((timer: Timer) =>
      this.#timers.delete(timer)) as unknown as typeof clearTimeout;
  }

  restore(): void {
    globalThis.setTimeout = this.#setTimeout;
    globalThis.clearTimeout = this.#clearTimeout;
  }

  /** The waits of the timers that have not gone off. */
  get waits(): number[] {
    return [...this.#timers].map(({ ms }) => ms);
  }

  /** Lets the timer with the shortest wait go off. */
  fireNext(): void {
    const [next] = [...this.#timers].sort((one, other) => one.ms - other.ms);
    if (next === undefined) throw new Error('no timer is set');
    this.#timers.delete(next);
    next.callback();
  }

  fireAll(): void {
    for (const timer of [...this.#timers]) {
      this.#timers.delete(timer);
      timer.callback();
    }
  }
}
