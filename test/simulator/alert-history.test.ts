import assert from 'node:assert/strict';
import {
  CUSTOM_STATUSES,
  startPlatform,
  STATUSES,
  VERDICTS,
  type Alert,
  type HistoryEntry,
  type Platform,
} from '../../simulator';
import { call, get } from './clients';

const LEGACY = { custom_status: null, custom_status_uuid: null };

describe('the history of an alert', () => {
  let platform: Platform;

  beforeEach(async () => {
    platform = await startPlatform();
  });

  afterEach(() => platform.stop());

  async function history(uuid: string): Promise<readonly HistoryEntry[]> {
    return (await get<Alert>(platform, `/v1/sic/alerts/${uuid}?history=true`)).history;
  }

  it('begins with the creation, and contains changes of status and urgency with the previous value', async () => {
    const { uuid } = platform.raise({ ...LEGACY, urgency: { current_value: 70 } });
    platform.update(uuid, { urgency: { current_value: 20 } });
    platform.update(uuid, { status: STATUSES.Acknowledged });
    await call(platform, `/v1/sic/alerts/${uuid}`, { method: 'PATCH', body: { urgency: 90 } });
    await call(platform, `/v1/sic/alerts/${uuid}/workflow`, {
      method: 'PATCH',
      body: { action_uuid: STATUSES.Closed.uuid },
    });
    const entries = await history(uuid);
    assert.deepEqual(
      entries.map(({ entry_type, alert, urgency }) => [
        entry_type,
        urgency ? [urgency.previous_value, urgency.value] : [alert?.previous_status, alert?.status],
      ]),
      [
        ['alert', [null, 'Pending']],
        ['urgency', [70, 20]],
        ['alert', ['Pending', 'Acknowledged']],
        ['urgency', [20, 90]],
        ['alert', ['Acknowledged', 'Closed']],
      ],
    );
    assert.deepEqual(
      entries.map(({ created_by_type }) => created_by_type),
      ['application', 'user', 'user', 'apikey', 'apikey'],
    );
    assert.equal(new Set(entries.map((entry) => entry.uuid)).size, 5);
  });

  it('names the status in which an alert was raised', async () => {
    const { uuid } = platform.raise({ ...LEGACY, status: { name: 'Ongoing' } });
    assert.equal((await history(uuid))[0]?.alert?.status, 'Ongoing');
    platform.update(uuid, { status: STATUSES.Closed });
    assert.deepEqual(
      (await history(uuid)).map(({ alert }) => alert?.status),
      ['Ongoing', 'Closed'],
    );
  });

  it('names custom statuses by label, with stage and color', async () => {
    const { open, closed } = CUSTOM_STATUSES;
    const { uuid } = platform.raise({ custom_status_uuid: open.uuid });
    platform.update(uuid, { custom_status_uuid: closed.uuid });
    assert.deepEqual(
      (await history(uuid)).map(({ alert }) => alert),
      [
        { status: 'To triage', previous_status: null, stage: 'open', color: open.status.color },
        { status: 'Résolu', previous_status: 'To triage', stage: 'closed', color: closed.status.color },
      ],
    );
    assert.equal(platform.alerts.get(uuid)?.status.name, 'Closed');
  });

  it('contains every other change that has a type, but no change of the title', async () => {
    const assignee = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';
    const { uuid } = platform.raise({
      details: 'old',
      alert_type: { category: 'fraud', value: 'phishing' },
      kill_chain_short_id: null,
    });
    platform.update(uuid, { assignee });
    platform.update(uuid, { verdict_uuid: VERDICTS.falsePositive.uuid });
    platform.update(uuid, { details: 'new', title: 'not told' });
    platform.update(uuid, { alert_type: { value: 'scam' } });
    platform.update(uuid, { kill_chain_short_id: 'KCnew' });
    platform.comment(uuid, 'a comment', 'me');
    const told = (await history(uuid)).slice(1).map((entry) => entry[entry.entry_type]);
    const { uuid: commentUuid } = platform.alerts.get(uuid)!.comments.at(-1)!;
    assert.deepEqual(told, [
      { value: assignee, previous_value: null },
      { label: 'False positive', stage: 'false_positive', previous_label: null, analysis: null },
      { value: 'new', previous_value: 'old' },
      { value: 'scam', category: 'fraud', previous_value: 'phishing', previous_category: 'fraud' },
      { short_id: 'KCnew', previous_short_id: null },
      { uuid: commentUuid, status: 'created', display_name: 'me', content: 'a comment' },
    ]);
  });

  it('can also be read in pages and by entry', async () => {
    const { uuid } = platform.raise({ ...LEGACY, urgency: { current_value: 0 } });
    for (let value = 1; value <= 24; value++) platform.update(uuid, { urgency: { current_value: value } });
    const path = `/v1/sic/alerts/${uuid}/history`;
    const first = await get<{ items: HistoryEntry[]; total: number }>(platform, path);
    assert.deepEqual([first.items.length, first.total], [20, 25]);
    const next = await get<{ items: HistoryEntry[] }>(platform, `${path}?limit=100&offset=20`);
    assert.deepEqual([...first.items, ...next.items], await history(uuid));
    const last = next.items.at(-1)!;
    assert.deepEqual(last.urgency, { value: 24, previous_value: 23 });
    assert.deepEqual(await get(platform, `${path}/${last.uuid}`), last);
    assert.deepEqual(await get(platform, `${path}/${last.uuid}/comments`), { items: [], total: 0 });
    assert.equal((await call(platform, `${path}/nothing`)).status, 404);
    assert.equal((await call(platform, `${path}?limit=101`)).status, 400);
  });

  it('contains no change that changes nothing', async () => {
    const { uuid } = platform.raise({ ...LEGACY, urgency: { current_value: 70 } });
    platform.update(uuid, { urgency: { current_value: 70 }, status: STATUSES.Pending, similar: 3 });
    assert.equal((await history(uuid)).length, 1);
  });
});
