import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  CATALOG_RULES,
  COMMUNITIES,
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

  it('tells who the key is, whatever its permissions', async () => {
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
    ['SIC_READ_ALERTS', 'GET', ''],
    ['SIC_READ_ALERTS', 'GET', '/UUID'],
    ['SIC_READ_ALERTS', 'GET', '/UUID/comments'],
    ['SIC_READ_ALERTS', 'GET', '/UUID/comments/x'],
    ['SIC_READ_ALERTS', 'GET', '/UUID/workflow'],
    ['SIC_WRITE_ALERTS', 'PATCH', '/UUID'],
    ['SIC_WRITE_ALERTS_COMMENTS', 'POST', '/UUID/comments'],
    ['SIC_WRITE_ALERTS_WORKFLOW', 'PATCH', '/UUID/workflow'],
  ] as const) {
    it(`refuses ${method} /v1/sic/alerts${path} without ${permission}`, async () => {
      const { uuid } = platform.raise();
      platform.permissions.delete(permission);
      const target = `/v1/sic/alerts${path.replace('UUID', uuid)}`;
      const { status, body } = await call(platform, target, { method });
      assert.deepEqual([status, body], [403, 'Forbidden: Insufficient permissions']);
    });
  }

  it('knows no other path or method', async () => {
    assert.equal((await call(platform, '/v1/nothing')).status, 404);
    assert.equal((await call(platform, '/')).status, 404);
    assert.equal((await call(platform, '/v1/sic/alerts', { method: 'DELETE' })).status, 405);
    assert.equal((await call(platform, '/v1/sic/alerts/%ff')).status, 400);
  });

  it('offers lists for forms', async () => {
    const rules = await get<{ items: object[]; total: number }>(
      platform,
      '/v1/sic/conf/rules-catalog/rules?limit=2&offset=1',
    );
    assert.deepEqual(
      rules.items,
      CATALOG_RULES.slice(1, 3).map(({ uuid, name, severity, enabled }) => ({
        uuid,
        name,
        severity,
        enabled,
      })),
    );
    assert.equal(rules.total, CATALOG_RULES.length);
    const named = await get<{ total: number }>(
      platform,
      '/v1/sic/conf/rules-catalog/rules?match[name]=eicar',
    );
    assert.equal(named.total, 1);
    const [rule] = CATALOG_RULES;
    assert.deepEqual(await get(platform, `/v1/sic/conf/rules-catalog/rules/${rule!.uuid}`), rule);
    assert.equal((await call(platform, '/v1/sic/conf/rules-catalog/rules/nothing')).status, 404);
    for (const path of ['/v1/sic/entities', '/v1/communities', '/v1/sic/custom_statuses']) {
      const { items, total } = await get<{ items: { uuid: string }[]; total: number }>(platform, path);
      assert.ok(total > 1 && items.length === total && items.every(({ uuid }) => uuid.length === 36), path);
    }
    platform.permissions.delete('SIC_READ_ENTITIES');
    assert.equal((await call(platform, '/v1/sic/entities')).status, 403);
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
    const alert = platform.raise();
    assert.ok(Math.abs(alert.created_at * 1000 - (Date.now() - 86_400_000)) < 5_000);
    for (const path of ['/v1/me', '/v1/nothing']) {
      const date = Date.parse((await call(platform, path)).headers.get('date') ?? '');
      assert.ok(Math.abs(date - platform.now()) < 5_000, path);
    }
  });
});
