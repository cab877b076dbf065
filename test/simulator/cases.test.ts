import assert from 'node:assert/strict';
import { CUSTOM_STATUSES, startPlatform, VERDICTS, type Platform } from '../../simulator';
import { call, get, LiveClient } from './clients';

interface Case {
  uuid: string;
  short_id: string;
  title: string;
  priority: string;
  number_of_alerts: number;
  number_of_comments: number;
  alerts: { uuid: string }[];
}

describe('cases', () => {
  let platform: Platform;

  beforeEach(async () => {
    platform = await startPlatform();
  });

  afterEach(() => platform.stop());

  async function open(body: object = { title: 'a case' }): Promise<Case> {
    return (await call(platform, '/v1/sic/cases', { method: 'POST', body })).body as Case;
  }

  it('are opened, read by uuid or short id, and changed', async () => {
    const { uuid, short_id, priority } = await open();
    assert.match(short_id, /^CA[0-9A-Za-z]{10}$/);
    assert.equal(priority, 'medium');
    const path = `/v1/sic/cases/${short_id}`;
    const body = {
      title: 'renamed',
      priority: 'high',
      tags: ['a'],
      custom_status_uuid: CUSTOM_STATUSES.closed.uuid,
      verdict_uuid: VERDICTS.truePositive.uuid,
      verdict_analysis: 'sure',
    };
    assert.equal((await call(platform, path, { method: 'PATCH', body })).status, 200);
    const changed = await get<Case & typeof body & { verdict: object }>(platform, `/v1/sic/cases/${uuid}`);
    assert.deepEqual([changed.title, changed.priority, changed.tags], ['renamed', 'high', ['a']]);
    assert.deepEqual(changed.verdict, { ...VERDICTS.truePositive, analysis: 'sure' });
    assert.equal((await call(platform, '/v1/sic/cases/nothing')).status, 404);
  });

  it('get alerts: PATCH adds, POST replaces', async () => {
    const { uuid, short_id } = await open();
    const [one, two] = [platform.raise({ cases: [] }), platform.raise({ cases: [] })];
    const path = `/v1/sic/cases/${uuid}/alerts`;
    const send = (method: string, ...alerts: string[]) => call(platform, path, { method, body: { alerts } });
    const held = async () =>
      (await get<Case>(platform, `/v1/sic/cases/${uuid}`)).alerts.map((alert) => alert.uuid);
    assert.equal((await send('PATCH', one.uuid)).status, 200);
    await send('PATCH', two.short_id, one.uuid);
    assert.deepEqual(await held(), [one.uuid, two.uuid]);
    const read = await get<{ cases: { short_id: string }[] }>(
      platform,
      `/v1/sic/alerts/${one.uuid}?cases=true`,
    );
    assert.deepEqual(
      read.cases.map((known) => known.short_id),
      [short_id],
    );
    await send('POST', two.uuid);
    assert.deepEqual(await held(), [two.uuid]);
    assert.deepEqual(platform.alerts.get(one.uuid)?.cases, []);
    assert.equal((await send('PATCH', 'nothing')).status, 404);
  });

  it('are commented and announced', async () => {
    const client = await LiveClient.open(platform);
    const { uuid } = await open();
    const created = await client.nextNotice();
    assert.deepEqual([created.type, created.action, created.attributes?.uuid], ['case', 'created', uuid]);
    const path = `/v1/sic/cases/${uuid}/comments`;
    assert.equal(
      (await call(platform, path, { method: 'POST', body: { content: 'a comment' } })).status,
      200,
    );
    const comment = await client.nextNotice();
    assert.deepEqual([comment.type, comment.attributes?.case_uuid], ['case-comment', uuid]);
    assert.equal((await get<Case>(platform, `/v1/sic/cases/${uuid}`)).number_of_comments, 1);
    client.socket.terminate();
  });

  for (const body of [
    {},
    { title: '' },
    { title: 'x', priority: 'urgent' },
    { title: 'x', tags: 'a' },
    { title: 'x', custom_status_uuid: 'nothing' },
    { title: 'x', community_uuid: 'nothing' },
  ]) {
    it(`refuses ${JSON.stringify(body)}`, async () => {
      assert.equal((await call(platform, '/v1/sic/cases', { method: 'POST', body })).status, 400);
    });
  }
});
