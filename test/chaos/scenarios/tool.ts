import assert from 'node:assert/strict';

import { amount } from '../support/form';
import type { Scenario } from '../support/scenario';
import { until } from '../support/until';

/** Longer than any answer of a healthy tool takes, however busy the machine. */
const HTTP_TIMEOUT_MS = 2_000;

/** Trouble between Node-RED and the external tool. */
export const TOOL: Scenario[] = [
  {
    fault: 'Target answers 500 to everything for some minutes',
    run: async (stage, rng) => {
      await stage.begin();
      const failing = stage.world.tool.answer({ status: 500 });
      await stage.raiseDuring(amount(50, 500), rng, () => stage.status(/^paused/));
      await stage.pass(amount(1, 5));
      assert.ok(failing.hits > 0);
      failing.clear();
      return stage.settle();
    },
  },
  {
    fault: 'Target resets connections for some minutes',
    run: async (stage, rng) => {
      await stage.begin();
      const failing = stage.world.tool.answer({ reset: true });
      await stage.raiseDuring(amount(50, 500), rng, () => stage.status(/^paused/));
      await stage.pass(amount(1, 5));
      assert.ok(failing.hits > 0);
      failing.clear();
      return stage.settle();
    },
  },
  {
    fault: 'Target fails every third request at random: 500, 429, reset',
    run: async (stage, rng) => {
      // With the usual three retries one alert in eighty would be given up.
      await stage.begin({ 'sekoia-alert-created': { retries: 100 } });
      const { tool } = stage.world;
      for (const answer of [{ status: 500 }, { status: 429 }, { reset: true }])
        tool.answer({ ...answer, times: amount(10, 150), when: () => rng.chance(1 / 8) });
      await stage.raiseDuring(amount(60, 1_000), rng, () => Promise.resolve());
      return stage.settle();
    },
  },
  {
    fault: 'Target hangs; the http request gives up',
    run: async (stage, rng) => {
      stage.prepare();
      stage.insertBefore('http request', {
        type: 'change',
        rules: [{ t: 'set', p: 'requestTimeout', pt: 'msg', to: String(HTTP_TIMEOUT_MS), tot: 'num' }],
      });
      await stage.deploy();
      await stage.live();
      const times = amount(11, 15);
      const hanging = stage.world.tool.answer({ hang: true, times });
      await stage.raiseDuring(amount(40, 300), rng, () => Promise.resolve());
      const verdict = await stage.settle();
      assert.equal(hanging.hits, times);
      return verdict;
    },
  },
  {
    fault: 'Target answers after the run has timed out',
    run: async (stage, rng) => {
      await stage.begin({ 'sekoia-alert-created': { runTimeoutSeconds: 1 } });
      const slow = stage.world.tool.answer({ delayMs: 3_000, times: amount(3, 20) });
      await stage.raiseDuring(amount(20, 200), rng, () => stage.status(/ dead/));
      assert.ok(slow.hits > 0);
      const verdict = await stage.settle();
      // They were set aside, and count as delivered now.
      const { comms } = stage.world;
      const isClean = (): boolean => !(comms.statuses.get(stage.trigger)?.text ?? 'dead').includes('dead');
      assert.ok(await until(isClean, () => comms.history.length));
      return verdict;
    },
  },
];
