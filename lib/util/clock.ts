/** The time; tests set it. */
export interface Clock {
  /** Wall-clock time in ms since 1970. It may jump. */
  now(): number;
  /** Monotonic time in ms. */
  ticks(): number;
}

export const SYSTEM_CLOCK: Clock = { now: () => Date.now(), ticks: () => performance.now() };
