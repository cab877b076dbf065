import assert from 'node:assert/strict';

import { amount } from '../support/form';
import type { Scenario } from '../support/scenario';
import { until } from '../support/until';

/** Longer than any answer of a healthy tool takes, however busy the machine. */
const HTTP_TIMEOUT_MS = 2_000;

/** Of a run. Longer than any answer of a healthy tool takes, and well before the late ones. */
const TIMED_OUT_SECONDS = 2;
const LATE_MS = 5_000;

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
      await stage.begin({ 'sekoia-alert-created': { runTimeoutSeconds: TIMED_OUT_SECONDS } });
      const { tool } = stage.world;
      const times = amount(3, 20);
      const slow = tool.answer({ delayMs: LATE_MS, times });
      await stage.raiseDuring(amount(20, 200), rng, () => Promise.resolve());
      assert.ok(
        await until(
          () => slow.hits === times,
          () => tool.received.length,
        ),
      );
      // Late answers come, too: one cancels the retry that waits, or finds that it has been sent.
      assert.ok(await until(() => tool.received.every(({ status }) => status !== 0)));
      const verdict = await stage.settle();
      assert.ok(!stage.toldDead);
      // The tool takes an alert at each late answer, and may have taken its retry before.
      return { ...verdict, mayBeTwice: times };
    },
  },
];
