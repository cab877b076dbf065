import assert from 'node:assert/strict';

import { Hold, type Run, alertOf, deliveries, errorOf, fail, runOf, useNodeFixture } from './support';

describe('delivery by sekoia-alert-created', () => {
  const fixture = useNodeFixture();
  const { live, sendings, figures } = deliveries(fixture);

  beforeEach(() => fixture.scaleTime(0.02));

  describe('a run', () => {
    it('ends, and its alert is delivered, when the flow behind the trigger is done', async () => {
      const { platform, nodeRed } = fixture;
      const hold = new Hold();
      nodeRed.handle('alerts', hold.handler);
      await live();
      platform.raise();
      await figures('1 running');
      hold.release();
      await figures('1 delivered');
    });

    it('is retried with the same alert as another run if it fails', async () => {
      const { platform, nodeRed } = fixture;
      nodeRed.handle('alerts', (message) => (runOf(message).attempt < 3 ? fail() : undefined));
      await live();
      const { uuid } = platform.raise();
      const messages = await nodeRed.received('alerts', 3);
      assert.deepEqual(sendings(uuid), ['1 live', '2 retry', '3 retry']);
      assert.equal(new Set(messages.map((message) => runOf(message).id)).size, 3);
      assert.equal(new Set(messages.map(({ _msgid }) => _msgid)).size, 3);
      await figures('1 delivered');
      assert.deepEqual(nodeRed.messages('caught'), []);
    });

    it('is counted in the status while it waits for its retry', async () => {
      const { platform, nodeRed } = fixture;
      fixture.scaleTime(1);
      nodeRed.handle('alerts', fail);
      await live();
      platform.raise();
      await figures('1 waiting');
    });

    it('is reported to Catch nodes once, with the alert, when its retries are used up', async () => {
      const { platform, nodeRed } = fixture;
      nodeRed.handle('alerts', fail);
      await live({ retries: 2 });
      const alert = platform.raise();
      const [caught] = await nodeRed.received('caught', 1);
      assert.deepEqual(sendings(alert.uuid), ['1 live', '2 retry', '3 retry']);
      assert.match(errorOf(caught).message, /sink: The other tool is down/);
      assert.equal(errorOf(caught).source.id, 'trigger');
      assert.ok(caught);
      assert.equal(caught.topic, `alert:created:${alert.uuid}`);
      assert.deepEqual(caught.payload, nodeRed.messages('alerts')[0]?.payload);
      const { run, alert: named } = caught.sekoia as { run: Run; alert: object };
      assert.deepEqual([run.attempt, run.source], [3, 'retry']);
      assert.deepEqual(named, {
        uuid: alert.uuid,
        short_id: alert.short_id,
        url: `${platform.url}/operations/alerts/${alert.short_id}`,
      });
      await figures('1 dead letter');

      // The others go on, and the dead one stays where it is.
      nodeRed.handle('alerts', () => undefined);
      await nodeRed.alert('alerts', platform.raise().uuid);
      await figures('1 delivered, 1 dead letter');
      assert.equal(sendings(alert.uuid).length, 3);
      assert.equal(nodeRed.messages('caught').length, 1);
    });

    it('is not retried without retries', async () => {
      const { platform, nodeRed } = fixture;
      nodeRed.handle('alerts', fail);
      await live({ retries: 0 });
      const { uuid } = platform.raise();
      const [caught] = await nodeRed.received('caught', 1);
      assert.equal(alertOf(caught), uuid);
      assert.deepEqual(sendings(uuid), ['1 live']);
    });

    it('is retried when it times out, until it succeeds late', async () => {
      const { platform, nodeRed } = fixture;
      const hold = new Hold();
      nodeRed.handle('alerts', hold.handler);
      // A second: the shortest there is.
      await live({ runTimeoutSeconds: 0 });
      const { uuid } = platform.raise();
      await nodeRed.received('alerts', 2);
      assert.deepEqual(sendings(uuid), ['1 live', '2 retry']);
      const known = nodeRed.statusesOf('trigger').length;
      hold.release(1);
      await nodeRed.status('trigger', /· 1 delivered$/, known);
      assert.deepEqual(nodeRed.messages('caught'), []);
      hold.release();
    });

    it('is retried when it times out, until its retries are used up and its alert is reported', async () => {
      const { platform, nodeRed } = fixture;
      const hold = new Hold();
      nodeRed.handle('alerts', hold.handler);
      await live({ runTimeoutSeconds: 0, retries: 1 });
      const { uuid } = platform.raise();
      const [caught] = await nodeRed.received('caught', 1);
      assert.equal(errorOf(caught).code, 'SEKOIA_TIMEOUT');
      assert.match(errorOf(caught).message, /timed out after 1 s, waiting for sink/);
      assert.equal(alertOf(caught), uuid);
      await figures('1 dead letter');
      assert.deepEqual(sendings(uuid), ['1 live', '2 retry']);
      hold.release();
    });

    it('is set aside when it times out, if the user prefers that', async () => {
      const { platform, nodeRed } = fixture;
      const hold = new Hold();
      nodeRed.handle('alerts', hold.handler);
      await live({ runTimeoutSeconds: 0, afterTimeout: 'set-aside' });
      const { uuid } = platform.raise();
      const [caught] = await nodeRed.received('caught', 1);
      assert.equal(errorOf(caught).code, 'SEKOIA_TIMEOUT');
      await figures('1 dead letter');

      // It gets through all the same: then the alert is not dead any more.
      const known = nodeRed.statusesOf('trigger').length;
      hold.release();
      await figures('1 delivered', known);
      assert.deepEqual(sendings(uuid), ['1 live']);
      assert.equal(nodeRed.messages('caught').length, 1);
    });
  });
});
