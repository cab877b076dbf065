import assert from 'node:assert/strict';

import { alertOf, liveTrigger, node, notice, runOf, sink, useNodeFixture } from './support';

describe('sekoia-alert-created', () => {
  const fixture = useNodeFixture();
  const { live, fence, assertEmitted } = liveTrigger(fixture);

  describe('one message is sent for each alert', () => {
    it('of a repeated notice', async () => {
      const { platform } = fixture;
      await live();
      const { uuid } = platform.raise();
      platform.live.send(notice(uuid));
      await fixture.nodeRed.alert('alerts', uuid);
      platform.live.send(notice(uuid));
      platform.live.send(notice(uuid));
      await assertEmitted(uuid);
    });

    it('that is announced and found by a catch-up read', async () => {
      const { platform, nodeRed } = fixture;
      await live({ startFrom: 'ago', startAgoHours: 1 });
      const { uuid } = platform.raise();
      await nodeRed.alert('alerts', uuid);
      platform.live.cut();
      await nodeRed.status('trigger', 'polling: LiveAPI is down');
      const known = nodeRed.statusesOf('trigger').length;
      await nodeRed.status('trigger', 'live', known);
      await assertEmitted(uuid);
    });

    it('of a storm', async () => {
      const { platform, nodeRed } = fixture;
      await live({}, { requestsPerSecond: undefined });
      const known = platform.requests.length;
      const uuids = platform.raiseMany(100);
      await nodeRed.received('alerts', 100);
      // Read together while they wait for their turn: 5 requests a second and 10 alerts at a time, as set from the
      // start.
      const requests = platform.requests.length - known;
      assert.ok(requests <= 20, `${requests} requests`);
      await assertEmitted(...uuids);
    });

    it('for each of two triggers, over one socket', async () => {
      const { platform, nodeRed } = fixture;
      await fixture.run([
        node('sekoia-alert-created', 'one', { config: 'sekoia' }, 'one-alerts'),
        node('sekoia-alert-created', 'two', { config: 'sekoia', urgencyMin: 50 }, 'two-alerts'),
        sink('one-alerts'),
        sink('two-alerts'),
      ]);
      await Promise.all([nodeRed.status('one', 'live'), nodeRed.status('two', 'live')]);
      const low = platform.raise({ urgency: { current_value: 10 } }).uuid;
      const high = platform.raise({ urgency: { current_value: 90 } }).uuid;
      await Promise.all([nodeRed.received('one-alerts', 2), nodeRed.alert('two-alerts', high)]);
      const last = platform.raise({ urgency: { current_value: 90 } }).uuid;
      await Promise.all([nodeRed.alert('one-alerts', last), nodeRed.alert('two-alerts', last)]);

      assert.deepEqual(new Set(nodeRed.messages('one-alerts').map(alertOf)), new Set([low, high, last]));
      assert.deepEqual(nodeRed.messages('two-alerts').map(alertOf), [high, last]);
      assert.deepEqual([platform.live.accepted, platform.live.open], [1, 1]);
    });

    it('that is not announced, within the time between two reads of the list', async () => {
      const { platform, nodeRed } = fixture;
      // A second, the shortest there is, takes a tenth of it.
      fixture.scaleTime(0.1);
      await live({ reconcileMinutes: 1 / 60 });
      const { uuid } = platform.raise({}, { announce: false });
      assert.equal(runOf(await nodeRed.alert('alerts', uuid)).source, 'catch-up');
    });

    it('that cannot be read yet when it is announced', async () => {
      const { platform, nodeRed } = fixture;
      await live();
      const { uuid } = platform.raise({}, { visibleAfterMs: 300 });
      await nodeRed.alert('alerts', uuid);
      await assertEmitted(uuid);
      assert.deepEqual(nodeRed.messages('caught'), []);
    });
  });

  describe('other traffic on the socket', () => {
    it('gives no message for other types, other actions or version 1', async () => {
      const { platform } = fixture;
      await live();
      const { uuid } = platform.raise({}, { announce: false });
      for (const [type, action] of [
        ['alert', 'updated'],
        ['alert', 'status-changed'],
        ['alert-comment', 'created'],
        ['case', 'created'],
        ['search-job', 'created'],
        ['task', 'created'],
        ['ioc-collection', 'created'],
        ['something-new', 'created'],
      ])
        platform.live.send(notice(uuid, { type, action }));
      platform.live.send({
        event_version: '1',
        event_type: 'alert',
        attributes: { event: 'alert-created', alert_uuid: uuid },
      });
      platform.live.send(notice(uuid, { metadata: { version: 1 } }));
      platform.live.send(notice(uuid, { metadata: { version: 3 } }));
      platform.live.send(notice(uuid, { metadata: null }));
      const last = await fence();
      platform.update(last, { status: { name: 'Closed' } });
      platform.comment(last, 'Seen');
      await assertEmitted(last);
    });

    it('does no harm if it is malformed', async () => {
      const { platform, nodeRed } = fixture;
      await live();
      for (const frame of [
        '',
        'not JSON',
        '{"type": "alert", "action": "crea',
        '<html>502 Bad Gateway</html>',
        'null',
        '42',
        '"text"',
        '[]',
        '{}',
        '[{"type":"alert","action":"created"}]',
        '\u0000\uffff',
        `"${'x'.repeat(1_000_000)}"`,
        notice('../me'),
        notice(''),
        notice('a/../../b?c=d'),
        notice(null as unknown as string),
        notice({} as unknown as string),
        notice('x', { attributes: null }),
        notice('x', { attributes: [] }),
        { metadata: { version: {} }, type: {}, action: [] },
      ])
        platform.live.send(frame);
      await assertEmitted();
      assert.equal(platform.live.accepted, 1);
      assert.deepEqual(nodeRed.messages('caught'), []);
      assert.deepEqual(
        platform.requests.filter(({ path }) => !path.startsWith('/v1/sic/alerts')),
        [],
      );
    });
  });
});
