import assert from 'node:assert/strict';

import helper from 'node-red-node-test-helper';

import {
  type Message,
  alertOf,
  errorOf,
  node,
  outcomes,
  settled,
  sink,
  trigger,
  useWorld,
  within,
} from './support';

/** A status text without its time and numbers. */
function stateOf(status: { text?: string }): string | undefined {
  return status.text?.split(' · ')[0];
}

function sourceOf(message: Message): string {
  return (message.sekoia as { run: { source: string } }).run.source;
}

describe('sekoia-alert-created, connection', () => {
  const world = useWorld();

  function states(id = 'trigger'): (string | undefined)[] {
    const all = world.bench.statusesOf(id).map(stateOf);
    return all.filter((state, i) => state !== all[i - 1]);
  }

  describe('the status', () => {
    it('goes from connecting over catching up to live', async () => {
      const { platform, bench } = world;
      // A request may take 15 s: the socket is open long before the list is read.
      world.shortenTimers({ fromMs: 15_000, by: 50 });
      const fault = platform.faults.rest({ hang: true });
      await world.run(trigger());
      const { fill, shape } = await bench.status('trigger', 'catching up');
      assert.deepEqual([fill, shape], ['blue', 'dot']);
      await settled(platform, 'request', () => fault.hits > 0 || undefined);
      fault.clear();
      await bench.status('trigger', 'live');
      assert.deepEqual(states(), ['connecting', 'catching up', 'live']);
    });

    it('has a look for each state', async () => {
      const { platform, bench } = world;
      await world.run(trigger());
      await bench.status('trigger', 'live');
      platform.live.cut();
      await bench.status('trigger', 'polling: LiveAPI is down');
      const looks = bench
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
      const { platform, bench } = world;
      await world.run(trigger());
      assert.equal((await bench.status('trigger', 'live')).text, 'live');
      platform.raiseMany(3);
      await bench.status('trigger', /^live · \d\d:\d\d:\d\d · 3 delivered$/);
    });

    it('is off, and says why, without a configuration', async () => {
      const { platform, bench } = world;
      await world.run([
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
        await bench.status(id, shown.text);
        assert.deepEqual(bench.statusesOf(id), [{ id, ...shown }]);
        assert.match(bench.logged(id).join(), /No Sekoia configuration is selected: open this node/);
      }
      assert.equal(platform.live.accepted, 0);
    });

    it('is cleared when the node is closed', async () => {
      const { bench } = world;
      await world.run(trigger());
      await bench.status('trigger', 'live');
      await world.end();
      assert.deepEqual(bench.statusesOf('trigger').at(-1), { id: 'trigger' });
    });
  });

  describe('a socket that was cut', () => {
    it('is opened again, and what was missed is caught up, all pages, oldest first', async () => {
      const { platform, bench } = world;
      await world.run(trigger({ startFrom: 'ago', startAgoHours: 1, maxInFlight: 100 }));
      await bench.status('trigger', 'live');
      const known = bench.statusesOf('trigger').length;

      platform.live.cut();
      const createdAt = platform.now() / 1000 - 300;
      const missed = platform.raiseMany(260, {}, { createdAt, everySeconds: 1 });
      await bench.status('trigger', 'live', known);
      const messages = await bench.received('alerts', 260);
      assert.deepEqual(messages.map(alertOf), missed);
      assert.deepEqual(new Set(messages.map(sourceOf)), new Set(['catch-up']));

      const { uuid } = platform.raise();
      await bench.alert('alerts', uuid);
      assert.equal(bench.messages('alerts').length, 261);
      // What is over within moments, such as catching up, may not be shown.
      const shown = states().slice(states().indexOf('live'));
      assert.deepEqual(
        shown.filter((state) => state !== 'connecting' && state !== 'catching up'),
        ['live', 'polling: LiveAPI is down', 'live'],
      );
    });

    it('misses no alert of a storm within one second', async () => {
      const { platform, bench } = world;
      await world.run(trigger({ startFrom: 'ago', startAgoHours: 1, maxInFlight: 100 }));
      await bench.status('trigger', 'live');
      const known = bench.statusesOf('trigger').length;
      platform.live.cut();
      const missed = platform.raiseMany(350, {}, { createdAt: Math.floor(platform.now() / 1000) });
      await bench.status('trigger', 'live', known);
      const messages = await bench.received('alerts', 350);
      // Those of one second may come in any order.
      assert.deepEqual(messages.map(alertOf).sort(), missed.sort());
    });

    it('is replaced when it is only half there', async () => {
      const { platform, bench } = world;
      // Pings are due every 20 s and must be answered within 5.
      world.shortenTimers({ fromMs: 5_000, by: 30 });
      await world.run(trigger());
      await bench.status('trigger', 'live');
      const known = bench.statusesOf('trigger').length;
      platform.faults.deafen();
      const missed = platform.raise().uuid;
      await bench.status('trigger', 'live', known);
      assert.equal(platform.live.accepted, 2);
      await bench.alert('alerts', missed);

      const { uuid } = platform.raise();
      assert.equal(sourceOf(await bench.alert('alerts', uuid)), 'live');
      assert.deepEqual(bench.messages('alerts').map(alertOf), [missed, uuid]);
    });

    it('is followed by no second one, however often it is cut', async () => {
      const { platform, bench } = world;
      world.scaleTime(0.1);
      await world.run(trigger());
      await bench.status('trigger', 'live');
      for (let cuts = 1; cuts <= 4; cuts += 1) {
        platform.live.cut();
        await settled(platform.live, 'open', () => platform.live.accepted > cuts || undefined);
        assert.deepEqual([platform.live.accepted, platform.live.open], [cuts + 1, 1]);
      }
      const { uuid } = platform.raise();
      await bench.alert('alerts', uuid);
      assert.equal(bench.messages('alerts').length, 1);
    });
  });

  describe('a LiveAPI that cannot be had', () => {
    for (const [what, fault] of [
      ['is down', { refuse: 503 }],
      ['does not know the key', { refuse: 401 }],
      ['says so in its first message', { refuseMessage: true }],
    ] as const)
      it(`and ${what}: alerts come by reading the list`, async () => {
        const { platform, bench } = world;
        // The list is read every 30 s.
        world.scaleTime(0.01);
        platform.faults.live(fault);
        await world.run(trigger());
        const status = await bench.status('trigger', 'polling: LiveAPI is down');
        assert.deepEqual([status.fill, status.shape], ['yellow', 'dot']);
        for (let read = 0; read < 3; read += 1) {
          const { uuid } = platform.raise();
          assert.equal(sourceOf(await bench.alert('alerts', uuid)), 'catch-up');
        }
      });

    it('and comes back: the status is live again', async () => {
      const { platform, bench } = world;
      platform.faults.live({ refuse: 502, times: 1 });
      await world.run(trigger());
      await bench.status('trigger', 'polling: LiveAPI is down');
      await bench.status('trigger', 'live');
      const { uuid } = platform.raise();
      assert.equal(sourceOf(await bench.alert('alerts', uuid)), 'live');
    });
  });

  describe('a key that is refused', () => {
    for (const [state, sentence] of [
      ['unknown', /The API key is not valid/],
      ['expired', /The API key has expired: create a new one/],
      ['revoked', /The API key was revoked: create a new one/],
    ] as const)
      it(`and ${state}: red, with one line in the log that says what to do`, async () => {
        const { platform, bench } = world;
        if (state !== 'unknown') platform.keyState = state;
        await world.run(trigger(), state === 'unknown' ? { apiKey: 'of-another-region' } : {});
        const status = await bench.status('trigger', 'API key refused');
        assert.deepEqual([status.fill, status.shape], ['red', 'ring']);
        const refusals = bench.logged('trigger');
        assert.equal(refusals.length, 1);
        assert.match(refusals[0]!, sentence);
      });

    it('for want of the permission to read alerts: the status says which', async () => {
      const { platform, bench } = world;
      platform.permissions.delete('SIC_READ_ALERTS');
      await world.run(trigger());
      const status = await bench.status('trigger', 'permission missing: View alerts');
      assert.deepEqual([status.fill, status.shape], ['red', 'ring']);
      assert.match(bench.logged('trigger').join(), /lacks the permission View alerts \(SIC_READ_ALERTS\)/);
    });

    it('is tried again every five minutes only, by request and by socket', async () => {
      const { platform, bench } = world;
      // Five minutes take 1 s now, and the waits for what may pass at any time a fifth of that at most.
      world.scaleTime(1 / 300);
      platform.keyState = 'expired';
      await world.run(trigger());
      await bench.status('trigger', 'API key refused');
      await settled(platform.live, 'refused', () => platform.live.refused === 2 || undefined);
      assert.ok(platform.requests.length <= 5, `${platform.requests.length} requests`);
      assert.equal(bench.logged('trigger').length, 1);
    });

    it('works again by itself once it is good, and nothing was lost', async () => {
      const { platform, bench } = world;
      // What is refused is tried again after five minutes.
      world.scaleTime(1 / 300);
      await world.run(trigger());
      await bench.status('trigger', 'live');
      platform.keyState = 'expired';
      platform.live.cut();
      await bench.status('trigger', 'API key refused');
      const missed = platform.raiseMany(3);
      platform.keyState = 'valid';
      const known = bench.statusesOf('trigger').length;
      await bench.status('trigger', 'live', known);
      await bench.received('alerts', 3);
      assert.deepEqual(bench.messages('alerts').map(alertOf).sort(), missed.sort());
    });

    it('in the middle of a delivery keeps the alert until it is good', async () => {
      const { platform, bench } = world;
      world.scaleTime(1 / 300);
      await world.run([...trigger(), ...outcomes('trigger')]);
      await bench.status('trigger', 'live');
      const fault = platform.faults.rest({ status: 403, body: 'Forbidden: Insufficient permissions' });
      const { uuid } = platform.raise();
      await bench.status('trigger', 'permission missing: View alerts');
      fault.clear();
      await bench.alert('alerts', uuid);
      assert.deepEqual(bench.messages('caught'), []);
      const known = bench.statusesOf('trigger').length;
      assert.equal(stateOf(await bench.status('trigger', 'live', known - 1)), 'live');
    });
  });

  describe('closing', () => {
    it('takes the socket away, and its timers', async () => {
      const { platform, bench } = world;
      await world.run(trigger());
      await bench.status('trigger', 'live');
      await world.end();
      await settled(platform.live, 'close', () => platform.live.open === 0 || undefined);
      platform.raise();
      assert.deepEqual(bench.messages('alerts'), []);
    });

    it('ends the wait for the next attempt', async () => {
      const { platform, bench } = world;
      world.scaleTime(0.01);
      platform.faults.live({ refuse: 503 });
      await world.run(trigger());
      await bench.status('trigger', 'polling: LiveAPI is down');
      await within(1_000, world.end());

      // Another flow: had the first one gone on, there would be two sockets.
      platform.faults.clear();
      const known = bench.statusesOf('trigger').length;
      await world.run(trigger());
      await bench.status('trigger', 'live', known);
      const { uuid } = platform.raise();
      await bench.alert('alerts', uuid);
      assert.deepEqual([platform.live.accepted, platform.live.open], [1, 1]);
    });

    it('gives up an alert that is being read, without a message or an error', async () => {
      const { platform, bench } = world;
      await world.run([...trigger(), ...outcomes('trigger')]);
      await bench.status('trigger', 'live');
      const fault = platform.faults.rest({ path: /^\/v1\/sic\/alerts/, hang: true });
      platform.raise();
      await settled(platform, 'request', () => fault.hits > 0 || undefined);
      await within(1_000, world.end());
      assert.deepEqual(bench.messages('alerts'), []);
      assert.deepEqual(bench.messages('caught'), []);
      assert.doesNotMatch(bench.logged('trigger').join(), /stopped|abort/i);
    });
  });

  describe('redeploying', () => {
    it('the trigger alone, three times, leaves one socket and one message for each alert', async () => {
      const { platform, bench } = world;
      await world.run(trigger({ name: 'Before' }));
      await bench.status('trigger', 'live');
      const emitted: string[] = [];
      for (const name of ['Once', 'Twice', 'Three times']) {
        await world.redeploy(trigger({ name }), 'nodes');
        const known = bench.statusesOf('trigger').length;
        await bench.status('trigger', 'live', known);
        await settled(platform.live, 'close', () => platform.live.open === 1 || undefined);

        const { uuid } = platform.raise({}, { createdAt: platform.now() / 1000 - 60 });
        await bench.alert('alerts', uuid);
        emitted.push(uuid);
      }
      assert.equal(platform.live.open, 1);
      assert.deepEqual(bench.messages('alerts').map(alertOf), emitted);
    });

    it('other nodes leaves the trigger and its socket alone', async () => {
      const { platform, bench } = world;
      await world.run(trigger());
      await bench.status('trigger', 'live');
      const before = helper.getNode('trigger');
      await world.redeploy([...trigger(), sink('another')], 'nodes');
      assert.equal(helper.getNode('trigger'), before);
      const { uuid } = platform.raise();
      await bench.alert('alerts', uuid);
      assert.equal(platform.live.accepted, 1);
    });

    it('the configuration opens its socket anew, once', async () => {
      const { platform, bench } = world;
      await world.run(trigger());
      await bench.status('trigger', 'live');
      const known = bench.statusesOf('trigger').length;
      world.configure({ name: 'Another name' });
      await world.redeploy(trigger(), 'nodes');
      await bench.status('trigger', 'live', known);
      await settled(platform.live, 'close', () => platform.live.open === 1 || undefined);
      const { uuid } = platform.raise();
      await bench.alert('alerts', uuid);
      assert.deepEqual([platform.live.accepted, bench.messages('alerts').length], [2, 1]);
    });

    it('a disabled trigger has no socket, and an enabled one has it again', async () => {
      const { platform, bench } = world;
      await world.run(trigger());
      await bench.status('trigger', 'live');
      await world.redeploy(trigger({ d: true }), 'nodes');
      await settled(platform.live, 'close', () => platform.live.open === 0 || undefined);
      const known = bench.statusesOf('trigger').length;
      await world.redeploy(trigger(), 'nodes');
      await bench.status('trigger', 'live', known);
      assert.deepEqual([platform.live.accepted, platform.live.open], [2, 1]);
    });
  });

  it('reports nothing to Catch nodes while all is well', async () => {
    const { platform, bench } = world;
    await world.run([...trigger(), ...outcomes('trigger')]);
    await bench.status('trigger', 'live');
    platform.live.cut();
    const { uuid } = platform.raise();
    await bench.alert('alerts', uuid);
    assert.deepEqual(bench.messages('caught').map(errorOf), []);
  });
});
