import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import type { LiveFault, RestFault } from '../../../simulator';
import { FULL, amount } from '../support/form';
import type { Scenario } from '../support/scenario';
import { until } from '../support/until';

/** Longer than an announced alert is looked for, and less than a read goes back. */
const LATE_MINUTES = 5;

/** After the second and the third, the next attempt is made minutes later only. */
const REFUSALS: LiveFault[] = [{ refuse: 503 }, { refuse: 403 }, ...(FULL ? [{ refuseMessage: true }] : [])];

const CUTS = amount(5, 50);

/** Trouble between Node-RED and the platform. */
export const PLATFORM: Scenario[] = [
  {
    fault: `LiveAPI socket cut, ${CUTS} times`,
    run: async (fixture, rng) => {
      await fixture.begin();
      const { live } = fixture.site.platform;
      await fixture.raiseDuring(amount(60, 1_000), rng, async () => {
        for (let cut = 0; cut < CUTS; cut += 1) {
          live.cut();
          await sleep(rng.int(0, 150));
        }
      });
      return fixture.settle();
    },
  },
  {
    fault: `LiveAPI handshake refused: 503, 403${FULL ? ', 401 as a message' : ''}`,
    run: async (fixture, rng) => {
      await fixture.begin();
      const { faults, live } = fixture.site.platform;
      for (const fault of REFUSALS) {
        const refusal = faults.live(fault);
        live.cut();
        await fixture.status(/^polling/);
        await fixture.raiseDuring(amount(15, 200), rng, () => Promise.resolve());
        assert.ok(await until(() => refusal.hits > 0));
        refusal.clear();
        await fixture.live();
      }
      return fixture.settle();
    },
  },
  {
    fault: 'LiveAPI socket half-open',
    run: async (fixture, rng) => {
      await fixture.begin();
      const { faults, live } = fixture.site.platform;
      for (let time = 0; time < amount(1, 5); time += 1) {
        const { accepted } = live;
        faults.deafen();
        await fixture.raiseDuring(amount(30, 100), rng, () => fixture.status(/^polling/));
        await fixture.live();
        assert.ok(live.accepted > accepted);
      }
      return fixture.settle();
    },
  },
  {
    fault: 'Connections to the REST API reset, answers cut short, at random',
    run: async (fixture, rng) => {
      await fixture.begin();
      const { faults, live } = fixture.site.platform;
      await fixture.raiseDuring(amount(60, 1_000), rng, async () => {
        for (let round = 0; round < amount(4, 40); round += 1) {
          const fault = rng.pick<RestFault>([
            { reset: true },
            { truncate: true },
            { brokenJson: true },
            { status: 502 },
          ]);
          faults.rest({ ...fault, times: rng.int(1, 4) });
          if (rng.chance(0.5)) live.cut();
          await sleep(rng.int(0, 200));
        }
      });
      faults.clear();
      return fixture.settle();
    },
  },
  {
    fault: `Alerts announced at once or never, and shown by the REST API ${LATE_MINUTES} minutes later`,
    run: async (fixture, rng) => {
      await fixture.begin();
      const visibleAfterMs = fixture.scaled(LATE_MINUTES);
      for (let time = 0; time < amount(20, 200); time += 1)
        fixture.raise(1, { visibleAfterMs, announce: rng.chance(0.5) });
      await fixture.pass(LATE_MINUTES);
      return fixture.settle();
    },
  },
  {
    fault: '429 with Retry-After, at the limit of 5 requests a second',
    run: async (fixture, rng) => {
      await fixture.begin({ 'sekoia-config': { requestsPerSecond: 5 } });
      const { faults } = fixture.site.platform;
      for (let time = 0; time < amount(1, 5); time += 1) {
        const tooMany = faults.rest({ path: /\/sic\/alerts/, retryAfter: 1, times: rng.int(2, 4) });
        await fixture.raiseDuring(amount(30, 200), rng, () => Promise.resolve());
        await fixture.settle();
        assert.ok(tooMany.hits > 0);
      }
      return fixture.settle();
    },
  },
  {
    fault: 'API key no longer valid, replaced by a deploy',
    run: async (fixture, rng) => {
      await fixture.begin();
      const { platform } = fixture.site;
      const before = platform.apiKey;
      try {
        platform.apiKey = 'the-new-key-0123456789';
        platform.live.cut();
        await fixture.raiseDuring(amount(40, 500), rng, () => fixture.status(/^API key refused/));
        fixture.change({ 'sekoia-config': { credentials: { apiKey: platform.apiKey } } });
        await fixture.deploy();
        return await fixture.settle();
      } finally {
        platform.apiKey = before;
      }
    },
  },
];
