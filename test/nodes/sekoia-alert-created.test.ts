import assert from 'node:assert/strict';

import { STATUSES } from '../../simulator';
import { liveTrigger, notice, runOf, useNodeFixture } from './support';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

describe('sekoia-alert-created', () => {
  const fixture = useNodeFixture();
  const { live } = liveTrigger(fixture);

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
});
