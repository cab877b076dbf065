import { setTimeout as sleep } from 'node:timers/promises';

import type { NodeRedProcess } from '../../../scripts/node-red-process';
import { nodeOf } from '../../integration/support/use-case-fixture';
import { amount } from '../support/form';
import type { Verdict } from '../support/judge';
import { LEAN_SETTINGS } from '../support/lean-node-red';
import { startNodeRed } from '../support/node-red';
import type { Rng } from '../support/rng';
import { settle } from '../support/settle';
import { type SiteFixture, openSite } from '../support/site-fixture';
import { until } from '../support/until';

const UPDATES = amount(3, 50);
const MAX_IN_FLIGHT = 10;
const TIME_SCALE = 0.02;

/** So that something is under way at most moments. */
const TOOL_DELAY_MS = 15;

/** On Windows a process ends at once, however it is asked to. */
const STOP_KILLS = process.platform === 'win32';

const STANDBY = 'Another Node-RED runs this trigger';

export const ROLLING = { fault: `${UPDATES} rolling updates, the old Node-RED stopped or killed` };

interface RollingFixture {
  site: SiteFixture;
  trigger: string;
  raised: string[];
  broken: string[];
}

/** Time and again another Node-RED is started on the same user directory, and then the one before it ends. */
export async function playRolling(rng: Rng): Promise<Verdict> {
  const site = await openSite();
  const { id: trigger } = nodeOf(site.flows, 'sekoia-alert-created');
  const fixture: RollingFixture = { site, trigger, raised: [], broken: [] };
  let current: NodeRedProcess | undefined;
  let kills = 0;
  try {
    current = await start(site);
    await current.deploy(site.flows);
    await live(fixture, current);
    site.tool.answer({ delayMs: TOOL_DELAY_MS });
    let before = 0;
    for (let update = 0; update < UPDATES; update += 1) {
      // Of the few in the short form one is a kill for sure.
      const killed = update === 1 || (update !== 0 && rng.chance(0.3));
      current = await replace(fixture, rng, current, killed);
      const { twice } = await delivered(fixture);
      const most = killed || STOP_KILLS ? MAX_IN_FLIGHT : 0;
      if (twice - before > most)
        fixture.broken.push(`update ${update} (${killed ? 'kill' : 'stop'}): ${twice - before} came twice`);
      before = twice;
      kills += killed ? 1 : 0;
    }
    return {
      ...(await delivered(fixture)),
      mayBeTwice: (STOP_KILLS ? UPDATES : kills) * MAX_IN_FLIGHT,
      broken: fixture.broken,
    };
  } finally {
    await current?.kill();
    await site.close();
  }
}

/** One update under load. Returns the newcomer, which has taken over. */
async function replace(
  fixture: RollingFixture,
  rng: Rng,
  old: NodeRedProcess,
  killed: boolean,
): Promise<NodeRedProcess> {
  const load = new AbortController();
  const loading = raiseUntil(load.signal, fixture, rng);
  let newcomer: NodeRedProcess | undefined;
  try {
    newcomer = await start(fixture.site);
    const { log } = newcomer;
    if (!(await until(() => log.some((line) => line.includes(STANDBY)))))
      throw new Error(`It does not stand by:\n${log.join('\n')}`);
    await sleep(rng.int(0, 200));
    await old[killed ? 'kill' : 'stop']();
    await live(fixture, newcomer);
    await sleep(rng.int(0, 200));
    return newcomer;
  } catch (error) {
    await newcomer?.kill();
    throw error;
  } finally {
    load.abort();
    await loading;
    await old.kill();
    noDamage(fixture, old);
    if (newcomer !== undefined) noDamage(fixture, newcomer);
  }
}

async function raiseUntil(signal: AbortSignal, { site, raised }: RollingFixture, rng: Rng): Promise<void> {
  while (!signal.aborted) {
    raised.push(...site.platform.raiseMany(rng.int(1, 4)));
    await sleep(rng.int(20, 120));
  }
}

function noDamage({ broken }: RollingFixture, { log }: NodeRedProcess): void {
  broken.push(...log.filter((line) => /damaged/i.test(line)).map((line) => `in a log: ${line}`));
}

function start({ userDir }: SiteFixture): Promise<NodeRedProcess> {
  return startNodeRed({ userDir, settings: { ...LEAN_SETTINGS, sekoia: { timeScale: TIME_SCALE } } });
}

async function live({ trigger }: RollingFixture, nodeRed: NodeRedProcess): Promise<void> {
  let state = '';
  const isLive = async (): Promise<boolean> => {
    const { triggers } = (await nodeRed.request('GET', '/sekoia/triggers')) as {
      triggers: { id: string; state: string }[];
    };
    state = triggers.find(({ id }) => id === trigger)?.state ?? 'unknown';
    return state === 'live';
  };
  if (!(await until(isLive)))
    throw new Error(`The trigger is ${state}, not live:\n${nodeRed.log.join('\n')}`);
}

/** What has become of all alerts so far, once nothing goes on any more. */
function delivered({ site, trigger, raised }: RollingFixture): Promise<Verdict> {
  const { tool, userDir } = site;
  return settle({ raised, tool, userDir, trigger });
}
