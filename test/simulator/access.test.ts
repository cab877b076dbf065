import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  CATALOG_RULES,
  COMMUNITIES,
  PERMISSIONS,
  startPlatform,
  type Platform,
  type RequestRecord,
} from '../../simulator';
import { call, get } from './clients';

describe('access to the REST API', () => {
  let platform: Platform;

  beforeEach(async () => {
    platform = await startPlatform({ apiKey: 'the-key' });
  });

  afterEach(() => platform.stop());

  it('says who owns the key, whatever its permissions', async () => {
    platform.permissions.clear();
    const me = await get<Record<string, string>>(platform, '/v1/me');
    assert.equal(me.community, COMMUNITIES[0].uuid);
    const validated = await get<object>(platform, '/api/v1/auth/validate');
    assert.deepEqual(Object.keys(validated), [
      'csrf',
      'fresh',
      'iat',
      'identity',
      'jti',
      'nbf',
      'type',
      'user_claims',
    ]);
  });

  it('refuses a key that is missing, unknown, expired, revoked or replaced', async () => {
    const refusal = async (key?: string | null) => {
      const { status, body } = await call(platform, '/v1/me', key === undefined ? {} : { key });
      return [status, (body as { code: string }).code];
    };
    assert.equal((await refusal(null))[0], 401);
    assert.deepEqual(await refusal('another'), [401, 'T300']);
    platform.keyState = 'expired';
    assert.deepEqual(await refusal(), [401, 'T301']);
    platform.keyState = 'revoked';
    assert.deepEqual(await refusal(), [401, 'T302']);
    assert.deepEqual(await refusal('another'), [401, 'T300']);
    platform.keyState = 'valid';
    platform.apiKey = 'rotated';
    assert.deepEqual(await refusal('the-key'), [401, 'T300']);
    assert.equal((await call(platform, '/v1/me')).status, 200);
  });

  for (const [permission, method, path] of [
    ['View alerts', 'GET', 'alerts'],
    ['View alerts', 'GET', 'alerts/count'],
    ['View alerts', 'GET', 'alerts/rules'],
    ['View alerts', 'GET', 'alerts/entities'],
    ['View alerts', 'GET', 'alerts/types'],
    ['View alerts', 'GET', 'alerts/titles'],
    ['View alerts', 'GET', 'alerts/statuses'],
    ['View alerts', 'GET', 'alerts/UUID'],
    ['View alerts', 'GET', 'alerts/UUID/comments'],
    ['View alerts', 'GET', 'alerts/UUID/comments/x'],
    ['View alerts', 'GET', 'alerts/UUID/history'],
    ['View alerts', 'GET', 'alerts/UUID/history/x'],
    ['View alerts', 'GET', 'alerts/UUID/history/x/comments'],
    ['View alerts', 'GET', 'alerts/UUID/workflow'],
    ['View alerts', 'GET', 'custom_statuses'],
    ['View cases', 'GET', 'custom_statuses'],
    ['View alerts', 'GET', 'custom_verdicts'],
    ['View cases', 'GET', 'custom_verdicts'],
    ['Manage alerts', 'PATCH', 'alerts/UUID'],
    ['Manage alerts', 'PATCH', 'alerts/UUID/custom-fields'],
    ['Comment on alerts', 'POST', 'alerts/UUID/comments'],
    ['Comment on alerts', 'PATCH', 'alerts/UUID/comments/x'],
    ['Comment on alerts', 'DELETE', 'alerts/UUID/comments/x'],
    ['Update alert status', 'PATCH', 'alerts/UUID/workflow'],
    ['Manage cases', 'POST', 'cases'],
    ['View cases', 'GET', 'cases/x'],
    ['Manage cases', 'PATCH', 'cases/x'],
    ['Manage cases', 'POST', 'cases/x/alerts'],
    ['Manage cases', 'PATCH', 'cases/x/alerts'],
    ['Manage cases', 'POST', 'cases/x/comments'],
    ['Comment on cases', 'POST', 'cases/x/comments'],
  ] as const) {
    it(`refuses ${method} /v1/sic/${path} without ${permission}`, async () => {
      const { uuid } = platform.raise();
      const target = `/v1/sic/${path.replace('UUID', uuid)}`;
      assert.notEqual((await call(platform, target, { method })).status, 403);
      platform.permissions.delete(permission);
      const { status, body } = await call(platform, target, { method });
      assert.deepEqual([status, body], [403, 'Forbidden: Insufficient permissions']);
    });
  }

  it('knows the published codes of permissions', () => {
    assert.ok(platform.permissions.has('SIC_READ_ALERTS'));
    platform.permissions.delete('SIC_READ_ALERTS');
    assert.ok(!platform.permissions.has('View alerts'));
    platform.permissions.add('SIC_READ_ALERTS');
    assert.deepEqual([...platform.permissions].sort(), [...PERMISSIONS].sort());
  });

  it('knows no other path or method', async () => {
    assert.equal((await call(platform, '/v1/nothing')).status, 404);
    assert.equal((await call(platform, '/')).status, 404);
    assert.equal((await call(platform, '/v1/sic/alerts', { method: 'DELETE' })).status, 405);
    assert.equal((await call(platform, '/v1/sic/alerts/%ff')).status, 400);
  });

  it('returns one rule of the catalog', async () => {
    const [rule] = CATALOG_RULES;
    assert.deepEqual(await get(platform, `/v1/sic/conf/rules-catalog/rules/${rule!.uuid}`), rule);
    assert.equal((await call(platform, '/v1/sic/conf/rules-catalog/rules/nothing')).status, 404);
  });

  it('records every request', async () => {
    const before = performance.now();
    const answered = once(platform, 'request') as Promise<[RequestRecord]>;
    await call(platform, '/api/v1/sic/alerts?match[uuid]=a,b&limit=1');
    const [record] = await answered;
    const { at, userAgent, ...rest } = record;
    assert.deepEqual(rest, {
      method: 'GET',
      path: '/v1/sic/alerts',
      query: { 'match[uuid]': 'a,b', limit: '1' },
      status: 200,
      authorized: true,
    });
    assert.ok(at >= before && at <= performance.now());
    assert.equal(userAgent, 'node');
    await call(platform, '/v1/me', { key: 'another' });
    assert.deepEqual([platform.requests[1]?.authorized, platform.requests[1]?.status], [false, 401]);
    platform.clearRequests();
    assert.deepEqual(platform.requests, []);
  });

  it('has a clock of its own, which every answer shows', async () => {
    platform.clockOffsetMs = -86_400_000;
    // Alerts and headers count in whole seconds.
    const before = Math.floor(Date.now() / 1000) * 1000 - 86_400_000;
    const shown = [platform.raise().created_at * 1000];
    for (const path of ['/v1/me', '/v1/nothing'])
      shown.push(Date.parse((await call(platform, path)).headers.get('date') ?? ''));
    const after = Date.now() - 86_400_000;
    for (const ms of shown) assert.ok(ms >= before && ms <= after, `${ms} is not in ${before}…${after}`);
  });
});
