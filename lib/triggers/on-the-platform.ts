import { type Ledger, OVERLAP_SECONDS } from '../delivery/ledger';
import { epochSeconds } from '../sekoia/json';
import { MAX_PAGE_SIZE, type RestClient } from '../sekoia/rest-client';

type Client = Pick<RestClient, 'clock' | 'listAlerts'>;

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
  return (await readNow(client)).seconds - startAgoSeconds;
}

/**
 * The present moment on the platform, in epoch seconds, and the alerts that were created in it or just before:
 * times are cut to whole seconds, so they would pass for newer.
 * @throws SekoiaError
 */
export async function readNow(
  client: Client,
  signal?: AbortSignal,
): Promise<{ seconds: number; alerts: { uuid: string; createdAt: number }[] }> {
  const page = await client.listAlerts(
    { sort: 'created_at', direction: 'desc', limit: MAX_PAGE_SIZE },
    signal === undefined ? {} : { signal },
  );
  const alerts = page.items.flatMap(({ uuid, created_at }) => {
    const createdAt = epochSeconds(created_at);
    return createdAt === null ? [] : [{ uuid, createdAt }];
  });
  const newest = Math.max(0, ...alerts.map(({ createdAt }) => createdAt));
  const nowMs = client.clock.nowMs();
  // Some proxies take the Date header away; then the newest alert tells the time.
  const seconds = nowMs === undefined ? newest : Math.floor(nowMs / 1000);
  return { seconds, alerts: alerts.filter(({ createdAt }) => createdAt >= seconds - 1) };
}
