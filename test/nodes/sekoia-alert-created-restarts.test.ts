import assert from 'node:assert/strict';

import { Hold, alertOf, deliveries, fail, sendingOf, useNodeFixture } from './support';

describe('delivery by sekoia-alert-created', () => {
  const fixture = useNodeFixture();
  const { flow, live, sendings, figures } = deliveries(fixture);

  beforeEach(() => fixture.scaleTime(0.02));

  describe('a redeploy', () => {
    it('sends the alert of an interrupted run again, as a retry', async () => {
      const { platform, nodeRed } = fixture;
      const hold = new Hold();
      nodeRed.handle('alerts', hold.handler);
      await live({ name: 'Before' });
      const { uuid } = platform.raise();
      await nodeRed.alert('alerts', uuid);
      nodeRed.handle('alerts', () => undefined);
      const known = nodeRed.statusesOf('trigger').length;
      await fixture.redeploy(flow({ name: 'After' }), 'nodes');
      await nodeRed.received('alerts', 2);
      assert.deepEqual(sendings(uuid), ['1 live', '2 retry']);
      await figures('1 delivered', known);

      // The end of the first run is nobody's business any more.
      hold.release();
      await nodeRed.alert('alerts', platform.raise().uuid);
      await figures('2 delivered', known);
      assert.equal(sendings(uuid).length, 2);
      assert.deepEqual(nodeRed.messages('caught'), []);
    });

    it('waits for a run that is about to end', async () => {
      const { platform, nodeRed } = fixture;
      fixture.scaleTime(1);
      const hold = new Hold();
      nodeRed.handle('alerts', hold.handler);
      await live({ name: 'Before' });
      const { uuid } = platform.raise();
      await nodeRed.alert('alerts', uuid);
      const deployed = fixture.redeploy(flow({ name: 'After' }), 'nodes');
      setTimeout(() => hold.release(), 50);
      await deployed;
      const known = nodeRed.statusesOf('trigger').length;
      await nodeRed.status('trigger', 'live', known);
      nodeRed.handle('alerts', () => undefined);
      const last = platform.raise().uuid;
      await nodeRed.alert('alerts', last);
      assert.deepEqual(nodeRed.messages('alerts').map(alertOf), [uuid, last]);
    });

    it('leaves an alert that waits for its retry to the next trigger', async () => {
      const { platform, nodeRed } = fixture;
      fixture.scaleTime(1);
      nodeRed.handle('alerts', fail);
      await live({ name: 'Before' });
      const { uuid } = platform.raise();
      await figures('1 waiting');
      nodeRed.handle('alerts', () => undefined);
      await fixture.redeploy(flow({ name: 'After' }), 'nodes');
      await nodeRed.received('alerts', 2);
      assert.deepEqual(sendings(uuid), ['1 live', '2 retry']);
    });
  });

  describe('a restart', () => {
    it('sends nothing twice and catches up on what was raised meanwhile', async () => {
      const { platform, nodeRed } = fixture;
      await live({ startFrom: 'ago' });
      const before = platform.raiseMany(3);
      await figures('3 delivered');
      await fixture.end();
      const meanwhile = platform.raiseMany(3);
      await live({ startFrom: 'ago' });
      await nodeRed.received('alerts', 6);
      const last = platform.raise().uuid;
      await nodeRed.alert('alerts', last);
      assert.deepEqual(
        nodeRed.messages('alerts').map(alertOf).sort(),
        [...before, ...meanwhile, last].sort(),
      );
      assert.deepEqual(
        nodeRed.messages('alerts').map(sendingOf),
        ['live', 'live', 'live', 'catch-up', 'catch-up', 'catch-up', 'live'].map((source) => `1 ${source}`),
      );
    });

    it('counts "now" from the very first start, and skips nothing raised since', async () => {
      const { platform, nodeRed } = fixture;
      await live({ startFrom: 'now' });
      await fixture.end();
      const { uuid } = platform.raise();
      await live({ startFrom: 'now' });
      assert.equal(sendingOf(await nodeRed.alert('alerts', uuid)), '1 catch-up');
    });

    it('leaves dead letters alone and still counts them', async () => {
      const { platform, nodeRed } = fixture;
      nodeRed.handle('alerts', fail);
      await live({ retries: 0 });
      const { uuid } = platform.raise();
      await nodeRed.received('caught', 1);
      await fixture.end();
      nodeRed.handle('alerts', () => undefined);
      await live({ retries: 0 });
      const known = nodeRed.statusesOf('trigger').length;
      await nodeRed.alert('alerts', platform.raise().uuid);
      await figures('1 delivered, 1 dead letter', known - 1);
      assert.deepEqual(sendings(uuid), ['1 live']);
      assert.equal(nodeRed.messages('caught').length, 1);
    });
  });
});
