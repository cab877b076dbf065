import assert from 'node:assert/strict';

import { type Alert, STATUSES } from '../../simulator';
import { type Message, alertOf, errorOf, node, outcomes, sink, trigger, useNodeFixture } from './support';

const LIVE = 'live';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A notice as the LiveAPI writes it. */
function notice(uuid: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    metadata: {
      version: 2,
      uuid: 'aaaaaaaa-0000-4000-8000-000000000000',
      created_at: new Date().toISOString(),
    },
    type: 'alert',
    action: 'created',
    attributes: { uuid, short_id: 'ALsomething' },
    ...changes,
  };
}

function runOf(message: Message): { id: string; attempt: number; source: string } {
  return (message.sekoia as { run: { id: string; attempt: number; source: string } }).run;
}

describe('sekoia-alert-created', () => {
  const fixture = useNodeFixture();

  /** Runs the trigger and waits until it is live. */
  async function live(
    settings: Record<string, unknown> = {},
    config: Record<string, unknown> = {},
  ): Promise<void> {
    await fixture.run([...trigger(settings), ...outcomes('trigger')], config);
    await fixture.nodeRed.status('trigger', LIVE);
  }

  /** Raises one more alert and waits for its message: what came before it has been dealt with. */
  async function fence(): Promise<string> {
    const { uuid } = fixture.platform.raise({ rule: { name: 'The last one' } });
    await fixture.nodeRed.alert('alerts', uuid);
    return uuid;
  }

  /** Ends a test: these alerts have a message each, one more gets one, and no other has any. */
  async function assertEmitted(...uuids: string[]): Promise<void> {
    const last = await fence();
    assert.deepEqual(emitted().sort(), [...uuids, last].sort());
  }

  /** The alerts of all messages so far. */
  function emitted(): (string | undefined)[] {
    return fixture.nodeRed.messages('alerts').map(alertOf);
  }

  describe('the message', () => {
    it('is as documented, with nothing else', async () => {
      const { platform, nodeRed } = fixture;
      await live();
      const alert = platform.raise({
        rule: { name: 'RAT beaconing "HTTP"' },
        entity: { name: 'Site Lyon' },
        urgency: { current_value: 73 },
        last_seen_at: '2026-01-05T07:11:12.123456Z',
      });
      const message = await nodeRed.alert('alerts', alert.uuid);

      const payload = {
        event_type: 'alert-created',
        alert_uuid: alert.uuid,
        short_id: alert.short_id,
        title: alert.title,
        status: { name: 'Pending', uuid: STATUSES.Pending.uuid },
        created_at: alert.created_at,
        urgency: 73,
        entity: { name: 'Site Lyon', uuid: alert.entity?.uuid },
        alert_type: { category: 'malicious-traffic', value: 'rat-traffic' },
        rule: { name: 'RAT beaconing "HTTP"', uuid: alert.rule.uuid, severity: 95 },
        first_seen_at: alert.first_seen_at,
        last_seen_at: '2026-01-05T07:11:12.123456Z',
        community_uuid: alert.community_uuid,
        url: `${platform.url}/operations/alerts/${alert.short_id}`,
      };
      const { id } = runOf(message);
      assert.match(id, UUID);
      assert.deepEqual(message, {
        _msgid: message._msgid,
        topic: `alert:created:${alert.uuid}`,
        payload,
        sekoia: {
          run: { id, attempt: 1, source: 'live' },
          alert: { uuid: alert.uuid, short_id: alert.short_id, url: payload.url },
          node: { 0: payload },
        },
      });
    });

    it('contains its own copy of the alert as block 0', async () => {
      const { platform, nodeRed } = fixture;
      await live();
      const message = await nodeRed.alert('alerts', platform.raise().uuid);
      const { node: blocks } = message.sekoia as { node: Record<number, unknown> };
      assert.notEqual(blocks[0], message.payload);
    });

    it('has its own run for each alert', async () => {
      const { platform, nodeRed } = fixture;
      await live();
      platform.raiseMany(5);
      const messages = await nodeRed.received('alerts', 5);
      assert.equal(new Set(messages.map((message) => runOf(message).id)).size, 5);
    });

    const bare = '11111111-2222-4333-8444-555555555555';
    const nulls = {
      rule: null,
      entity: null,
      urgency: null,
      status: null,
      alert_type: null,
      title: null,
      short_id: null,
      created_at: null,
      community_uuid: null,
    };
    for (const [nothing, body] of Object.entries({
      'null in every field': { uuid: bare, ...nulls },
      'no field but its uuid': { uuid: bare },
    }))
      it(`has the same form for an alert that has ${nothing}`, async () => {
        const { platform, nodeRed } = fixture;
        platform.faults.rest({ path: `/v1/sic/alerts/${bare}`, status: 200, body });
        await live();
        platform.live.send(notice(bare));
        const { payload, sekoia } = await nodeRed.alert('alerts', bare);
        const none = { name: null, uuid: null };
        assert.deepEqual(payload, {
          event_type: 'alert-created',
          alert_uuid: bare,
          short_id: null,
          title: null,
          status: none,
          created_at: null,
          urgency: null,
          entity: none,
          alert_type: { category: null, value: null },
          rule: { ...none, severity: null },
          first_seen_at: null,
          last_seen_at: null,
          community_uuid: null,
          url: null,
        });
        assert.deepEqual((sekoia as { alert: unknown }).alert, { uuid: bare, short_id: null, url: null });
      });

    it('passes on labels that this package does not know', async () => {
      const { platform, nodeRed } = fixture;
      await live();
      const { uuid } = platform.raise({
        status: { name: 'Parked', uuid: '99999999-0000-4000-8000-000000000009' },
        alert_type: { category: 'quantum', value: 'entanglement' },
        urgency: { current_value: 0 },
      });
      const { payload } = await nodeRed.alert('alerts', uuid);
      const { status, alert_type, urgency } = payload as Record<string, unknown>;
      assert.deepEqual(
        [status, alert_type, urgency],
        [
          { name: 'Parked', uuid: '99999999-0000-4000-8000-000000000009' },
          { category: 'quantum', value: 'entanglement' },
          0,
        ],
      );
    });

    it('shows the alert as it is when it is read, not as it was announced', async () => {
      const { platform, nodeRed } = fixture;
      await live();
      const { uuid } = platform.raise({ title: 'Before' }, { announce: false });
      platform.update(uuid, { title: 'After' });
      platform.live.send(notice(uuid));
      const { payload } = await nodeRed.alert('alerts', uuid);
      assert.equal((payload as { title: string }).title, 'After');
    });

    it('also comes from the short notices of older platforms', async () => {
      const { platform, nodeRed } = fixture;
      platform.live.noticeShape = 'short';
      await live();
      const { uuid } = platform.raise();
      assert.equal(runOf(await nodeRed.alert('alerts', uuid)).source, 'live');
    });
  });

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
      await nodeRed.status('trigger', LIVE, known);
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
      await Promise.all([nodeRed.status('one', LIVE), nodeRed.status('two', LIVE)]);
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

  describe('an alert that cannot be delivered', () => {
    it('does not stop the others when it is not found', async () => {
      const { platform, nodeRed } = fixture;
      await live();
      const missing = platform.raise();
      platform.remove(missing.uuid);
      const others = platform.raiseMany(30);
      await nodeRed.received('alerts', 30);
      await assertEmitted(...others);
    });

    it('is reported to Catch nodes once, when it is not found for half a minute', async () => {
      const { platform, nodeRed } = fixture;
      fixture.scaleTime(0.02);
      await live();
      const missing = platform.raise();
      platform.remove(missing.uuid);
      const [caught] = await nodeRed.received('caught', 1);
      assert.equal(errorOf(caught).code, 'SEKOIA_NOT_FOUND');
      assert.equal(alertOf(caught), missing.uuid);
      await assertEmitted();
      assert.equal(nodeRed.messages('caught').length, 1);
    });

    it('does not stop the others when it breaks the JSON of each answer, and is reported once', async () => {
      const { platform, nodeRed } = fixture;
      fixture.scaleTime(0.02);
      await live({ reconcileMinutes: 0.5 });
      const { uuid } = platform.raise({}, { announce: false });
      platform.faults.rest({ path: `/v1/sic/alerts/${uuid}`, brokenJson: true });
      const broken = platform.faults.rest({ path: '/v1/sic/alerts', brokenJson: true });
      platform.live.send(notice(uuid));
      const others = platform.raiseMany(30);
      await nodeRed.received('alerts', 30);
      // It is given up once the platform is known to answer otherwise, as it does to the next catch-up read.
      broken.clear();
      const [caught] = await nodeRed.received('caught', 1);
      assert.equal(errorOf(caught).code, 'SEKOIA_BAD_RESPONSE');
      assert.equal(alertOf(caught), uuid);
      await assertEmitted(...others);
      assert.equal(nodeRed.messages('caught').length, 1);
    });

    it('is reported with its code, its uuid and what went wrong', async () => {
      const { platform, nodeRed } = fixture;
      await live();
      const { uuid } = platform.raise({}, { announce: false });
      platform.faults.rest({
        path: `/v1/sic/alerts/${uuid}`,
        status: 422,
        body: { message: 'No such thing' },
      });
      platform.live.send(notice(uuid));
      const [caught] = await nodeRed.received('caught', 1);
      const { code, message, source } = errorOf(caught);
      assert.equal(code, 'SEKOIA_BAD_INPUT');
      assert.match(message, new RegExp(`Could not read the alert ${uuid}.*No such thing`));
      assert.equal(source.id, 'trigger');
      assert.equal(alertOf(caught), uuid);
      assert.equal(caught?.topic, `alert:created:${uuid}`);
      assert.ok(!('payload' in caught), 'nothing is known of it');
      await assertEmitted();
    });

    it('waits while the platform is unavailable', async () => {
      const { platform, nodeRed } = fixture;
      fixture.scaleTime(0.02);
      await live();
      const fault = platform.faults.rest({
        path: /^\/v1\/sic\/alerts\//,
        status: 503,
        retryAfter: 0,
        times: 6,
      });
      const { uuid } = platform.raise();
      await nodeRed.alert('alerts', uuid);
      assert.equal(fault.hits, 6);
      assert.deepEqual(nodeRed.messages('caught'), []);
    });
  });

  describe('the start', () => {
    /** Alerts that are there before the flow is, from the oldest to the newest. */
    function older(): Record<'days' | 'hours' | 'minutes', Alert> {
      const { platform } = fixture;
      const now = platform.now() / 1000;
      return {
        days: platform.raise({}, { createdAt: now - 48 * 3600 }),
        hours: platform.raise({}, { createdAt: now - 2 * 3600 }),
        minutes: platform.raise({}, { createdAt: now - 120 }),
      };
    }

    it('"now" skips existing alerts', async () => {
      older();
      await live({ startFrom: 'now', startAgoHours: 24 });
      await assertEmitted();
    });

    it('is "now" if a flow file does not say', async () => {
      older();
      await live();
      await assertEmitted();
    });

    it('"ago" includes the alerts of the last hours, oldest first', async () => {
      const { hours, minutes } = older();
      await live({ startFrom: 'ago', startAgoHours: 24 });
      await fixture.nodeRed.received('alerts', 2);
      assert.deepEqual(emitted(), [hours.uuid, minutes.uuid]);
      assert.deepEqual(
        fixture.nodeRed.messages('alerts').map((message) => runOf(message).source),
        ['catch-up', 'catch-up'],
      );
      await assertEmitted(hours.uuid, minutes.uuid);
    });

    it('"ago" reads a number that is written as text', async () => {
      const { minutes } = older();
      await live({ startFrom: 'ago', startAgoHours: '0.5' });
      await assertEmitted(minutes.uuid);
    });

    it('follows the clock of the platform, not that of this machine', async () => {
      const { platform } = fixture;
      platform.clockOffsetMs = -26 * 3600 * 1000;
      const { hours, minutes } = older();
      await live({ startFrom: 'ago', startAgoHours: 24 });
      await assertEmitted(hours.uuid, minutes.uuid);
    });

    it('misses nothing that is raised meanwhile', async () => {
      const { platform, nodeRed } = fixture;
      platform.faults.rest({ delayMs: 50, times: 1 });
      await fixture.run(trigger());
      const uuids = platform.raiseMany(3);
      await Promise.all(uuids.map((uuid) => nodeRed.alert('alerts', uuid)));
      await nodeRed.status('trigger', LIVE);
      await assertEmitted(...uuids);
    });
  });
});
