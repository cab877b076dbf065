export interface Clock {
  /** In ms since 1970. */
  now(): number;
  /** In ms, and only forward. */
  ticks(): number;
}

export const SYSTEM_CLOCK: Clock = { now: () => Date.now(), ticks: () => performance.now() };
