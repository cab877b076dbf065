import timersPromises from 'node:timers/promises';

/** Node.js makes timers that are longer than this one millisecond long. */
const LONGEST_MS = 2 ** 31 - 1;

export interface TimerScale {
  /** Shorter timers stay as they are. */
  fromMs: number;
  by: number;
}

/** From now on, longer timers take `by` times as long. @returns what puts the timers back */
export function scaleTimers({ fromMs, by }: TimerScale): () => void {
  const scaled = (ms = 0): number => (ms >= fromMs ? Math.min(ms * by, LONGEST_MS) : ms);
  const { setTimeout: wait } = globalThis;
  const { setTimeout: delay } = timersPromises;
  globalThis.setTimeout = Object.assign(
    (run: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => wait(run, scaled(ms), ...args),
    wait,
  );
  timersPromises.setTimeout = (ms, value, options) => delay(scaled(ms), value, options);
  return () => {
    globalThis.setTimeout = wait;
    timersPromises.setTimeout = delay;
  };
}
