import { CLOCK_TOLERANCE_SECONDS } from './creation-time';
import type { NewestAlerts } from './newest-alerts';

/** How many of the newest alerts are looked at. */
export const FIRST_LOOK = 20;

/** So many alerts that are later than the `Date` are right, and the `Date` is wrong. */
const AGREEING = 10;

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
  const starting = (moment: number): FirstStart => ({ since: Math.max(0, Math.floor(moment)), before: [] });
  if (answeredAt === undefined) return starting((alerts[0]?.createdAt ?? 0) - earlier);

  const agreed = alerts[AGREEING - 1]?.createdAt;
  if (agreed !== undefined && agreed > answeredAt + CLOCK_TOLERANCE_SECONDS)
    return starting(agreed - earlier);

  const wanted = answeredAt - earlier;
  const proof = alerts.find(({ createdAt }) => createdAt <= answeredAt + CLOCK_TOLERANCE_SECONDS);
  if (proof === undefined) return starting(wanted - UNPROVEN_SECONDS);
  const { since } = starting(Math.min(wanted, proof.createdAt - elapsedSeconds));
  const isPrompt = elapsedSeconds <= PROMPT_SECONDS;
  const before = alerts.filter(({ createdAt }) => createdAt >= since && createdAt < Math.floor(wanted));
  return { since, before: isPrompt ? before : [] };
}
