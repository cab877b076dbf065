import assert from 'node:assert/strict';
import { CUSTOM_STATUSES, startPlatform, STATUSES, type Platform } from '../../simulator';
import { call, get } from './clients';

describe('changes of an alert', () => {
  let platform: Platform;

  beforeEach(async () => {
    platform = await startPlatform();
  });

  afterEach(() => platform.stop());

  describe('PATCH', () => {
    it('changes the fields that are documented', async () => {
      const { uuid, alert_type } = platform.raise();
      const body = {
        title: 'new title',
        details: 'new details',
        urgency: 3,
        kill_chain_short_id: 'KCnew',
        alert_type_value: 'new-type',
      };
      const { status } = await call(platform, `/v1/sic/alerts/${uuid}`, { method: 'PATCH', body });
      const alert = platform.alerts.get(uuid)!;
      assert.equal(status, 200);
      assert.deepEqual(
        [
          alert.title,
          alert.details,
          alert.urgency.current_value,
          alert.urgency.display,
          alert.kill_chain_short_id,
        ],
        ['new title', 'new details', 3, 'Low', 'KCnew'],
      );
      assert.deepEqual(alert.alert_type, { category: alert_type.category, value: 'new-type' });
      assert.equal(alert.updated_by_type, 'apikey');
    });

    for (const body of [
      {},
      { title: 3 },
      { urgency: 101 },
      { urgency: '5' },
      { urgency: 1.5 },
      [],
      'no JSON',
      '',
    ]) {
      it(`refuses ${JSON.stringify(body)}`, async () => {
        const { uuid } = platform.raise();
        assert.equal((await call(platform, `/v1/sic/alerts/${uuid}`, { method: 'PATCH', body })).status, 400);
      });
    }
  });

  describe('comments', () => {
    it('are listed, read and added', async () => {
      const { uuid } = platform.raise({ comments: [] });
      const path = `/v1/sic/alerts/${uuid}/comments`;
      assert.deepEqual(await get(platform, path), { items: [], total: 0 });
      const mine = platform.comment(uuid, 'by an analyst', 'me');
      const { status, body } = await call(platform, path, {
        method: 'POST',
        body: { content: '"quoted" <b>\n', author: 'x'.repeat(32) },
      });
      assert.equal(status, 200);
      assert.deepEqual(Object.keys(body as object).sort(), [
        'author',
        'content',
        'created_by',
        'created_by_type',
        'date',
        'unseen',
        'uuid',
      ]);
      assert.deepEqual(await get(platform, path), { items: [mine, body], total: 2 });
      assert.deepEqual(await get(platform, `${path}/${mine.uuid}`), mine);
      assert.equal((await call(platform, `${path}/nothing`)).status, 404);
      const alert = platform.alerts.get(uuid)!;
      assert.equal(alert.number_of_total_comments, 2);
      assert.deepEqual(
        alert.history.map(({ entry_type }) => entry_type),
        ['alert', 'comment', 'comment'],
      );
    });

    it('are refused without content, with a long author, and over 500', async () => {
      const { uuid } = platform.raise();
      const post = async (body: unknown) =>
        (await call(platform, `/v1/sic/alerts/${uuid}/comments`, { method: 'POST', body })).status;
      assert.equal(await post({}), 400);
      assert.equal(await post({ content: '' }), 400);
      assert.equal(await post({ content: 'x', author: 'x'.repeat(33) }), 400);
      while (platform.alerts.get(uuid)!.number_of_total_comments < 499) platform.comment(uuid, 'x');
      assert.equal(await post({ content: 'the last' }), 200);
      assert.equal(await post({ content: 'one too many' }), 400);
    });
  });

  describe('workflow', () => {
    const ACKNOWLEDGE = '937bdabf-6a08-434b-b6d3-d7447e4e452a';

    it('offers the actions that lead away, and takes an action or a status', async () => {
      const { uuid } = platform.raise({ custom_status: CUSTOM_STATUSES.open.status, comments: [] });
      const path = `/v1/sic/alerts/${uuid}/workflow`;
      const names = (body: unknown) =>
        (body as { actions: { name: string }[] }).actions.map(({ name }) => name);
      assert.deepEqual(names(await get(platform, path)), ['Acknowledge', 'Validate', 'Reject', 'Close']);
      const acknowledged = await call(platform, path, {
        method: 'PATCH',
        body: { action_uuid: ACKNOWLEDGE, comment: 'seen' },
      });
      assert.deepEqual(names(acknowledged.body), ['Validate', 'Reject', 'Close']);
      assert.equal(platform.alerts.get(uuid)?.status.name, 'Acknowledged');
      assert.equal(platform.alerts.get(uuid)?.comments[0]?.content, 'seen');
      await call(platform, path, { method: 'PATCH', body: { action_uuid: STATUSES.Closed.uuid } });
      const alert = platform.alerts.get(uuid)!;
      assert.deepEqual(alert.status, STATUSES.Closed);
      assert.equal(alert.custom_status?.stage, 'Closed');
      assert.deepEqual(
        alert.history.flatMap((entry) => entry.alert ?? []),
        [
          { status: 'Pending', previous_status: null },
          { status: 'Acknowledged', previous_status: 'Pending' },
          { status: 'Closed', previous_status: 'Acknowledged' },
        ],
      );
    });

    it('refuses an unknown action', async () => {
      const { uuid } = platform.raise();
      for (const body of [{}, { action_uuid: 'nothing' }, { action_uuid: ACKNOWLEDGE, comment: 3 }]) {
        assert.equal(
          (await call(platform, `/v1/sic/alerts/${uuid}/workflow`, { method: 'PATCH', body })).status,
          400,
        );
      }
    });
  });
});
