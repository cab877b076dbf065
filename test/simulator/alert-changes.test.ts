import assert from 'node:assert/strict';
import {
  CUSTOM_FIELDS,
  CUSTOM_STATUSES,
  startPlatform,
  STATUSES,
  VERDICTS,
  type Alert,
  type Platform,
} from '../../simulator';
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

    it('sets status, verdict and assignee, adds a comment, and answers with the whole alert', async () => {
      const { uuid } = platform.raise({ comments: [] });
      const body = {
        custom_status_uuid: CUSTOM_STATUSES.closed.uuid,
        verdict_uuid: VERDICTS.falsePositive.uuid,
        verdict_analysis: 'a test',
        verdict_confidence: 75,
        assignee: 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
        comment: 'closed by the tool',
      };
      const answer = await call(platform, `/v1/sic/alerts/${uuid}`, { method: 'PATCH', body });
      const alert = answer.body as Alert;
      assert.equal(answer.status, 200);
      assert.deepEqual(alert.custom_status, CUSTOM_STATUSES.closed.status);
      assert.equal(alert.status.name, 'Closed');
      assert.deepEqual(
        [alert.verdict?.stage, alert.verdict?.analysis, alert.verdict?.confidence],
        ['false_positive', 'a test', 75],
      );
      assert.equal(alert.assignee, body.assignee);
      assert.equal(alert.comments[0]?.content, 'closed by the tool');
      assert.deepEqual(
        alert.history.map(({ entry_type }) => entry_type),
        ['alert', 'alert', 'assignee', 'verdict', 'comment'],
      );
      const cleared = { verdict_uuid: null, assignee: null, custom_status_uuid: null, comment: null };
      await call(platform, `/v1/sic/alerts/${uuid}`, { method: 'PATCH', body: cleared });
      const after = platform.alerts.get(uuid)!;
      assert.deepEqual([after.verdict, after.assignee, after.custom_status], [null, null, null]);
      const legacy = { status_uuid: STATUSES.Rejected.uuid };
      await call(platform, `/v1/sic/alerts/${uuid}`, { method: 'PATCH', body: legacy });
      assert.equal(platform.alerts.get(uuid)?.status.name, 'Rejected');
    });

    for (const body of [
      {},
      { comment: null },
      { title: 'x'.repeat(10_001) },
      { alert_type_category: 'fraud' },
      { alert_type_value: 'xy' },
      { alert_type_category: 'fraud', alert_type_value: 'x'.repeat(1_001) },
      { status_uuid: '937bdabf-6a08-434b-b6d3-d7447e4e452a' },
      { custom_status_uuid: 'nothing' },
      { custom_status_uuid: 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee' },
      { verdict_uuid: 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee' },
      { verdict_uuid: VERDICTS.truePositive.uuid, verdict_confidence: 101 },
      { verdict_analysis: 'of no verdict' },
      { assignee: 'me' },
      { title: 3 },
      { urgency: 101 },
      { urgency: '5' },
      { urgency: 1.5 },
      [],
      'no JSON',
      '',
    ]) {
      it(`refuses ${JSON.stringify(body).slice(0, 80)}`, async () => {
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

    it('are paged, changed and deleted, and appear in the history', async () => {
      const { uuid } = platform.raise({ comments: [] });
      const path = `/v1/sic/alerts/${uuid}/comments`;
      const uuids = ['a', 'b', 'c'].map((content) => platform.comment(uuid, content).uuid);
      const page = await get<{ items: { content: string }[]; total: number }>(
        platform,
        `${path}?limit=1&offset=1`,
      );
      assert.deepEqual([page.items.map(({ content }) => content), page.total], [['b'], 3]);
      const edited = await call(platform, `${path}/${uuids[1]!}`, {
        method: 'PATCH',
        body: { content: 'B' },
      });
      assert.deepEqual(edited.body, platform.alerts.get(uuid)?.comments[1]);
      assert.equal((await call(platform, `${path}/${uuids[0]!}`, { method: 'DELETE' })).status, 204);
      assert.equal((await call(platform, `${path}/${uuids[0]!}`, { method: 'DELETE' })).status, 404);
      const alert = platform.alerts.get(uuid)!;
      assert.deepEqual(
        [alert.comments.map(({ content }) => content), alert.number_of_total_comments],
        [['B', 'c'], 2],
      );
      assert.deepEqual(
        alert.history.flatMap(({ comment }) => (comment ? [`${comment.status} ${comment.content}`] : [])),
        ['created a', 'created b', 'created c', 'updated B', 'deleted a'],
      );
      assert.ok(!uuids.includes(platform.comment(uuid, 'd').uuid));
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
    const patch = (uuid: string, body: unknown) =>
      call(platform, `/v1/sic/alerts/${uuid}/workflow`, { method: 'PATCH', body });

    it('offers the possible actions, and accepts an action or a status', async () => {
      const { uuid } = platform.raise({ custom_status: CUSTOM_STATUSES.open.status, comments: [] });
      const names = (body: unknown) =>
        (body as { actions: { name: string }[] }).actions.map(({ name }) => name);
      assert.deepEqual(names(await get(platform, `/v1/sic/alerts/${uuid}/workflow`)), [
        'Acknowledge',
        'Validate',
        'Reject',
        'Close',
      ]);
      const acknowledged = await patch(uuid, { action_uuid: ACKNOWLEDGE, comment: 'seen' });
      assert.deepEqual(names(acknowledged.body), ['Validate', 'Reject', 'Close']);
      assert.equal(platform.alerts.get(uuid)?.status.name, 'Acknowledged');
      assert.equal(platform.alerts.get(uuid)?.comments[0]?.content, 'seen');
      await patch(uuid, { action_uuid: STATUSES.Closed.uuid, comment: null });
      const alert = platform.alerts.get(uuid)!;
      assert.deepEqual(alert.status, STATUSES.Closed);
      assert.equal(alert.custom_status?.stage, 'closed');
    });

    it('accepts a custom status, and keeps the legacy one in its stage', async () => {
      const { uuid } = platform.raise({ custom_status: null });
      const { inProgress, closed } = CUSTOM_STATUSES;
      assert.equal((await patch(uuid, { action_uuid: inProgress.uuid })).status, 200);
      assert.deepEqual(platform.alerts.get(uuid)?.custom_status, inProgress.status);
      assert.equal(platform.alerts.get(uuid)?.status.name, 'Ongoing');
      assert.equal((await patch(uuid, { action_uuid: closed.uuid })).status, 200);
      assert.equal(platform.alerts.get(uuid)?.status.name, 'Closed');
    });

    it('rejects with 409 the current status, and a return to Pending', async () => {
      const { uuid } = platform.raise({ custom_status_uuid: CUSTOM_STATUSES.open.uuid });
      assert.equal((await patch(uuid, { action_uuid: CUSTOM_STATUSES.open.uuid })).status, 409);
      assert.equal((await patch(uuid, { action_uuid: ACKNOWLEDGE })).status, 200);
      assert.equal((await patch(uuid, { action_uuid: ACKNOWLEDGE })).status, 409);
      assert.equal((await patch(uuid, { action_uuid: STATUSES.Acknowledged.uuid })).status, 409);
      assert.equal((await patch(uuid, { action_uuid: STATUSES.Pending.uuid })).status, 409);
      assert.equal(platform.alerts.get(uuid)?.history.length, 2);
    });

    it('refuses an unknown action', async () => {
      const { uuid } = platform.raise();
      for (const body of [{}, { action_uuid: 'nothing' }, { action_uuid: ACKNOWLEDGE, comment: 3 }])
        assert.equal((await patch(uuid, body)).status, 400);
    });
  });

  describe('custom fields', () => {
    const { ticket, team } = CUSTOM_FIELDS;
    const patch = async (uuid: string, custom_fields: unknown) =>
      call(platform, `/v1/sic/alerts/${uuid}/custom-fields`, { method: 'PATCH', body: { custom_fields } });

    it('are set, changed and removed, and appear in the history', async () => {
      const { uuid } = platform.raise();
      const { body } = await patch(uuid, [
        { uuid: ticket.uuid, value: 'INC1' },
        { uuid: team.uuid, value: 'Blue' },
      ]);
      assert.deepEqual(body, {
        custom_fields: [
          { ...ticket, value: 'INC1' },
          { ...team, value: 'Blue' },
        ],
      });
      await patch(uuid, [
        { uuid: ticket.uuid, value: null },
        { uuid: team.uuid, value: 'Night "shift"' },
      ]);
      const alert = platform.alerts.get(uuid)!;
      assert.deepEqual(alert.custom_fields, [{ ...team, value: 'Night "shift"' }]);
      const named = ({ uuid, name, type }: typeof ticket) => ({ uuid, name, type });
      assert.deepEqual(
        alert.history.flatMap((entry) => entry.custom_fields ?? []),
        [
          { added: [named(ticket), named(team)], updated: [], removed: [] },
          { added: [], updated: [named(team)], removed: [named(ticket)] },
        ],
      );
    });

    it('are refused when there are too many, or one is unknown or does not fit', async () => {
      const { uuid } = platform.raise();
      for (const fields of [
        undefined,
        [{ uuid: ticket.uuid }],
        [{ uuid: 'nothing', value: 1 }],
        [{ uuid: ticket.uuid, value: 3 }],
        [{ uuid: team.uuid, value: 'Red' }],
        Array.from({ length: 26 }, () => ({ uuid: ticket.uuid, value: 'x' })),
      ])
        assert.equal((await patch(uuid, fields)).status, 400, JSON.stringify(fields));
    });
  });
});
