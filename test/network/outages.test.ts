import assert from 'node:assert/strict';
import path from 'node:path';

import {
  type UseCaseFixture,
  deployAndGoLive,
  nodeOf,
  receivedUuids,
  startUseCase,
} from '../integration/support/use-case-fixture';

describe('alerts that are raised during an outage', () => {
  describe('of the connection', () => {
    let fixture: UseCaseFixture;
    let trigger: string;

    before(async () => {
      fixture = await startUseCase();
      trigger = nodeOf(fixture.flows, 'sekoia-alert-created').id;
      await deployAndGoLive(fixture);
    });

    after(() => fixture.stop());

    beforeEach(() => fixture.tool.clear());

    afterEach(() => fixture.platform.faults.clear());

    /** Waits until just these have arrived, each once. */
    async function arrived(uuids: string[]): Promise<void> {
      await fixture.tool.waitFor(uuids.length, 90_000);
      assert.deepEqual(receivedUuids(fixture.tool).sort(), [...uuids].sort());
    }

    it('arrive after the socket was cut', async () => {
      const refused = fixture.platform.faults.live({ refuse: 503 });
      fixture.platform.live.cut();
      await fixture.comms.waitForStatus(trigger, /^polling/);
      const uuids = fixture.platform.raiseMany(250);
      refused.clear();
      await arrived(uuids);
      await fixture.comms.waitForStatus(trigger, /^live/);
    });

    it('arrive while the socket is refused', async () => {
      fixture.platform.faults.live({ refuse: 403 });
      fixture.platform.live.cut();
      await fixture.comms.waitForStatus(trigger, /^polling/);
      const { uuid } = fixture.platform.raise();
      await arrived([uuid]);
    });

    it('arrive while the socket is half-open', async () => {
      // The connection that was refused tries again only after minutes; a deploy starts it anew.
      await fixture.nodeRed.deploy(fixture.flows);
      await fixture.comms.waitForStatus(trigger, /^live/);
      fixture.platform.faults.deafen();
      const uuids = fixture.platform.raiseMany(3);
      await arrived(uuids);
    });

    it('arrive after the platform answered with errors for a while', async () => {
      const trouble = fixture.platform.faults.rest({ path: /\/sic\/alerts/, status: 503, times: 3 });
      const { uuid } = fixture.platform.raise();
      await arrived([uuid]);
      assert.equal(trouble.hits, 3);
    });

    it('arrive if they become readable only after they are announced', async () => {
      const { uuid } = fixture.platform.raise({}, { visibleAfterMs: 2_000 });
      await arrived([uuid]);
    });
  });

  for (const days of [1, -1]) {
    it(`arrive while the clock of this machine is ${days} day off`, async () => {
      const fixture = await startUseCase({
        nodeRed: {
          nodeArgs: ['--require', path.join(__dirname, '..', 'integration', 'support', 'shifted-clock.cjs')],
          env: { CLOCK_SHIFT_MS: String(days * 24 * 3600 * 1000) },
        },
      });
      try {
        fixture.platform.raise(
          {},
          { createdAt: Math.floor(fixture.platform.now() / 1000) - 60, announce: false },
        );
        await deployAndGoLive(fixture);
        const live = fixture.platform.raise();
        await fixture.tool.waitFor(1, 30_000);
        const refused = fixture.platform.faults.live({ refuse: 503 });
        fixture.platform.live.cut();
        await fixture.comms.waitForStatus(nodeOf(fixture.flows, 'sekoia-alert-created').id, /^polling/);
        const missed = fixture.platform.raise();
        refused.clear();
        await fixture.tool.waitFor(2, 60_000);
        assert.deepEqual(receivedUuids(fixture.tool), [live.uuid, missed.uuid]);
      } finally {
        await fixture.stop();
      }
    });
  }
});
