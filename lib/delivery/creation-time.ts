import { epochSeconds, isInMilliseconds } from '../sekoia/json';

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
  /** Whether it can be true, so that a cursor may go by it. */
  credible: boolean;
}

/**
 * @param value `created_at` of an alert
 * @param from where the window of the list begins in which it was found
 * @param latest what is known of the platform's time, in epoch seconds
 */
export function creationTime(value: unknown, from: number, latest: number | undefined): CreationTime {
  const said = epochSeconds(value);
  if (said === null) return { said, forLedger: null, credible: false };
  const now = latest === undefined ? null : Math.floor(latest);
  // Where the list takes it for another time than it says, it may be met for ever. It is then remembered for as long
  // as it is met. One of next year would be remembered, and wait, till then.
  const isElsewhere = said < from || isInMilliseconds(value);
  const isFar = said > LATEST_SECONDS || (now !== null && said > now + FAR_SECONDS);
  const isLate = said > LATEST_SECONDS || (now !== null && said > now + CLOCK_TOLERANCE_SECONDS);
  return {
    said,
    forLedger: isFar || isElsewhere ? now : said,
    credible: !isLate && !isInMilliseconds(value),
  };
}

/** Whether an alert says of itself something that cannot be true; what cannot be read is passed over. */
export function isOdd({ said, credible }: CreationTime): boolean {
  return said !== null && !credible;
}
