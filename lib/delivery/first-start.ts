import { CLOCK_TOLERANCE_SECONDS } from './creation-time';
import type { NewestAlerts } from './newest-alerts';

/** How many of the newest alerts are looked at. */
export const FIRST_LOOK = 20;

/** So many alerts that are later than the `Date` are right, and the `Date` is wrong. */
const AGREEING = 10;

/** Without a `Date`, the earliest of so many is believed: one alone may lie. */
const BELIEVED = 3;

/** Where there is no alert to go by, so much earlier than the `Date` says. */
const UNPROVEN_SECONDS = 24 * 3600;

/** A start that took longer may have seen alerts that came up after it was asked for. */
const PROMPT_SECONDS = 60;

export interface FirstStart {
  /** Alerts count from this moment on, in epoch seconds. */
  since: number;
  /** Alerts that are in sight from then on, and were there before the trigger. */
  before: { uuid: string; createdAt: number }[];
}

/**
 * The moment from which alerts count. It is never later than the newest alert: that one proves what time it was,
 * whereas the `Date` may be that of a proxy whose clock is hours ahead, and alerts of those hours would be lost.
 *
 * @param elapsedSeconds since the start was asked for: the platform may have been out of reach
 * @param agoSeconds how long before the start alerts count
 */
export function firstStart(newest: NewestAlerts, elapsedSeconds: number, agoSeconds: number): FirstStart {
  const { alerts, answeredAt } = newest;
  const earlier = elapsedSeconds + agoSeconds;
  const [latest] = alerts;
  // Some proxies take the Date away; then the newest alert tells the time, and it may lie.
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
