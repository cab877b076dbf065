import { CLOCK_TOLERANCE_SECONDS } from '../delivery/creation-time';
import { type Ledger, OVERLAP_SECONDS } from '../delivery/ledger';
import { readNewestAlerts } from '../delivery/newest-alerts';
import { MAX_PAGE_SIZE, type RestClient } from '../sekoia/rest-client';

type Client = Pick<RestClient, 'listAlerts'>;

/**
 * The number of alerts that a read would find and the ledger does not know, from the total of the list. It is
 * approximate, because deleted alerts and alerts with a wrong time in their notice also count. Null if the
 * platform does not report a total.
 */
export async function waitingOnPlatform(
  client: Client,
  ledger: Ledger,
  startAgoSeconds: number,
): Promise<number | null> {
  try {
    const from = await firstMoment(client, ledger, startAgoSeconds);
    const { total } = await client.listAlerts({
      'date[created_at]': `${new Date(from * 1000).toISOString()},now`,
      limit: 1,
      with_count: true,
    });
    return total === undefined ? null : Math.max(0, total - ledger.knownSince(from));
  } catch {
    return null;
  }
}

/** Where the next read of the list would begin, in epoch seconds. */
async function firstMoment(client: Client, ledger: Ledger, startAgoSeconds: number): Promise<number> {
  const { since, cursor } = ledger;
  if (cursor !== undefined) return Math.max(since ?? 0, cursor - OVERLAP_SECONDS);
  // It has never been on.
  const { alerts, answeredAt } = await readNewestAlerts(client, 1, {});
  return (answeredAt ?? alerts[0]?.createdAt ?? 0) - startAgoSeconds;
}

/** Without any alert: how much earlier than the `Date`. */
const UNPROVEN_SECONDS = 24 * 3600;

/**
 * The current time on the platform, in epoch seconds, and the alerts that were created just before: times are
 * truncated to seconds, so these alerts would look newer. The time is never later than the newest alert,
 * because the `Date` may come from a proxy whose clock is ahead.
 * @throws SekoiaError
 */
export async function readNow(
  client: Client,
  signal?: AbortSignal,
): Promise<{ seconds: number; alerts: { uuid: string; createdAt: number }[] }> {
  const { alerts, answeredAt } = await readNewestAlerts(
    client,
    MAX_PAGE_SIZE,
    signal === undefined ? {} : { signal },
  );
  // Some proxies take the Date header away; then the newest alert alone tells the time.
  const latest = answeredAt ?? Infinity;
  const newest = alerts.find(({ createdAt }) => createdAt <= latest + CLOCK_TOLERANCE_SECONDS)?.createdAt;
  const seconds = Math.floor(Math.min(latest, newest ?? Math.max(0, latest - UNPROVEN_SECONDS)));
  const now = Number.isFinite(seconds) ? seconds : 0;
  return {
    seconds: now,
    alerts: alerts
      .filter(({ createdAt }) => createdAt >= now - 1)
      // An alert with a time in the next year would be remembered until then.
      .map(({ uuid, createdAt }) => ({ uuid, createdAt: Math.min(createdAt, Math.ceil(latest)) })),
  };
}
