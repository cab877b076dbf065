import { CLOCK_TOLERANCE_SECONDS } from '../delivery/creation-time';
import { type Ledger, OVERLAP_SECONDS } from '../delivery/ledger';
import { readNewestAlerts } from '../delivery/newest-alerts';
import { MAX_PAGE_SIZE, type RestClient } from '../sekoia/rest-client';

type Client = Pick<RestClient, 'listAlerts'>;

/**
 * Alerts that a read of the list would find and the ledger does not know, from the list's own total: roughly, since
 * alerts that a LiveAPI notice was wrong about, or that are gone, count as well. Null when the platform does not say.
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

/** Where there is no alert to go by, so much earlier than the `Date` says. */
const UNPROVEN_SECONDS = 24 * 3600;

/**
 * The present moment on the platform, in epoch seconds, and the alerts that were created in it or just before:
 * times are cut to whole seconds, so they would pass for newer. The moment is never later than the newest alert: what
 * comes after that one is new, whereas the `Date` may be that of a proxy whose clock is ahead.
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
      // One that claims to be of next year would be remembered till then.
      .map(({ uuid, createdAt }) => ({ uuid, createdAt: Math.min(createdAt, Math.ceil(latest)) })),
  };
}
