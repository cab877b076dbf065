import { AsyncResource } from 'node:async_hooks';

import { Machine } from './model-machine';

interface Timer {
  atMs: number;
  everyMs: number | undefined;
  run: () => void;
  machine: Machine | undefined;
  unref: () => Timer;
}

/** Time that passes when the test says so, for timers and for the monotonic clock, on all machines alike. */
export class VirtualTime {
  nowMs = 0;
  readonly #timers = new Set<Timer>();
  readonly #original = { setTimeout, clearTimeout, setInterval, clearInterval };
  readonly #now = performance.now.bind(performance);

  install(): void {
    this.nowMs = 0;
    this.#timers.clear();
    const clear = (timer: Timer): boolean => this.#timers.delete(timer);
    Object.assign(globalThis, {
      setTimeout: (run: () => void, ms = 0) => this.#set(run, ms, undefined),
      setInterval: (run: () => void, ms: number) => this.#set(run, ms, ms),
      clearTimeout: clear,
      clearInterval: clear,
    });
    performance.now = () => this.nowMs;
  }

  restore(): void {
    Object.assign(globalThis, this.#original);
    performance.now = this.#now;
  }

  /** @param afterEach resolves when what a timer set off has happened */
  async advance(ms: number, afterEach: () => Promise<void>): Promise<void> {
    const until = this.nowMs + ms;
    for (;;) {
      const next = this.#next(until);
      if (next === undefined) break;
      // Those of a process that was stopped are late.
      this.nowMs = Math.max(this.nowMs, next.atMs);
      if (next.everyMs === undefined) this.#timers.delete(next);
      else next.atMs = this.nowMs + next.everyMs;
      next.run();
      await afterEach();
    }
    this.nowMs = until;
  }

  #next(until: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.machine?.killed) this.#timers.delete(timer);
      else if (timer.machine?.paused !== true && timer.atMs <= until && timer.atMs < (next?.atMs ?? Infinity))
        next = timer;
    }
    return next;
  }

  #set(run: () => void, ms: number, everyMs: number | undefined): Timer {
    const machine = Machine.current();
    const timer: Timer = {
      atMs: this.nowMs + ms,
      everyMs,
      run: AsyncResource.bind(run),
      machine,
      unref: () => timer,
    };
    this.#timers.add(timer);
    return timer;
  }
}
