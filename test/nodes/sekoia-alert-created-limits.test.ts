import assert from 'node:assert/strict';

import { Hold, alertOf, deliveries, fail, useNodeFixture } from './support';

describe('delivery by sekoia-alert-created', () => {
  const fixture = useNodeFixture();
  const { live, figures } = deliveries(fixture);

  beforeEach(() => fixture.scaleTime(0.02));

  describe('an external tool that is down', () => {
    it('suspends the trigger after five failed runs, and gets all alerts when it is back', async () => {
      const { platform, nodeRed } = fixture;
      nodeRed.handle('alerts', fail);
      await live();
      const uuids = platform.raiseMany(8);
      const { fill, shape } = await nodeRed.status('trigger', 'paused: runs are failing');
      assert.deepEqual([fill, shape], ['red', 'dot']);
      const known = nodeRed.statusesOf('trigger').length;
      nodeRed.handle('alerts', () => undefined);
      await nodeRed.status('trigger', /^live · \d\d:\d\d:\d\d · 8 delivered$/, known);
      assert.deepEqual(new Set(nodeRed.messages('alerts').map(alertOf)), new Set(uuids));
      assert.deepEqual(nodeRed.messages('caught'), []);
    });
  });

  describe('the runs at a time', () => {
    it('are as many as the node allows, and the others wait', async () => {
      const { platform, nodeRed } = fixture;
      const hold = new Hold();
      nodeRed.handle('alerts', hold.handler);
      await live({ maxInFlight: 2 });
      const uuids = platform.raiseMany(5);
      await figures('2 running, 3 waiting');
      assert.equal(nodeRed.messages('alerts').length, 2);
      hold.release(1);
      await nodeRed.received('alerts', 3);
      await figures('1 delivered, 2 running, 2 waiting');
      for (let received = 4; received <= 5; received += 1) {
        hold.release(1);
        await nodeRed.received('alerts', received);
      }
      hold.release();
      await figures('5 delivered');
      assert.equal(hold.most, 2);
      assert.deepEqual(nodeRed.messages('alerts').map(alertOf).sort(), uuids.sort());
    });
  });

  describe('at most once', () => {
    it('sends an alert once, however its run ends', async () => {
      const { platform, nodeRed } = fixture;
      nodeRed.handle('alerts', fail);
      await live({ delivery: 'at-most-once' });
      const failed = platform.raiseMany(3);
      for (const uuid of failed) await nodeRed.alert('caught', uuid);
      nodeRed.handle('alerts', () => undefined);
      // The one after shows that none of the first is on its way again.
      const { uuid } = platform.raise();
      await figures('1 delivered');
      assert.deepEqual(nodeRed.messages('alerts').map(alertOf).sort(), [...failed, uuid].sort());
      assert.equal(nodeRed.messages('caught').length, 3);
    });

    it('sends no alert again after a restart, though its run was not over', async () => {
      const { platform, nodeRed } = fixture;
      nodeRed.handle('alerts', new Hold().handler);
      await live({ delivery: 'at-most-once' });
      const { uuid } = platform.raise();
      await nodeRed.alert('alerts', uuid);
      await fixture.end();
      await live({ delivery: 'at-most-once' });
      const last = platform.raise().uuid;
      await nodeRed.alert('alerts', last);
      assert.deepEqual(nodeRed.messages('alerts').map(alertOf), [uuid, last]);
    });
  });
});
