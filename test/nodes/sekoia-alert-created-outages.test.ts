import assert from 'node:assert/strict';

import { alertOf, outcomes, runOf, settled, stateOf, trigger, useNodeFixture } from './support';

describe('the connection of sekoia-alert-created', () => {
  const fixture = useNodeFixture();

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
          assert.equal(runOf(await nodeRed.alert('alerts', uuid)).source, 'catch-up');
        }
      });

    it('shows live again when it is back', async () => {
      const { platform, nodeRed } = fixture;
      platform.faults.live({ refuse: 502, times: 1 });
      await fixture.run(trigger());
      await nodeRed.status('trigger', 'polling: LiveAPI is down');
      await nodeRed.status('trigger', 'live');
      const { uuid } = platform.raise();
      assert.equal(runOf(await nodeRed.alert('alerts', uuid)).source, 'live');
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
});
