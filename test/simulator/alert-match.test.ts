import assert from 'node:assert/strict';
import {
  CUSTOM_FIELDS,
  CUSTOM_STATUSES,
  startPlatform,
  STATUSES,
  VERDICTS,
  type Platform,
} from '../../simulator';
import { call, list, listUuids } from './clients';

describe('GET /v1/sic/alerts with match and nomatch', () => {
  let platform: Platform;

  beforeEach(async () => {
    platform = await startPlatform();
  });

  afterEach(() => platform.stop());

  const id = {
    community: '00000001-0000-4000-8000-000000000000',
    entity: '00000002-0000-4000-8000-000000000000',
    rule: '00000003-0000-4000-8000-000000000000',
    asset: '00000004-0000-4000-8000-000000000000',
    assignee: '00000005-0000-4000-8000-000000000000',
    uuid: '00000006-0000-4000-8000-000000000000',
    other: '00000007-0000-4000-8000-000000000000',
  };
  const own = {
    community_uuid: id.community,
    entity: { uuid: id.entity, name: 'The entity' },
    status: STATUSES.Closed,
    alert_type: { category: 'the-category', value: 'the-type' },
    source: 'the-source',
    target: 'the-target',
    rule: { uuid: id.rule, name: 'The rule' },
    detection_type: 'the-detection',
    title: 'The title',
    assets: [id.other, id.asset],
    urgency: { current_value: 99 },
    cases: [{ short_id: 'CAthe-case', name: 'a', is_supplied: false, manual: true, status: 'opened' }],
    assignee: id.assignee,
    custom_status_uuid: CUSTOM_STATUSES.closed.uuid,
    verdict_uuid: VERDICTS.truePositive.uuid,
    stix: { objects: [{ id: 'malware--1' }] },
  };
  const fields: Record<string, string> = {
    community_uuid: id.community,
    entity_name: 'The entity',
    entity_uuid: id.entity,
    status_uuid: STATUSES.Closed.uuid,
    status_name: 'Closed',
    type_category: 'the-category',
    type_value: 'the-type',
    source: 'the-source',
    target: 'the-target',
    node: 'the-target',
    stix_object: 'malware--1',
    rule_uuid: id.rule,
    rule_name: 'The rule',
    detection_type: 'the-detection',
    uuid: id.uuid,
    short_id: 'ALthe-short',
    title: 'The title',
    resolved_title: 'The title',
    asset_uuid: id.asset,
    urgency_display: 'Urgent',
    case_short_id: 'CAthe-case',
    assignee: id.assignee,
    custom_status_uuid: CUSTOM_STATUSES.closed.uuid,
    verdict_uuid: VERDICTS.truePositive.uuid,
  };
  const denied =
    'asset_uuid entity_uuid rule_uuid rule_name detection_type source target status_uuid stix_object type_value ' +
    'urgency_display assignee custom_status_uuid verdict_uuid';
  let others: string[];

  beforeEach(() => {
    others = platform.raiseMany(3, { urgency: { current_value: 1 } });
    platform.raise({ ...own, uuid: id.uuid, short_id: 'ALthe-short' });
  });

  for (const [field, value] of Object.entries(fields)) {
    it(`match[${field}] finds the alert, also as one of several values`, async () => {
      for (const wanted of [value, `nothing,${value},nowhere`]) {
        assert.deepEqual(await listUuids(platform, { [`match[${field}]`]: wanted }), [id.uuid]);
      }
      assert.deepEqual(await listUuids(platform, { [`match[${field}]`]: 'nothing' }), []);
    });
  }

  for (const field of denied.split(' ')) {
    it(`nomatch[${field}] leaves the alert out`, async () => {
      assert.deepEqual(await listUuids(platform, { [`nomatch[${field}]`]: fields[field]! }), others);
    });
  }

  it('combines several fields with "and"', async () => {
    const both = { 'match[uuid]': `${id.uuid},${others[0]!}`, 'match[status_name]': 'Closed' };
    assert.deepEqual(await listUuids(platform, both), [id.uuid]);
    assert.deepEqual(await listUuids(platform, { ...both, 'range[urgency]': '0,50' }), []);
    assert.deepEqual(await listUuids(platform, { ...both, 'date[created_at]': ',2020-01-01' }), []);
  });

  it('cannot match a value that contains a comma', async () => {
    platform.raise({ rule: { name: 'one, two' } });
    assert.deepEqual(await listUuids(platform, { 'match[rule_name]': 'one, two' }), []);
  });

  it('finds what is in a case, similar or visible', async () => {
    assert.ok((await listUuids(platform, { is_assigned_to_case: 'true' })).includes(id.uuid));
    assert.ok(!(await listUuids(platform, { is_assigned_to_case: 'False' })).includes(id.uuid));
    const twin = platform.raise({ rule: own.rule, entity: own.entity });
    assert.deepEqual(await listUuids(platform, { similar_to: 'ALthe-short' }), [twin.uuid]);
    assert.deepEqual(await listUuids(platform, { similar_to: 'nothing' }), []);
    assert.equal((await list(platform, { visible: 'true' })).total, 5);
    assert.equal((await list(platform, { visible: 'false' })).total, 0);
    const unseen = platform.raise({}, { visible: false });
    assert.equal((await list(platform)).total, 5);
    assert.deepEqual(await listUuids(platform, { visible: 'false' }), [unseen.uuid]);
    assert.equal((await call(platform, `/v1/sic/alerts/${unseen.uuid}`)).status, 200);
    platform.setVisible(unseen.uuid, true);
    assert.equal((await list(platform)).total, 6);
  });

  it('finds custom fields by uuid, with a value or with any', async () => {
    const { ticket, sites } = CUSTOM_FIELDS;
    const { uuid } = platform.raise({
      custom_fields: [
        { ...ticket, value: 'INC:1, 2' },
        { ...sites, value: ['Lyon', 'Paris'] },
      ],
    });
    for (const [wanted, found] of [
      [ticket.uuid, [uuid]],
      [`${ticket.uuid}:INC:1, 2`, [uuid]],
      [`${ticket.uuid}:INC`, []],
      [`${sites.uuid}:Paris`, [uuid]],
      [CUSTOM_FIELDS.team.uuid, []],
    ] as const)
      assert.deepEqual(await listUuids(platform, { 'match[custom_field]': wanted }), found, wanted);
  });

  it('counts what it would list', async () => {
    const count = async (query: string) =>
      (await call(platform, `/v1/sic/alerts/count?${query}`)).body as object;
    assert.deepEqual(await count(''), { total: 4, has_more: false });
    assert.deepEqual(await count('match[status_name]=Closed'), { total: 1, has_more: false });
    assert.deepEqual(await count('limit=3'), { total: 3, has_more: true });
  });
});
