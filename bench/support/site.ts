import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { type FlowNode, NodeRedProcess } from '../../scripts/node-red-process';
import { makeUserDir } from '../../test/integration/support/package';
import type { PlatformProcess } from '../processes/platform';
import type { TargetProcess } from '../processes/target';
import { API_KEY } from './api-key';
import { Child } from './child';
import type { Places } from './flows';
import { cpuMs, peakMb } from './process-figures';
import { busiestSecond, percentile } from './statistics';

const PATIENCE_MS = 600_000;

/** What brings alerts from the platform to the target. */
interface Courier {
  pid: number | undefined;
  stop(): Promise<void>;
}

export interface Contestant {
  name: string;
  start(places: Places): Promise<Courier>;
}

/** Node-RED with a flow. `withPackage`: also with this package installed. */
export function nodeRedWith(
  name: string,
  flow: (places: Places) => FlowNode[],
  { withPackage = false, nodeArgs = [] as string[] } = {},
): Contestant {
  return {
    name,
    start: async (places) => {
      const { userDir, remove } = withPackage ? makeUserDir() : emptyUserDir();
      const nodeRed = await NodeRedProcess.start({ userDir, nodeArgs }).catch((error: unknown) => {
        remove();
        throw error;
      });
      await nodeRed.deploy(flow(places));
      return {
        pid: nodeRed.pid,
        stop: async () => {
          await nodeRed.stop();
          remove();
        },
      };
    },
  };
}

export function emptyUserDir(): { userDir: string; remove: () => void } {
  const userDir = mkdtempSync(path.join(os.tmpdir(), 'node-red-bench-'));
  return { userDir, remove: () => rmSync(userDir, { recursive: true, force: true }) };
}

export const BARE_SCRIPT: Contestant = {
  name: 'bare script',
  start: ({ platformUrl, targetUrl }) =>
    Child.start('bare', { PLATFORM_URL: platformUrl, TARGET_URL: targetUrl, API_KEY }),
};

/** What became of alerts that were raised. */
export interface Delivery {
  /** From the first one raised until the last one arrived. */
  seconds: number;
  latenciesMs: number[];
  requests: number;
  busiestSecond: number;
}

/** A platform, a target, and what is between them, each in a process of its own. */
export class Site {
  private constructor(
    readonly contestant: Contestant,
    private readonly platform: Child<PlatformProcess>,
    private readonly target: Child<TargetProcess>,
    private readonly courier: Courier,
  ) {}

  /** @param prepare called when the platform is there and nobody listens yet */
  static async open(
    contestant: Contestant,
    prepare: (platform: Child<PlatformProcess>) => Promise<void> = () => Promise.resolve(),
  ): Promise<Site> {
    const platform = await Child.start<PlatformProcess>('platform');
    const target = await Child.start<TargetProcess>('target');
    await prepare(platform);
    const courier = await contestant.start({
      platformUrl: await platform.ask('url'),
      targetUrl: await target.ask('url'),
    });
    return new Site(contestant, platform, target, courier);
  }

  /** Raises an alert now and then until one arrives, and then so many to get everything going. */
  async warmUp(count: number): Promise<void> {
    let raised = 0;
    while ((await this.target.ask('received', { count: 1, withinMs: 250 })).length === 0) {
      await this.platform.ask('burst', 1);
      raised += 1;
      if (raised > 240) throw new Error(`Nothing arrives: ${this.contestant.name}`);
    }
    // What was announced before anybody listened comes late or never.
    await sleep(1_000);
    await this.target.ask('received', { count: 0, withinMs: 0 });
    await this.burst(count);
  }

  async burst(count: number): Promise<Delivery> {
    await this.platform.ask('requests');
    return this.#follow(await this.platform.ask('burst', count));
  }

  async stream(count: number, perSecond: number): Promise<Delivery> {
    await this.platform.ask('requests');
    return this.#follow(await this.platform.ask('stream', { count, perSecond }));
  }

  /** Until so many have arrived that nobody was told of. */
  async backlog(count: number): Promise<{ requests: number; busiestSecond: number }> {
    await this.#received(count);
    return this.#requests();
  }

  /** The CPU time that Node-RED, or the script, has used. */
  cpuMs(): number {
    return cpuMs(this.courier.pid);
  }

  /** The most memory that it has had in use; undefined where the system does not tell. */
  peakMb(): number | undefined {
    return peakMb(this.courier.pid);
  }

  async stop(): Promise<void> {
    await this.courier.stop();
    await Promise.all([this.platform.stop(), this.target.stop()]);
  }

  async #follow(raised: [uuid: string, atMs: number][]): Promise<Delivery> {
    const received = new Map(await this.#received(raised.length));
    const first = raised[0]?.[1] ?? 0;
    const latenciesMs = raised.map(([uuid, atMs]) => (received.get(uuid) ?? Infinity) - atMs);
    return {
      seconds: (percentile([...received.values()], 1) - first) / 1000,
      latenciesMs,
      ...(await this.#requests()),
    };
  }

  async #received(count: number): Promise<[string, number][]> {
    const received = await this.target.ask('received', { count, withinMs: PATIENCE_MS });
    if (received.length < count)
      throw new Error(`${this.contestant.name}: ${received.length} of ${count} alerts arrived`);
    return received;
  }

  async #requests(): Promise<{ requests: number; busiestSecond: number }> {
    const times = await this.platform.ask('requests');
    return { requests: times.length, busiestSecond: busiestSecond(times) };
  }
}
