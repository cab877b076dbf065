import { CLOCK_TOLERANCE_SECONDS } from './creation-time';
import type { NewestAlerts } from './newest-alerts';

/** How many of the newest alerts to consider. */
export const FIRST_LOOK = 20;

/** If this many alerts are later than the `Date`, the `Date` is wrong. */
const AGREEING = 10;

/** Without a `Date`, the earliest of this many alerts counts: a single one may be wrong. */
const BELIEVED = 3;

/** Without any alert: how much earlier than the `Date`. */
const UNPROVEN_SECONDS = 24 * 3600;

/** If the start takes longer than this, it may see alerts that were created after it was requested. */
const PROMPT_SECONDS = 60;

export interface FirstStart {
  /** Alerts count from this time, in epoch seconds. */
  since: number;
  /** Alerts that a read from that time finds, but that are older than the trigger. */
  before: { uuid: string; createdAt: number }[];
}

/**
 * The time from which alerts count. It is never later than the newest alert, because that alert proves the
 * time. The `Date` may come from a proxy whose clock is hours ahead, and the alerts of these hours would be
 * lost.
 * @param elapsedSeconds since the start was requested: the platform may have been unreachable
 * @param agoSeconds how long before the start alerts count
 */
export function firstStart(newest: NewestAlerts, elapsedSeconds: number, agoSeconds: number): FirstStart {
  const { alerts, answeredAt } = newest;
  const earlier = elapsedSeconds + agoSeconds;
  const [latest] = alerts;
  // Some proxies remove the Date. Then the newest alert gives the time, which may be wrong.
  const now = answeredAt ?? latest?.createdAt;
  if (now === undefined) return { since: 0, before: [] };

  const agreed = alerts[AGREEING - 1]?.createdAt;
  if (agreed !== undefined && agreed > now + CLOCK_TOLERANCE_SECONDS)
    return { since: moment(agreed - earlier), before: [] };

  const wanted = now - earlier;
  const proof =
    answeredAt === undefined
      ? alerts.slice(0, BELIEVED).at(-1)
      : alerts.find(({ createdAt }) => createdAt <= now + CLOCK_TOLERANCE_SECONDS);
  if (proof === undefined) return { since: moment(wanted - UNPROVEN_SECONDS), before: [] };
  const since = moment(Math.min(wanted, proof.createdAt - elapsedSeconds));
  const isPrompt = elapsedSeconds <= PROMPT_SECONDS;
  const before = alerts.filter(({ createdAt }) => createdAt >= since && createdAt < moment(wanted));
  return { since, before: isPrompt ? before : [] };
}

function moment(seconds: number): number {
  return Math.max(0, Math.floor(seconds));
}
