import assert from 'node:assert/strict';

import { amount } from '../support/form';
import type { Group } from '../support/scenario';
import { until } from '../support/until';

const HOURS = amount(1, 6);

const HANGING_HOURS = amount(1, 3);
const HANGS = amount(1, 3);

/** Of a run. Longer than any answer of a healthy tool takes. */
const TIMED_OUT_SECONDS = 2;

/** Long outages of the platform and the tool, with time passing 1,000 times as fast. */
export const OUTAGES: Group = {
  name: 'long outages',
  options: { timeScale: 0.001 },
  scenarios: [
    {
      fault: 'Firewall answers 403 to everything for 10 minutes',
      run: async (fixture, rng) => {
        await fixture.begin();
        const { faults, live } = fixture.site.platform;
        const blocked = faults.rest({ status: 403, body: '<html><h1>403 Forbidden</h1></html>' });
        faults.live({ refuse: 403 });
        live.cut();
        await fixture.raiseDuring(amount(40, 500), rng, () => fixture.pass(10));
        assert.ok(blocked.hits > 0);
        faults.clear();
        const verdict = await fixture.settle();
        await fixture.live();
        return verdict;
      },
    },
    {
      fault: `REST and LiveAPI answer 503 for ${HOURS} h`,
      run: async (fixture, rng) => {
        await fixture.begin();
        const { faults, live } = fixture.site.platform;
        const down = faults.rest({ status: 503 });
        faults.live({ refuse: 503 });
        live.cut();
        await fixture.raiseDuring(amount(40, 2_000), rng, () => fixture.pass(HOURS * 60));
        assert.ok(down.hits > 0);
        faults.clear();
        const verdict = await fixture.settle();
        await fixture.live();
        return verdict;
      },
    },
    {
      fault: `Target hangs for ${HANGS === 1 ? '' : `${HANGS} times `}${HANGING_HOURS} h; runs and probes time out`,
      run: async (fixture, rng) => {
        await fixture.begin({ 'sekoia-alert-created': { runTimeoutSeconds: TIMED_OUT_SECONDS } });
        const { tool } = fixture.site;
        for (let time = 0; time < HANGS; time += 1) {
          const hanging = tool.answer({ hang: true });
          await fixture.raiseDuring(amount(40, 100), rng, async () => {
            await fixture.status(/^paused/);
            const { hits } = hanging;
            await fixture.pass(HANGING_HOURS * 60);
            // Probes: each times out, too.
            assert.ok(await until(() => hanging.hits > hits + 1));
          });
          hanging.clear();
          await fixture.settle();
        }
        const verdict = await fixture.settle();
        assert.ok(!fixture.toldDead);
        return verdict;
      },
    },
  ],
};
