import { epochSeconds, isInMilliseconds } from '../util/json';

/** How much the clocks of one platform may differ. Less than the overlap of two reads of the list. */
export const CLOCK_TOLERANCE_SECONDS = 300;

/** A time that is further off than this is ignored. */
const FAR_SECONDS = 24 * 3600;

/** The year 2100: a larger number is not in seconds since 1970. */
const LATEST_SECONDS = 4_102_444_800;

/** When an alert was created, and whether this time is plausible. */
export interface CreationTime {
  /** The time in the alert, in epoch seconds; null if it cannot be read. */
  said: number | null;
  /** Decides the position in the ledger and how long the ledger remembers the alert. Null: unknown. */
  forLedger: number | null;
  /** The time is plausible and known: a cursor may follow it. */
  credible: boolean;
  /** It cannot be true. */
  implausible: boolean;
}

/** What is known of the platform's time, in epoch seconds. */
export interface KnownTime {
  seconds: number;
  /** Whether this is the exact time. Otherwise, it is a lower bound. */
  exact: boolean;
}

/**
 * @param value `created_at` of an alert
 * @param from where the window of the list begins in which it was found
 */
export function creationTime(value: unknown, from: number, now: KnownTime | undefined): CreationTime {
  const said = epochSeconds(value);
  if (said === null) return { said, forLedger: null, credible: false, implausible: false };
  const latest = now === undefined ? -Infinity : now.seconds + CLOCK_TOLERANCE_SECONDS;
  const isAbsurd = isInMilliseconds(value) || said > LATEST_SECONDS;
  const implausible = isAbsurd || (now?.exact === true && said > latest);
  // If the list uses another time than the alert says, reads may find the alert again forever. The ledger then
  // remembers it for as long as reads find it. An alert of next year would be remembered until then.
  const isFar = now?.exact === true && said > now.seconds + FAR_SECONDS;
  const isElsewhere = isAbsurd || isFar || said < from;
  const present = now === undefined ? null : Math.floor(now.seconds);
  return {
    said,
    forLedger: isElsewhere ? present : said,
    credible: !implausible && said <= latest,
    implausible,
  };
}
