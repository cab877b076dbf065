import assert from 'node:assert/strict';

import helper from 'node-red-node-test-helper';

import { alertOf, outcomes, settled, sink, trigger, useNodeFixture } from './support';

describe('the connection of sekoia-alert-created', () => {
  const fixture = useNodeFixture();

  describe('closing', () => {
    it('removes the socket and its timers', async () => {
      const { platform, nodeRed } = fixture;
      await fixture.run(trigger());
      await nodeRed.status('trigger', 'live');
      await fixture.end();
      await settled(platform.live, 'close', () => platform.live.open === 0 || undefined);
      platform.raise();
      assert.deepEqual(nodeRed.messages('alerts'), []);
    });

    it('ends the wait for the next attempt', async () => {
      const { platform, nodeRed } = fixture;
      fixture.scaleTime(0.01);
      platform.faults.live({ refuse: 503 });
      fixture.forbidWaits();
      await fixture.run(trigger());
      await nodeRed.status('trigger', 'polling: LiveAPI is down');
      await fixture.end();

      // Another flow: had the first one gone on, there would be two sockets.
      platform.faults.clear();
      const known = nodeRed.statusesOf('trigger').length;
      await fixture.run(trigger());
      await nodeRed.status('trigger', 'live', known);
      const { uuid } = platform.raise();
      await nodeRed.alert('alerts', uuid);
      assert.deepEqual([platform.live.accepted, platform.live.open], [1, 1]);
    });

    it('drops an alert that is being read, without a message or an error', async () => {
      const { platform, nodeRed } = fixture;
      fixture.forbidWaits();
      await fixture.run([...trigger(), ...outcomes('trigger')]);
      await nodeRed.status('trigger', 'live');
      const fault = platform.faults.rest({ path: /^\/v1\/sic\/alerts/, hang: true });
      platform.raise();
      await settled(platform, 'request', () => fault.hits > 0 || undefined);
      await fixture.end();
      assert.deepEqual(nodeRed.messages('alerts'), []);
      assert.deepEqual(nodeRed.messages('caught'), []);
      assert.doesNotMatch(nodeRed.logged('trigger').join(), /stopped|abort/i);
    });
  });

  describe('redeploying', () => {
    it('of the trigger alone, three times, leaves one socket and one message for each alert', async () => {
      const { platform, nodeRed } = fixture;
      await fixture.run(trigger({ name: 'Before' }));
      await nodeRed.status('trigger', 'live');
      const emitted: string[] = [];
      for (const name of ['Once', 'Twice', 'Three times']) {
        await fixture.redeploy(trigger({ name }), 'nodes');
        const known = nodeRed.statusesOf('trigger').length;
        await nodeRed.status('trigger', 'live', known);
        await settled(platform.live, 'close', () => platform.live.open === 1 || undefined);

        const { uuid } = platform.raise({}, { createdAt: platform.now() / 1000 - 60 });
        await nodeRed.alert('alerts', uuid);
        emitted.push(uuid);
      }
      assert.equal(platform.live.open, 1);
      assert.deepEqual(nodeRed.messages('alerts').map(alertOf), emitted);
    });

    it('of other nodes leaves the trigger and its socket alone', async () => {
      const { platform, nodeRed } = fixture;
      await fixture.run(trigger());
      await nodeRed.status('trigger', 'live');
      const before = helper.getNode('trigger');
      await fixture.redeploy([...trigger(), sink('another')], 'nodes');
      assert.equal(helper.getNode('trigger'), before);
      const { uuid } = platform.raise();
      await nodeRed.alert('alerts', uuid);
      assert.equal(platform.live.accepted, 1);
    });

    it('of the configuration reopens its socket once', async () => {
      const { platform, nodeRed } = fixture;
      await fixture.run(trigger());
      await nodeRed.status('trigger', 'live');
      const known = nodeRed.statusesOf('trigger').length;
      fixture.configure({ name: 'Another name' });
      await fixture.redeploy(trigger(), 'nodes');
      await nodeRed.status('trigger', 'live', known);
      await settled(platform.live, 'close', () => platform.live.open === 1 || undefined);
      const { uuid } = platform.raise();
      await nodeRed.alert('alerts', uuid);
      assert.deepEqual([platform.live.accepted, nodeRed.messages('alerts').length], [2, 1]);
    });

    it('closes the socket of a disabled trigger and reopens it when it is enabled', async () => {
      const { platform, nodeRed } = fixture;
      await fixture.run(trigger());
      await nodeRed.status('trigger', 'live');
      await fixture.redeploy(trigger({ d: true }), 'nodes');
      await settled(platform.live, 'close', () => platform.live.open === 0 || undefined);
      const known = nodeRed.statusesOf('trigger').length;
      await fixture.redeploy(trigger(), 'nodes');
      await nodeRed.status('trigger', 'live', known);
      assert.deepEqual([platform.live.accepted, platform.live.open], [2, 1]);
    });
  });
});
