/** The time; tests set it. */
export interface Clock {
  /** In ms since 1970. It may jump. */
  wallMs(): number;
  /** In ms, and only forward. */
  monotonicMs(): number;
}

export const SYSTEM_CLOCK: Clock = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };
