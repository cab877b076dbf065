import assert from 'node:assert/strict';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { amount } from '../support/form';
import type { Verdict } from '../support/judge';
import type { Rng } from '../support/rng';
import type { Group } from '../support/scenario';
import type { ChaosFixture } from '../support/chaos-fixture';
import { until } from '../support/until';

const DEPLOYS = amount(10, 100);
const MAX_IN_FLIGHT = 10;
const TOOL_DELAY_MS = 150;

/** Nothing grows with the number of deploys; this is what a heap may vary by after one more or less. */
const HEAP_BYTES = 12 * 1024 * 1024;
const FLAT_WITHIN_MS = 20_000;

/** Within the limit of a scenario, an alert is found whose notice fell between two sockets. */
const TRIGGER = { 'sekoia-alert-created': { reconcileMinutes: 0.25 } };

/** What the process holds: see preload.cjs. */
interface Figures {
  heapBytes: number;
  processListeners: number;
  eventListeners: number;
  sockets: number;
  timers: number;
}

/** The process prints its figures for a signal that Windows does not have. */
function noSignals(): string | undefined {
  return process.platform === 'win32' ? 'needs signals' : undefined;
}

/** Time passes as it does: what is under way at a deploy has the time that it would have. */
export const REDEPLOYS: Group = {
  name: 'deploys',
  options: {
    timeScale: 1,
    nodeArgs: ['--expose-gc', '--require', path.join(__dirname, '..', 'support', 'preload.cjs')],
  },
  scenarios: [
    {
      fault: `${DEPLOYS} deploys of the changed trigger`,
      missing: noSignals,
      run: async (fixture, rng) => {
        await fixture.begin(TRIGGER);
        return redeployed(fixture, rng, async () => {
          fixture.change({ 'sekoia-alert-created': { name: `Alert Created ${rng.int(0, 1e6)}` } });
          await fixture.site.nodeRed.deploy(fixture.flows, 'nodes');
        });
      },
    },
    {
      fault: `${DEPLOYS} full deploys`,
      missing: noSignals,
      run: async (fixture, rng) => {
        await fixture.begin(TRIGGER);
        // A deploy meets runs that wait for the tool; it answers within the time that Node-RED gives nodes to close.
        const taking = fixture.site.tool.answer({ delayMs: TOOL_DELAY_MS });
        try {
          return await redeployed(fixture, rng, () => fixture.deploy());
        } finally {
          taking.clear();
        }
      },
    },
  ],
};

async function redeployed(fixture: ChaosFixture, rng: Rng, deploy: () => Promise<void>): Promise<Verdict> {
  // What is loaded and compiled once is not counted.
  for (let time = 0; time < 3; time += 1) await deploy();
  await fixture.live();
  const before = await figures(fixture);
  await fixture.raiseDuring(amount(100, 2_000), rng, async () => {
    for (let time = 0; time < DEPLOYS; time += 1) {
      await deploy();
      await sleep(rng.int(0, 150));
    }
  });
  const verdict = await fixture.settle();
  // Runs that have ended stay known, for an hour, until the next deploy.
  await deploy();
  await fixture.live();
  const oneSocket = await until(() => fixture.site.platform.live.open === 1);
  assert.ok(oneSocket, `${fixture.site.platform.live.open} sockets`);
  // Alerts that were read are remembered for a moment.
  let after = before;
  const isFlat = async (): Promise<boolean> => isAsBefore((after = await figures(fixture)), before);
  const flat = await until(isFlat, undefined, FLAT_WITHIN_MS);
  const figuresText = JSON.stringify({ before, after });
  if (process.env.CHAOS_FIGURES !== undefined) process.stdout.write(`${figuresText}\n`);
  assert.ok(flat, figuresText);
  return verdict;
}

function isAsBefore(after: Figures, before: Figures): boolean {
  return (
    after.processListeners === before.processListeners &&
    after.eventListeners === before.eventListeners &&
    after.sockets <= before.sockets + MAX_IN_FLIGHT &&
    after.timers <= before.timers + MAX_IN_FLIGHT &&
    after.heapBytes < before.heapBytes + HEAP_BYTES
  );
}

async function figures({ site: { nodeRed } }: ChaosFixture): Promise<Figures> {
  const printed = nodeRed.nextLine(/^CHAOS /);
  process.kill(nodeRed.pid!, 'SIGWINCH');
  return JSON.parse((await printed).slice('CHAOS '.length)) as Figures;
}
