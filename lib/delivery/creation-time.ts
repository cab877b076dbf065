import { epochSeconds, isInMilliseconds } from '../util/json';

/** Clocks of one platform may differ by so much. Less than the overlap of two reads of the list. */
export const CLOCK_TOLERANCE_SECONDS = 300;

/** A time that is further off than this says nothing at all. */
const FAR_SECONDS = 24 * 3600;

/** The year 2100: whoever says more does not mean seconds since 1970. */
const LATEST_SECONDS = 4_102_444_800;

/** When an alert was created, and what that is good for. */
export interface CreationTime {
  /** As the alert says, in epoch seconds; null when that cannot be read. */
  said: number | null;
  /** For its place in the ledger, and how long it is remembered there. Null: not known. */
  forLedger: number | null;
  /** It can be true, and is nothing that nobody could know: a cursor may go by it. */
  credible: boolean;
  /** It cannot be true. */
  odd: boolean;
}

/** What is known of the platform's time, in epoch seconds. */
export interface KnownTime {
  seconds: number;
  /** It is no later than that; otherwise it is at least that late, and may be any later. */
  exact: boolean;
}

/**
 * @param value `created_at` of an alert
 * @param from where the window of the list begins in which it was found
 */
export function creationTime(value: unknown, from: number, now: KnownTime | undefined): CreationTime {
  const said = epochSeconds(value);
  if (said === null) return { said, forLedger: null, credible: false, odd: false };
  const latest = now === undefined ? -Infinity : now.seconds + CLOCK_TOLERANCE_SECONDS;
  const isAbsurd = isInMilliseconds(value) || said > LATEST_SECONDS;
  const odd = isAbsurd || (now?.exact === true && said > latest);
  // Where the list takes it for another time than it says, it may be met for ever. It is then remembered for as long
  // as it is met. One of next year would be remembered, and wait, till then.
  const isFar = now?.exact === true && said > now.seconds + FAR_SECONDS;
  const isElsewhere = isAbsurd || isFar || said < from;
  const present = now === undefined ? null : Math.floor(now.seconds);
  return { said, forLedger: isElsewhere ? present : said, credible: !odd && said <= latest, odd };
}
