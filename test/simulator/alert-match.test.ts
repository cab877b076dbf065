import assert from 'node:assert/strict';
import { CUSTOM_STATUSES, startPlatform, STATUSES, VERDICTS, type Platform } from '../../simulator';
import { list, listUuids } from './clients';

describe('GET /v1/sic/alerts with match and nomatch', () => {
  let platform: Platform;

  beforeEach(async () => {
    platform = await startPlatform();
  });

  afterEach(() => platform.stop());

  const own = {
    community_uuid: 'the-community',
    entity: { uuid: 'the-entity', name: 'The entity' },
    status: STATUSES.Closed,
    alert_type: { category: 'the-category', value: 'the-type' },
    source: 'the-source',
    target: 'the-target',
    rule: { uuid: 'the-rule', name: 'The rule' },
    detection_type: 'the-detection',
    title: 'The title',
    assets: ['other', 'the-asset'],
    urgency: { current_value: 99, display: 'Urgent' },
    cases: [{ short_id: 'CAthe-case', name: 'a', is_supplied: false, manual: true, status: 'opened' }],
    assignee: 'the-assignee',
    custom_status_uuid: CUSTOM_STATUSES.closed.uuid,
    verdict_uuid: VERDICTS.truePositive.uuid,
    stix: { objects: [{ id: 'malware--1' }] },
  };
  const fields: Record<string, string> = {
    community_uuid: 'the-community',
    entity_name: 'The entity',
    entity_uuid: 'the-entity',
    status_uuid: STATUSES.Closed.uuid,
    status_name: 'Closed',
    type_category: 'the-category',
    type_value: 'the-type',
    source: 'the-source',
    target: 'the-target',
    node: 'the-target',
    stix_object: 'malware--1',
    rule_uuid: 'the-rule',
    rule_name: 'The rule',
    detection_type: 'the-detection',
    uuid: 'the-uuid',
    short_id: 'ALthe-short',
    title: 'The title',
    asset_uuid: 'the-asset',
    urgency_display: 'Urgent',
    case_short_id: 'CAthe-case',
    assignee: 'the-assignee',
    custom_status_uuid: CUSTOM_STATUSES.closed.uuid,
    verdict_uuid: VERDICTS.truePositive.uuid,
  };
  const denied =
    'asset_uuid entity_uuid rule_uuid rule_name detection_type source target status_uuid stix_object type_value ' +
    'urgency_display assignee custom_status_uuid verdict_uuid';
  let others: string[];

  beforeEach(() => {
    others = platform.raiseMany(3, { urgency: { current_value: 1 } });
    platform.raise({ ...own, uuid: 'the-uuid', short_id: 'ALthe-short' });
  });

  for (const [field, value] of Object.entries(fields)) {
    it(`match[${field}] finds the alert, also as one of several values`, async () => {
      for (const wanted of [value, `nothing,${value},nowhere`]) {
        assert.deepEqual(await listUuids(platform, { [`match[${field}]`]: wanted }), ['the-uuid']);
      }
      assert.deepEqual(await listUuids(platform, { [`match[${field}]`]: 'nothing' }), []);
    });
  }

  for (const field of denied.split(' ')) {
    it(`nomatch[${field}] leaves the alert out`, async () => {
      assert.deepEqual(await listUuids(platform, { [`nomatch[${field}]`]: fields[field]! }), others);
    });
  }

  it('takes several fields for "and"', async () => {
    const both = { 'match[uuid]': `the-uuid,${others[0]!}`, 'match[status_name]': 'Closed' };
    assert.deepEqual(await listUuids(platform, both), ['the-uuid']);
    assert.deepEqual(await listUuids(platform, { ...both, 'range[urgency]': '0,50' }), []);
    assert.deepEqual(await listUuids(platform, { ...both, 'date[created_at]': ',2020-01-01' }), []);
  });

  it('cannot match a value that holds a comma', async () => {
    platform.raise({ rule: { name: 'one, two' } });
    assert.deepEqual(await listUuids(platform, { 'match[rule_name]': 'one, two' }), []);
  });

  it('knows what is in a case, what is similar and what is visible', async () => {
    assert.ok((await listUuids(platform, { is_assigned_to_case: 'true' })).includes('the-uuid'));
    assert.ok(!(await listUuids(platform, { is_assigned_to_case: 'False' })).includes('the-uuid'));
    const twin = platform.raise({ rule: own.rule, entity: own.entity });
    assert.deepEqual(await listUuids(platform, { similar_to: 'ALthe-short' }), [twin.uuid]);
    assert.deepEqual(await listUuids(platform, { similar_to: 'nothing' }), []);
    assert.equal((await list(platform, { visible: 'true' })).total, 5);
    assert.equal((await list(platform, { visible: 'false' })).total, 0);
  });
});
