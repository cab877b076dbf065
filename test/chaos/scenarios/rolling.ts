import { setTimeout as sleep } from 'node:timers/promises';

import type { NodeRedProcess } from '../../../scripts/node-red-process';
import { nodeOf } from '../../integration/support/world';
import { amount } from '../support/form';
import type { Verdict } from '../support/judge';
import { LEAN_SETTINGS } from '../support/lean-node-red';
import { startNodeRed } from '../support/node-red';
import type { Rng } from '../support/rng';
import { settle } from '../support/settle';
import { type Site, openSite } from '../support/site';
import { until } from '../support/until';

const UPDATES = amount(3, 50);
const MAX_IN_FLIGHT = 10;
const TIME_SCALE = 0.02;

/** So that something is under way at most moments. */
const TOOL_DELAY_MS = 15;

const STANDBY = 'Another Node-RED runs this trigger';

export const ROLLING = { fault: `${UPDATES} rolling updates, the old Node-RED stopped or killed` };

interface Scene {
  site: Site;
  trigger: string;
  raised: string[];
  broken: string[];
}

/** Time and again another Node-RED is started on the same user directory, and then the one before it ends. */
export async function playRolling(rng: Rng): Promise<Verdict> {
  const site = await openSite();
  const { id: trigger } = nodeOf(site.flows, 'sekoia-alert-created');
  const scene: Scene = { site, trigger, raised: [], broken: [] };
  let current: NodeRedProcess | undefined;
  let kills = 0;
  try {
    current = await start(site);
    await current.deploy(site.flows);
    await live(scene, current);
    site.tool.answer({ delayMs: TOOL_DELAY_MS });
    let before = 0;
    for (let update = 0; update < UPDATES; update += 1) {
      // Of the few in the short form one is a kill for sure.
      const killed = update === 1 || (update !== 0 && rng.chance(0.3));
      current = await replace(scene, rng, current, killed);
      const { twice } = await delivered(scene);
      const most = killed ? MAX_IN_FLIGHT : 0;
      if (twice - before > most)
        scene.broken.push(`update ${update} (${killed ? 'kill' : 'stop'}): ${twice - before} came twice`);
      before = twice;
      kills += killed ? 1 : 0;
    }
    return { ...(await delivered(scene)), mayBeTwice: kills * MAX_IN_FLIGHT, broken: scene.broken };
  } finally {
    await current?.kill();
    await site.close();
  }
}

/** One update under load. Returns the newcomer, which has taken over. */
async function replace(
  scene: Scene,
  rng: Rng,
  old: NodeRedProcess,
  killed: boolean,
): Promise<NodeRedProcess> {
  const load = new AbortController();
  const loading = raiseUntil(load.signal, scene, rng);
  let newcomer: NodeRedProcess | undefined;
  try {
    newcomer = await start(scene.site);
    const { log } = newcomer;
    if (!(await until(() => log.some((line) => line.includes(STANDBY)))))
      throw new Error(`It does not stand by:\n${log.join('\n')}`);
    await sleep(rng.int(0, 200));
    await old[killed ? 'kill' : 'stop']();
    await live(scene, newcomer);
    await sleep(rng.int(0, 200));
    return newcomer;
  } catch (error) {
    await newcomer?.kill();
    throw error;
  } finally {
    load.abort();
    await loading;
    await old.kill();
    noDamage(scene, old);
    if (newcomer !== undefined) noDamage(scene, newcomer);
  }
}

async function raiseUntil(signal: AbortSignal, { site, raised }: Scene, rng: Rng): Promise<void> {
  while (!signal.aborted) {
    raised.push(...site.platform.raiseMany(rng.int(1, 4)));
    await sleep(rng.int(20, 120));
  }
}

function noDamage({ broken }: Scene, { log }: NodeRedProcess): void {
  broken.push(...log.filter((line) => /damaged/i.test(line)).map((line) => `in a log: ${line}`));
}

function start({ userDir }: Site): Promise<NodeRedProcess> {
  return startNodeRed({ userDir, settings: { ...LEAN_SETTINGS, sekoia: { timeScale: TIME_SCALE } } });
}

async function live({ trigger }: Scene, nodeRed: NodeRedProcess): Promise<void> {
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
function delivered({ site, trigger, raised }: Scene): Promise<Verdict> {
  const { tool, userDir } = site;
  return settle({ raised, tool, userDir, trigger });
}
