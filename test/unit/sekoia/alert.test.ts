import assert from 'node:assert/strict';
import { inspect } from 'node:util';

import fc from 'fast-check';

import { startPlatform } from '../../../simulator';
import { deriveAddresses } from '../../../lib/sekoia/addresses';
import { type Alert, type AlertSummary, isAlert, isAlertId, summarize } from '../../../lib/sekoia/alert';
import { ALERT_UUID, endings, restClient } from './support';

const addresses = deriveAddresses({ baseUrl: 'https://app.fra2.sekoia.io/api' });

const EMPTY: AlertSummary = {
  event_type: 'alert-created',
  alert_uuid: ALERT_UUID,
  short_id: null,
  title: null,
  status: { name: null, uuid: null },
  created_at: null,
  urgency: null,
  entity: { name: null, uuid: null },
  alert_type: { category: null, value: null },
  rule: { name: null, uuid: null, severity: null },
  first_seen_at: null,
  last_seen_at: null,
  community_uuid: null,
  url: null,
};

const FIELDS = [
  'short_id',
  'title',
  'status',
  'created_at',
  'urgency',
  'entity',
  'alert_type',
  'rule',
  'first_seen_at',
  'last_seen_at',
  'community_uuid',
];

const json = fc.jsonValue({ stringUnit: 'binary' });

/** An object with some of these fields, each of any type. */
function withFields(
  names: readonly string[],
  value: fc.Arbitrary<unknown>,
): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(Object.fromEntries(names.map((name) => [name, value])), { requiredKeys: [] });
}

describe('the summary of an alert', () => {
  const ending = endings();

  it('has all documented fields', () => {
    const alert: Alert = {
      uuid: ALERT_UUID,
      short_id: 'ALabc123DEF4',
      title: 'Brute force on "admin"',
      status: { name: 'Pending', uuid: 's-1', description: 'not in the summary' },
      created_at: 1_767_598_323,
      urgency: { current_value: 70, value: 40, severity: 60, criticity: 80, display: 'High' },
      entity: { name: 'ACME', uuid: 'e-1' },
      alert_type: { category: 'intrusions', value: 'application-compromise' },
      rule: { name: 'Brute force', uuid: 'r-1', severity: 60, pattern: 'not in the summary' },
      first_seen_at: '2026-01-05T07:31:00.123456Z',
      last_seen_at: '2026-01-05T07:32:00Z',
      community_uuid: 'c-1',
      stix: {},
    };
    assert.deepEqual(summarize(alert, addresses), {
      event_type: 'alert-created',
      alert_uuid: ALERT_UUID,
      short_id: 'ALabc123DEF4',
      title: 'Brute force on "admin"',
      status: { name: 'Pending', uuid: 's-1' },
      created_at: 1_767_598_323,
      urgency: 70,
      entity: { name: 'ACME', uuid: 'e-1' },
      alert_type: { category: 'intrusions', value: 'application-compromise' },
      rule: { name: 'Brute force', uuid: 'r-1', severity: 60 },
      first_seen_at: '2026-01-05T07:31:00.123456Z',
      last_seen_at: '2026-01-05T07:32:00Z',
      community_uuid: 'c-1',
      url: 'https://app.fra2.sekoia.io/operations/alerts/ALabc123DEF4',
    });
  });

  it('is complete for an alert as the API returns it', async () => {
    const platform = await startPlatform();
    ending(() => platform.stop());
    const client = restClient(platform.url, {}, platform.apiKey);
    ending(() => client.close());
    const raised = platform.raise({ entity: { name: 'ACME' } });
    const summary = summarize(await client.getAlert(raised.uuid), client.addresses);
    assert.deepEqual(Object.keys(summary), Object.keys(EMPTY));
    assert.equal(summary.alert_uuid, raised.uuid);
    assert.equal(summary.entity.name, 'ACME');
    assert.equal(summary.created_at, raised.created_at);
    assert.equal(summary.urgency, raised.urgency.current_value);
    assert.equal(summary.url, `${platform.url}/operations/alerts/${raised.short_id}`);
  });

  it('has the same shape for an alert with only a uuid', () => {
    assert.deepEqual(summarize({ uuid: ALERT_UUID }, addresses), EMPTY);
  });

  for (const wrong of [null, undefined, 7, true, 'text', [], ['text'], {}])
    it(`has the same shape for an alert whose parts are all ${inspect(wrong)}`, () => {
      const alert: Alert = { uuid: ALERT_UUID, ...Object.fromEntries(FIELDS.map((name) => [name, wrong])) };
      assertShape(summarize(alert, addresses));
    });

  it('uses the urgency’s value when its current one is missing', () => {
    const urgency = (value: unknown): number | null =>
      summarize({ uuid: ALERT_UUID, urgency: value }, addresses).urgency;
    assert.equal(urgency({ current_value: 0, value: 40 }), 0);
    assert.equal(urgency({ current_value: null, value: 40 }), 40);
    assert.equal(urgency({ value: '40' }), null);
    assert.equal(urgency(40), null);
  });

  it('has no page for an invalid short id', () => {
    for (const short_id of ['', 'a/../b', 'AL 1', 'AL\ud800'])
      assert.equal(summarize({ uuid: ALERT_UUID, short_id }, addresses).url, null);
  });

  it('has the documented shape for any JSON with a uuid', () => {
    const alert = withFields(
      FIELDS,
      fc.oneof(
        json,
        withFields(['name', 'uuid', 'category', 'value', 'severity', 'current_value'], json),
        fc.string({ unit: 'binary' }),
      ),
    );
    fc.assert(
      fc.property(fc.oneof(alert, fc.dictionary(fc.string(), json)), (fields) => {
        const parsed = JSON.parse(JSON.stringify({ ...fields, uuid: ALERT_UUID })) as unknown;
        assert.ok(isAlert(parsed));
        assertShape(summarize(parsed, addresses));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('an alert', () => {
  for (const yes of [ALERT_UUID, 'ALabc123DEF4', 'a', 'A'.repeat(64)])
    it(`may have the id ${yes}`, () => assert.ok(isAlertId(yes)));

  for (const no of [
    '',
    ' ',
    'a b',
    'a/b',
    '..',
    'a\n',
    'a?b',
    'a#b',
    'a%2fb',
    'é',
    'A'.repeat(65),
    'a\u0000',
  ])
    it(`cannot have the id ${JSON.stringify(no)}`, () => assert.ok(!isAlertId(no)));

  it('is an object with a valid uuid', () => {
    assert.ok(isAlert({ uuid: ALERT_UUID }));
    for (const no of [null, undefined, [], 'a', 7, {}, { uuid: null }, { uuid: 7 }, { uuid: '../me' }])
      assert.ok(!isAlert(no));
  });
});

/** The names of EMPTY, each with null or a value of the documented type. */
function assertShape(summary: AlertSummary): void {
  const types: Record<string, string> = { created_at: 'number', urgency: 'number', severity: 'number' };
  const check = (value: unknown, model: unknown, name: string): void => {
    if (typeof model === 'object' && model !== null) {
      assert.deepEqual(Object.keys(value as object), Object.keys(model));
      for (const [key, inner] of Object.entries(model))
        check((value as Record<string, unknown>)[key], inner, key);
    } else if (value !== null) assert.equal(typeof value, types[name] ?? 'string', name);
  };
  check(summary, EMPTY, '');
  assert.equal(summary.event_type, 'alert-created');
  assert.equal(summary.alert_uuid, ALERT_UUID);
}
