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
    run: async (fixture, rng) => {
      await fixture.begin();
      const failing = fixture.site.tool.answer({ status: 500 });
      await fixture.raiseDuring(amount(50, 500), rng, () => fixture.status(/^paused/));
      await fixture.pass(amount(1, 5));
      assert.ok(failing.hits > 0);
      failing.clear();
      return fixture.settle();
    },
  },
  {
    fault: 'Target resets connections for some minutes',
    run: async (fixture, rng) => {
      await fixture.begin();
      const failing = fixture.site.tool.answer({ reset: true });
      await fixture.raiseDuring(amount(50, 500), rng, () => fixture.status(/^paused/));
      await fixture.pass(amount(1, 5));
      assert.ok(failing.hits > 0);
      failing.clear();
      return fixture.settle();
    },
  },
  {
    fault: 'Target fails every third request at random: 500, 429, reset',
    run: async (fixture, rng) => {
      // With the usual three retries one alert in eighty would be given up.
      await fixture.begin({ 'sekoia-alert-created': { retries: 100 } });
      const { tool } = fixture.site;
      for (const answer of [{ status: 500 }, { status: 429 }, { reset: true }])
        tool.answer({ ...answer, times: amount(10, 150), when: () => rng.chance(1 / 8) });
      await fixture.raiseDuring(amount(60, 1_000), rng, () => Promise.resolve());
      return fixture.settle();
    },
  },
  {
    fault: 'Target hangs; the http request gives up',
    run: async (fixture, rng) => {
      fixture.prepare();
      fixture.insertBefore('http request', {
        type: 'change',
        rules: [{ t: 'set', p: 'requestTimeout', pt: 'msg', to: String(HTTP_TIMEOUT_MS), tot: 'num' }],
      });
      await fixture.deploy();
      await fixture.live();
      const times = amount(11, 15);
      const hanging = fixture.site.tool.answer({ hang: true, times });
      await fixture.raiseDuring(amount(40, 300), rng, () => Promise.resolve());
      const verdict = await fixture.settle();
      assert.equal(hanging.hits, times);
      return verdict;
    },
  },
  {
    fault: 'Target answers after the run has timed out',
    run: async (fixture, rng) => {
      await fixture.begin({ 'sekoia-alert-created': { runTimeoutSeconds: TIMED_OUT_SECONDS } });
      const { tool } = fixture.site;
      const times = amount(3, 20);
      const slow = tool.answer({ delayMs: LATE_MS, times });
      await fixture.raiseDuring(amount(20, 200), rng, () => Promise.resolve());
      assert.ok(
        await until(
          () => slow.hits === times,
          () => tool.received.length,
        ),
      );
      // Late answers come, too: one cancels the retry that waits, or finds that it has been sent.
      assert.ok(await until(() => tool.received.every(({ status }) => status !== 0)));
      const verdict = await fixture.settle();
      assert.ok(!fixture.toldDead);
      // The tool takes an alert at each late answer, and may have taken its retry before.
      return { ...verdict, mayBeTwice: times };
    },
  },
];
