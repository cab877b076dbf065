/** The simulator as the platform, in a process of its own. */
import { setTimeout as sleep } from 'node:timers/promises';

import { startPlatform } from '../../simulator';
import { API_KEY } from '../support/api-key';
import { serve } from '../support/child';
import { nowMs } from '../support/clock';

const platform = startPlatform({ apiKey: API_KEY });

/** When each alert was raised. */
type RaisedAt = [uuid: string, atMs: number][];

const answers = {
  url: async (): Promise<string> => (await platform).url,

  /** All at once. */
  burst: async (count: number): Promise<RaisedAt> => {
    const desk = await platform;
    return Array.from({ length: count }, () => {
      const atMs = nowMs();
      return [desk.raise().uuid, atMs];
    });
  },

  /** One after the other, so many a second. */
  stream: async ({ count, perSecond }: { count: number; perSecond: number }): Promise<RaisedAt> => {
    const desk = await platform;
    const raised: RaisedAt = [];
    const startedMs = nowMs();
    for (let i = 0; i < count; i += 1) {
      await sleep(Math.max(0, startedMs + (i * 1000) / perSecond - nowMs()));
      const atMs = nowMs();
      raised.push([desk.raise().uuid, atMs]);
    }
    return raised;
  },

  /** Long before now, and nobody is told. */
  backlog: async ({ count, everySeconds }: { count: number; everySeconds: number }): Promise<void> => {
    const desk = await platform;
    const createdAt = desk.now() / 1000 - count * everySeconds;
    desk.raiseMany(count, {}, { announce: false, createdAt, everySeconds });
  },

  /** When each request came, since the last time that this was asked. */
  requests: async (): Promise<number[]> => {
    const desk = await platform;
    const times = desk.requests.map(({ at }) => at);
    desk.clearRequests();
    return times;
  },
};

export type PlatformProcess = typeof answers;

serve(answers);
