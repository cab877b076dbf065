import { setTimeout as sleep } from 'node:timers/promises';

import { nodeOf } from '../../integration/support/use-case-fixture';
import { amount } from '../support/form';
import type { Verdict } from '../support/judge';
import { readLedger } from '../support/ledger-file';
import { type Life, takenAndNotNoted, unexplained } from '../support/lives';
import { MortalNodeRed } from '../support/mortal-node-red';
import type { Rng } from '../support/rng';
import { settle } from '../support/settle';
import { type SiteFixture, openSite } from '../support/site-fixture';
import { until } from '../support/until';

const KILLED = amount(6, 200);
const ALERTS = amount(300, 4_000);
const MAX_IN_FLIGHT = 10;
const TIME_SCALE = 0.02;

/** So that something is under way at most moments. */
const TOOL_DELAY_MS = 15;

/** How long a life lasts when fewer alerts come than were waited for. */
const LIFE_MS = 1_500;

export const KILLS = { fault: `Node-RED killed (kill −9) ${KILLED} times` };

/** A site where Node-RED does not live long. */
interface KillsFixture {
  site: SiteFixture;
  trigger: string;
  nodeRed: MortalNodeRed;
  raised: string[];
}

export async function playKills(rng: Rng): Promise<Verdict> {
  const site = await openSite();
  const { tool, userDir, flows } = site;
  const nodeRed = new MortalNodeRed(userDir, TIME_SCALE);
  const { id: trigger } = nodeOf(flows, 'sekoia-alert-created');
  const fixture: KillsFixture = { site, trigger, nodeRed, raised: [] };
  const delivered = (): Promise<Verdict> => settle({ raised: fixture.raised, tool, userDir, trigger });
  try {
    await (await nodeRed.start()).deploy(flows);
    // From now on there is a ledger, which says from when on alerts count.
    raise(fixture, 1);
    await delivered();
    // The very first record may be on its way to the disk while the tool has taken the alert.
    await until(
      async () => (await readLedger(userDir, trigger)).get(fixture.raised[0] ?? '') === 'delivered',
    );
    tool.answer({ delayMs: TOOL_DELAY_MS });
    await nodeRed.kill();

    const lives: Life[] = [];
    while (lives.length < KILLED) {
      const left = ALERTS - fixture.raised.length;
      lives.push(await live(fixture, rng, Math.ceil(left / (KILLED - lives.length))));
    }

    const lastBornAt = performance.now();
    await nodeRed.start();
    const verdict = await delivered();
    // The bound holds for each kill, and only what it cut short came again.
    const past = tool.received.filter(({ at }) => at < lastBornAt);
    const unfinished = takenAndNotNoted(lives, past);
    const broken = [
      ...unfinished
        .filter(({ size }) => size > MAX_IN_FLIGHT)
        .map(({ size }) => `${size} were under way when it was killed`),
      ...unexplained(unfinished, tool.received).map((uuid) => `came again although it was noted: ${uuid}`),
    ];
    return { ...verdict, mayBeTwice: KILLED * MAX_IN_FLIGHT, broken };
  } finally {
    await nodeRed.kill();
    await site.close();
  }
}

/** One start, some alerts, one kill at a random moment. */
async function live(fixture: KillsFixture, rng: Rng, alerts: number): Promise<Life> {
  const { site, trigger, nodeRed } = fixture;
  const { tool, userDir } = site;
  const bornAt = performance.now();
  // Some came while it was down.
  const before = rng.int(0, alerts);
  raise(fixture, before);
  if (rng.chance(0.25)) {
    await nodeRed.startAndKill(rng.int(0, Math.round(nodeRed.startMs)));
    raise(fixture, alerts - before);
  } else {
    await nodeRed.start();
    const wanted = tool.received.length + rng.int(1, alerts);
    const enough = tool.waitFor(wanted, LIFE_MS).catch(() => undefined);
    const raising = raiseBitByBit(fixture, rng, alerts - before);
    await enough;
    await sleep(rng.int(0, TOOL_DELAY_MS));
    await nodeRed.kill();
    await raising;
  }
  await allArrived(site);
  const ledger = await readLedger(userDir, trigger);
  return {
    bornAt,
    noted: new Set([...ledger].filter(([, state]) => state === 'delivered').map(([uuid]) => uuid)),
  };
}

/** What a dead process had sent may still be on its way: it counts for the life that sent it. */
async function allArrived({ tool }: SiteFixture): Promise<void> {
  let idleLooks = 0;
  await until(() => (idleLooks = tool.connections === 0 ? idleLooks + 1 : 0) > 1);
}

async function raiseBitByBit(fixture: KillsFixture, rng: Rng, alerts: number): Promise<void> {
  for (let left = alerts; left > 0;) {
    const burst = Math.min(left, rng.int(1, 6));
    raise(fixture, burst);
    left -= burst;
    await sleep(rng.int(0, 30));
  }
}

function raise({ site, raised }: KillsFixture, count: number): void {
  raised.push(...site.platform.raiseMany(count));
}
