import { epochSeconds } from '../util/json';
import type { RequestOptions } from '../sekoia/rest-transport';
import type { RestClient } from '../sekoia/rest-client';

export interface NewestAlerts {
  /** Alerts with a readable time, newest first. Times are in epoch seconds. */
  alerts: { uuid: string; createdAt: number }[];
  /** When the platform answered, by the `Date` of its answer; undefined if a proxy removes it. */
  answeredAt: number | undefined;
}

/** @throws SekoiaError */
export async function readNewestAlerts(
  client: Pick<RestClient, 'listAlerts'>,
  limit: number,
  options: RequestOptions,
): Promise<NewestAlerts> {
  const { items, answeredAtMs } = await client.listAlerts(
    { sort: 'created_at', direction: 'desc', limit },
    options,
  );
  const alerts = items.flatMap(({ uuid, created_at }) => {
    const createdAt = epochSeconds(created_at);
    return createdAt === null ? [] : [{ uuid, createdAt }];
  });
  alerts.sort((one, other) => other.createdAt - one.createdAt);
  return { alerts, answeredAt: answeredAtMs === undefined ? undefined : answeredAtMs / 1000 };
}
