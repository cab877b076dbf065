import assert from 'node:assert/strict';

import {
  alertOf,
  errorOf,
  node,
  outcomes,
  runOf,
  settled,
  sink,
  stateOf,
  trigger,
  useNodeFixture,
} from './support';

describe('the connection of sekoia-alert-created', () => {
  const fixture = useNodeFixture();

  function states(id = 'trigger'): (string | undefined)[] {
    const all = fixture.nodeRed.statusesOf(id).map(stateOf);
    return all.filter((state, i) => state !== all[i - 1]);
  }

  describe('the status', () => {
    it('goes from connecting over catching up to live', async () => {
      const { platform, nodeRed } = fixture;
      // A request may take 15 s: the socket is open long before the list is read.
      fixture.shortenTimers({ fromMs: 15_000, by: 50 });
      const fault = platform.faults.rest({ hang: true });
      await fixture.run(trigger());
      const { fill, shape } = await nodeRed.status('trigger', 'catching up');
      assert.deepEqual([fill, shape], ['blue', 'dot']);
      await settled(platform, 'request', () => fault.hits > 0 || undefined);
      fault.clear();
      await nodeRed.status('trigger', 'live');
      assert.deepEqual(states(), ['connecting', 'catching up', 'live']);
    });

    it('has a color and shape for each state', async () => {
      const { platform, nodeRed } = fixture;
      await fixture.run(trigger());
      await nodeRed.status('trigger', 'live');
      platform.live.cut();
      await nodeRed.status('trigger', 'polling: LiveAPI is down');
      const looks = nodeRed
        .statusesOf('trigger')
        .map((status) => `${stateOf(status)}: ${status.fill} ${status.shape}`);
      for (const look of [
        'connecting: yellow ring',
        'live: green dot',
        'polling: LiveAPI is down: yellow dot',
      ])
        assert.ok(looks.includes(look), `${look} is not among ${looks.join()}`);
    });

    it('shows how many alerts there were and when the last one was', async () => {
      const { platform, nodeRed } = fixture;
      await fixture.run(trigger());
      assert.equal((await nodeRed.status('trigger', 'live')).text, 'live');
      platform.raiseMany(3);
      await nodeRed.status('trigger', /^live · \d\d:\d\d:\d\d · 3 delivered$/);
    });

    it('says why the trigger is off without a configuration', async () => {
      const { platform, nodeRed } = fixture;
      await fixture.run([
        node('sekoia-alert-created', 'none', { config: '' }, 'alerts'),
        node('sekoia-alert-created', 'gone', { config: 'a-node-that-is-not-there' }, 'alerts'),
        node('sekoia-alert-created', 'other', { config: 'alerts' }, 'alerts'),
        sink('alerts'),
      ]);
      const off = { fill: 'grey', shape: 'ring', text: 'off: no Sekoia configuration' };
      const misconfigured = { fill: 'red', shape: 'dot', text: 'the Sekoia configuration cannot be used' };
      for (const [id, shown] of [
        ['none', off],
        ['gone', off],
        ['other', misconfigured],
      ] as const) {
        await nodeRed.status(id, shown.text);
        assert.deepEqual(nodeRed.statusesOf(id), [{ id, ...shown }]);
        assert.match(nodeRed.logged(id).join(), /No Sekoia configuration is selected: open this node/);
      }
      assert.equal(platform.live.accepted, 0);
    });

    it('is cleared when the node is closed', async () => {
      const { nodeRed } = fixture;
      await fixture.run(trigger());
      await nodeRed.status('trigger', 'live');
      await fixture.end();
      assert.deepEqual(nodeRed.statusesOf('trigger').at(-1), { id: 'trigger' });
    });
  });

  describe('a lost socket', () => {
    it('is reopened, and all missed alerts are caught up, oldest first', async () => {
      const { platform, nodeRed } = fixture;
      await fixture.run(trigger({ startFrom: 'ago', startAgoHours: 1, maxInFlight: 100 }));
      await nodeRed.status('trigger', 'live');
      const known = nodeRed.statusesOf('trigger').length;

      platform.live.cut();
      const createdAt = platform.now() / 1000 - 300;
      const missed = platform.raiseMany(260, {}, { createdAt, everySeconds: 1 });
      await nodeRed.status('trigger', 'live', known);
      const messages = await nodeRed.received('alerts', 260);
      assert.deepEqual(messages.map(alertOf), missed);
      assert.deepEqual(new Set(messages.map((message) => runOf(message).source)), new Set(['catch-up']));

      const { uuid } = platform.raise();
      await nodeRed.alert('alerts', uuid);
      assert.equal(nodeRed.messages('alerts').length, 261);
      // What is over within moments, such as catching up, may not be shown.
      const shown = states().slice(states().indexOf('live'));
      assert.deepEqual(
        shown.filter((state) => state !== 'connecting' && state !== 'catching up'),
        ['live', 'polling: LiveAPI is down', 'live'],
      );
    });

    it('misses no alert of a storm within one second', async () => {
      const { platform, nodeRed } = fixture;
      await fixture.run(trigger({ startFrom: 'ago', startAgoHours: 1, maxInFlight: 100 }));
      await nodeRed.status('trigger', 'live');
      const known = nodeRed.statusesOf('trigger').length;
      platform.live.cut();
      const missed = platform.raiseMany(350, {}, { createdAt: Math.floor(platform.now() / 1000) });
      await nodeRed.status('trigger', 'live', known);
      const messages = await nodeRed.received('alerts', 350);
      // Those of one second may come in any order.
      assert.deepEqual(messages.map(alertOf).sort(), missed.sort());
    });

    it('is replaced when it was half-open', async () => {
      const { platform, nodeRed } = fixture;
      // Pings are due every 20 s and must be answered within 5.
      fixture.shortenTimers({ fromMs: 5_000, by: 30 });
      await fixture.run(trigger());
      await nodeRed.status('trigger', 'live');
      const known = nodeRed.statusesOf('trigger').length;
      platform.faults.deafen();
      const missed = platform.raise().uuid;
      await nodeRed.status('trigger', 'live', known);
      assert.equal(platform.live.accepted, 2);
      await nodeRed.alert('alerts', missed);

      const { uuid } = platform.raise();
      assert.equal(runOf(await nodeRed.alert('alerts', uuid)).source, 'live');
      assert.deepEqual(nodeRed.messages('alerts').map(alertOf), [missed, uuid]);
    });

    it('is never replaced by two sockets, however often it is cut', async () => {
      const { platform, nodeRed } = fixture;
      fixture.scaleTime(0.1);
      await fixture.run(trigger());
      await nodeRed.status('trigger', 'live');
      for (let cuts = 1; cuts <= 4; cuts += 1) {
        platform.live.cut();
        await settled(platform.live, 'open', () => platform.live.accepted > cuts || undefined);
        assert.deepEqual([platform.live.accepted, platform.live.open], [cuts + 1, 1]);
      }
      const { uuid } = platform.raise();
      await nodeRed.alert('alerts', uuid);
      assert.equal(nodeRed.messages('alerts').length, 1);
    });
  });

  it('reports nothing to Catch nodes while all is well', async () => {
    const { platform, nodeRed } = fixture;
    await fixture.run([...trigger(), ...outcomes('trigger')]);
    await nodeRed.status('trigger', 'live');
    platform.live.cut();
    const { uuid } = platform.raise();
    await nodeRed.alert('alerts', uuid);
    assert.deepEqual(nodeRed.messages('caught').map(errorOf), []);
  });
});
