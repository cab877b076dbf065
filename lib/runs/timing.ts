/** The waits of a run. */
export interface RunTiming {
  /** A run under way ends after this. */
  readonly timeoutMs: number;
  /** An ended run stays known for this long. */
  readonly lateMs: number;
  /** A node without `done` may still be at work for this long after it took a message. */
  readonly quietMs: number;
  /** A node that reported an error may still call `done` within this. */
  readonly errorQuietMs: number;
}

export type TrackerTiming = Omit<RunTiming, 'timeoutMs'>;

export const TRACKER_TIMING: Readonly<TrackerTiming> = {
  quietMs: 50,
  errorQuietMs: 1_000,
  lateMs: 3_600_000,
};
