import assert from 'node:assert/strict';

import { startPlatform, type Platform } from '../../simulator';
import { call } from '../simulator/clients';
import { assertContractKept } from './root-hooks';
import { answerViolations, requestViolations } from './support/contract';

const UUID = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';
const ALERT = `/v1/sic/alerts/${UUID}`;

function request(method: string, path: string, query: Record<string, string> = {}, body?: unknown): string {
  return requestViolations({ method, path, query: Object.entries(query), body }).join('\n');
}

describe('the contract check of requests', () => {
  it('accepts what the contract describes', () => {
    const query = {
      limit: '100',
      with_count: 'false',
      sort: 'rule_name',
      'date[created_at]': '2026-01-05T07:00:00.000Z,2026-01-05T08:00:00.000Z',
    };
    assert.equal(request('GET', '/v1/sic/alerts', query), '');
    assert.equal(request('GET', ALERT, { custom_status: 'true' }), '');
    assert.equal(request('PATCH', ALERT, {}, { urgency: 3 }), '');
  });

  it('accepts what published clients use', () => {
    assert.equal(request('GET', '/v1/me'), '');
    assert.equal(request('GET', '/v1/sic/alerts/ALabcdefghij'), '');
    assert.equal(
      request('GET', '/v1/sic/alerts', { 'date[created_at]': '2026-01-05T07:00:00.000Z,now' }),
      '',
    );
  });

  for (const [what, method, path, query, body, reason] of [
    ['a path', 'GET', '/v1/sic/entities', {}, undefined, /no such operation/],
    ['a method', 'DELETE', ALERT, {}, undefined, /no such operation/],
    ['a parameter', 'GET', ALERT, { with_history: 'true' }, undefined, /no parameter with_history/],
    ['a number', 'GET', '/v1/sic/alerts', { limit: '101' }, undefined, /limit=101 .*<= 100/],
    ['a boolean', 'GET', ALERT, { history: 'yes' }, undefined, /history=yes .*boolean/],
    ['a choice', 'GET', '/v1/sic/alerts', { sort: 'title' }, undefined, /sort=title/],
    ['a date', 'GET', '/v1/sic/alerts', { 'date[created_at]': 'yesterday' }, undefined, /date-range/],
    ['a body', 'PATCH', ALERT, {}, { title: 3 }, /patch_alert_resource .*\/title must be string/],
    ['a missing body', 'POST', `${ALERT}/comments`, {}, undefined, /body as a whole/],
  ] as const)
    it(`reports ${what} that the contract does not know`, () => {
      assert.match(request(method, path, query, body), reason);
    });
});

describe('the contract check of answers', () => {
  const answer = (path: string, status: number, body: unknown): string =>
    answerViolations('GET', path, status, body).join('\n');

  it('accepts the nulls and texts of published samples', () => {
    const rule = { uuid: UUID, name: 'a', pattern: 'b', type: null, description: 'c' };
    assert.equal(answer(ALERT, 200, { uuid: UUID, rule, source: null, time_to_detect: null }), '');
    const first = { uuid: UUID, entry_type: 'alert', alert: { status: 'Pending', previous_status: null } };
    assert.equal(answer(ALERT, 200, { history: [first] }), '');
  });

  for (const [what, path, status, body, reason] of [
    ['another null', ALERT, 200, { title: null }, /get_alert_resource .*\/title must be string/],
    ['a wrong stage', ALERT, 200, { verdict: { uuid: UUID, stage: 'Closed' } }, /\/verdict\/stage/],
    ['a field', '/v1/sic/alerts', 200, { items: [{ is_incident: true }] }, /is_incident/],
    ['a status', ALERT, 409, {}, /no status 409/],
    ['a path', '/v1/nothing', 200, {}, /no such operation/],
  ] as const)
    it(`reports ${what} that the contract does not know`, () => {
      assert.match(answer(path, status, body), reason);
    });
});

describe('the contract check in every test', () => {
  let platform: Platform;

  beforeEach(async () => {
    platform = await startPlatform();
  });

  afterEach(() => platform.stop());

  it('reports an answer of the simulator that differs from the contract', async () => {
    const { uuid } = platform.raise({ community_uuid: 'no uuid' });
    await call(platform, `/v1/sic/alerts/${uuid}`);
    assert.throws(assertContractKept, /get_alert_resource .*\/community_uuid must match format "uuid"/);
    assert.doesNotThrow(assertContractKept);
  });
});
