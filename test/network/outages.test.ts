import assert from 'node:assert/strict';
import path from 'node:path';

import { type World, deployAndGoLive, nodeOf, receivedUuids, startWorld } from '../integration/support/world';

describe('alerts raised while something is wrong', () => {
  describe('with the connection', () => {
    let world: World;
    let trigger: string;

    before(async () => {
      world = await startWorld();
      trigger = nodeOf(world.flows, 'sekoia-alert-created').id;
      await deployAndGoLive(world);
    });

    after(() => world.stop());

    beforeEach(() => world.tool.clear());

    afterEach(() => world.platform.faults.clear());

    /** Waits until just these have arrived, each once. */
    async function arrived(uuids: string[]): Promise<void> {
      await world.tool.waitFor(uuids.length, 90_000);
      assert.deepEqual(receivedUuids(world.tool).sort(), [...uuids].sort());
    }

    it('arrive when the socket was cut', async () => {
      const refused = world.platform.faults.live({ refuse: 503 });
      world.platform.live.cut();
      await world.comms.waitForStatus(trigger, /^polling/);
      const uuids = world.platform.raiseMany(250);
      refused.clear();
      await arrived(uuids);
      await world.comms.waitForStatus(trigger, /^live/);
    });

    it('arrive while the socket is refused', async () => {
      world.platform.faults.live({ refuse: 403 });
      world.platform.live.cut();
      await world.comms.waitForStatus(trigger, /^polling/);
      const { uuid } = world.platform.raise();
      await arrived([uuid]);
    });

    it('arrive when the socket is only half there', async () => {
      // The connection that was refused tries again only after minutes; a deploy starts it anew.
      await world.nodeRed.deploy(world.flows);
      await world.comms.waitForStatus(trigger, /^live/);
      world.platform.faults.deafen();
      const uuids = world.platform.raiseMany(3);
      await arrived(uuids);
    });

    it('arrive when the platform answers with errors for a while', async () => {
      const trouble = world.platform.faults.rest({ path: /\/sic\/alerts/, status: 503, times: 3 });
      const { uuid } = world.platform.raise();
      await arrived([uuid]);
      assert.equal(trouble.hits, 3);
    });

    it('arrive when they can be read only some time after they were announced', async () => {
      const { uuid } = world.platform.raise({}, { visibleAfterMs: 2_000 });
      await arrived([uuid]);
    });
  });

  for (const days of [1, -1]) {
    it(`arrive when this machine's clock is ${days} day off`, async () => {
      const world = await startWorld({
        nodeRed: {
          nodeArgs: ['--require', path.join(__dirname, '..', 'integration', 'support', 'shifted-clock.cjs')],
          env: { CLOCK_SHIFT_MS: String(days * 24 * 3600 * 1000) },
        },
      });
      try {
        world.platform.raise(
          {},
          { createdAt: Math.floor(world.platform.now() / 1000) - 60, announce: false },
        );
        await deployAndGoLive(world);
        const live = world.platform.raise();
        await world.tool.waitFor(1, 30_000);
        const refused = world.platform.faults.live({ refuse: 503 });
        world.platform.live.cut();
        await world.comms.waitForStatus(nodeOf(world.flows, 'sekoia-alert-created').id, /^polling/);
        const missed = world.platform.raise();
        refused.clear();
        await world.tool.waitFor(2, 60_000);
        assert.deepEqual(receivedUuids(world.tool), [live.uuid, missed.uuid]);
      } finally {
        await world.stop();
      }
    });
  }
});
