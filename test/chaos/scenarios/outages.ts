import assert from 'node:assert/strict';

import { amount } from '../support/form';
import type { Group } from '../support/scenario';

const HOURS = amount(1, 6);

/** Long outages of the platform, with time passing 1,000 times as fast. */
export const OUTAGES: Group = {
  name: 'long outages',
  stage: { timeScale: 0.001 },
  scenarios: [
    {
      fault: 'Firewall answers 403 to everything for 10 minutes',
      run: async (stage, rng) => {
        await stage.begin();
        const { faults, live } = stage.world.platform;
        const blocked = faults.rest({ status: 403, body: '<html><h1>403 Forbidden</h1></html>' });
        faults.live({ refuse: 403 });
        live.cut();
        await stage.raiseDuring(amount(40, 500), rng, () => stage.pass(10));
        assert.ok(blocked.hits > 0);
        faults.clear();
        const verdict = await stage.settle();
        await stage.live();
        return verdict;
      },
    },
    {
      fault: `REST and LiveAPI answer 503 for ${HOURS} h`,
      run: async (stage, rng) => {
        await stage.begin();
        const { faults, live } = stage.world.platform;
        const down = faults.rest({ status: 503 });
        faults.live({ refuse: 503 });
        live.cut();
        await stage.raiseDuring(amount(40, 2_000), rng, () => stage.pass(HOURS * 60));
        assert.ok(down.hits > 0);
        faults.clear();
        const verdict = await stage.settle();
        await stage.live();
        return verdict;
      },
    },
  ],
};
