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
  useNodeFixture,
} from './support';

/** A status text without its time and numbers. */
function stateOf(status: { text?: string }): string | undefined {
  return status.text?.split(' · ')[0];
}

function sourceOf(message: Message): string {
  return (message.sekoia as { run: { source: string } }).run.source;
}

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
      assert.deepEqual(new Set(messages.map(sourceOf)), new Set(['catch-up']));

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
      assert.equal(sourceOf(await nodeRed.alert('alerts', uuid)), 'live');
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

  describe('an unavailable LiveAPI', () => {
    for (const [what, fault] of [
      ['is down', { refuse: 503 }],
      ['does not know the key', { refuse: 401 }],
      ['says so in its first message', { refuseMessage: true }],
    ] as const)
      it(`falls back to reading the list: ${what}`, async () => {
        const { platform, nodeRed } = fixture;
        // The list is read every 30 s.
        fixture.scaleTime(0.01);
        platform.faults.live(fault);
        await fixture.run(trigger());
        const status = await nodeRed.status('trigger', 'polling: LiveAPI is down');
        assert.deepEqual([status.fill, status.shape], ['yellow', 'dot']);
        for (let read = 0; read < 3; read += 1) {
          const { uuid } = platform.raise();
          assert.equal(sourceOf(await nodeRed.alert('alerts', uuid)), 'catch-up');
        }
      });

    it('shows live again when it is back', async () => {
      const { platform, nodeRed } = fixture;
      platform.faults.live({ refuse: 502, times: 1 });
      await fixture.run(trigger());
      await nodeRed.status('trigger', 'polling: LiveAPI is down');
      await nodeRed.status('trigger', 'live');
      const { uuid } = platform.raise();
      assert.equal(sourceOf(await nodeRed.alert('alerts', uuid)), 'live');
    });
  });

  describe('a refused key', () => {
    for (const [state, sentence] of [
      ['unknown', /The API key is not valid/],
      ['expired', /The API key has expired: create a new one/],
      ['revoked', /The API key was revoked: create a new one/],
    ] as const)
      it(`shows red and logs once what to do: ${state}`, async () => {
        const { platform, nodeRed } = fixture;
        if (state !== 'unknown') platform.keyState = state;
        await fixture.run(trigger(), state === 'unknown' ? { apiKey: 'of-another-region' } : {});
        const status = await nodeRed.status('trigger', 'API key refused');
        assert.deepEqual([status.fill, status.shape], ['red', 'ring']);
        const refusals = nodeRed.logged('trigger');
        assert.equal(refusals.length, 1);
        assert.match(refusals[0]!, sentence);
      });

    it('shows which permission is missing', async () => {
      const { platform, nodeRed } = fixture;
      platform.permissions.delete('SIC_READ_ALERTS');
      await fixture.run(trigger());
      const status = await nodeRed.status('trigger', 'permission missing: View alerts');
      assert.deepEqual([status.fill, status.shape], ['red', 'ring']);
      assert.match(nodeRed.logged('trigger').join(), /lacks the permission View alerts \(SIC_READ_ALERTS\)/);
    });

    it('is retried only every five minutes, by request and by socket', async () => {
      const { platform, nodeRed } = fixture;
      // Five minutes take 1 s now, and the waits for what may pass at any time a fifth of that at most.
      fixture.scaleTime(1 / 300);
      platform.keyState = 'expired';
      await fixture.run(trigger());
      await nodeRed.status('trigger', 'API key refused');
      await settled(platform.live, 'refused', () => platform.live.refused === 2 || undefined);
      assert.ok(platform.requests.length <= 5, `${platform.requests.length} requests`);
      assert.equal(nodeRed.logged('trigger').length, 1);
    });

    it('recovers by itself once it is accepted, and loses nothing', async () => {
      const { platform, nodeRed } = fixture;
      // What is refused is tried again after five minutes.
      fixture.scaleTime(1 / 300);
      await fixture.run(trigger());
      await nodeRed.status('trigger', 'live');
      platform.keyState = 'expired';
      platform.live.cut();
      await nodeRed.status('trigger', 'API key refused');
      const missed = platform.raiseMany(3);
      platform.keyState = 'valid';
      const known = nodeRed.statusesOf('trigger').length;
      await nodeRed.status('trigger', 'live', known);
      await nodeRed.received('alerts', 3);
      assert.deepEqual(nodeRed.messages('alerts').map(alertOf).sort(), missed.sort());
    });

    it('keeps an alert in the middle of its delivery until it is accepted', async () => {
      const { platform, nodeRed } = fixture;
      fixture.scaleTime(1 / 300);
      await fixture.run([...trigger(), ...outcomes('trigger')]);
      await nodeRed.status('trigger', 'live');
      const fault = platform.faults.rest({ status: 403, body: 'Forbidden: Insufficient permissions' });
      const { uuid } = platform.raise();
      await nodeRed.status('trigger', 'permission missing: View alerts');
      fault.clear();
      await nodeRed.alert('alerts', uuid);
      assert.deepEqual(nodeRed.messages('caught'), []);
      const known = nodeRed.statusesOf('trigger').length;
      assert.equal(stateOf(await nodeRed.status('trigger', 'live', known - 1)), 'live');
    });
  });

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
