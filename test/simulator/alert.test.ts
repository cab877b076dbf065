import assert from 'node:assert/strict';
import {
  startPlatform,
  CUSTOM_STATUSES,
  CATALOG_RULES,
  VERDICTS,
  type Alert,
  type Platform,
} from '../../simulator';
import { call, get, list } from './clients';

const ANALYST = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';

describe('an alert', () => {
  let platform: Platform;

  beforeEach(async () => {
    platform = await startPlatform();
  });

  afterEach(() => platform.stop());

  it('is read by uuid and by short id', async () => {
    const { uuid, short_id } = platform.raise();
    assert.match(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.match(short_id, /^AL[0-9A-Za-z]{10}$/);
    const byUuid = await get<Alert>(platform, `/v1/sic/alerts/${uuid}`);
    assert.deepEqual(await get<Alert>(platform, `/v1/sic/alerts/${short_id}`), byUuid);
  });

  it('is read whole or without the parts that are turned off, in any spelling of a boolean', async () => {
    const alert = platform.raise({
      custom_status_uuid: CUSTOM_STATUSES.open.uuid,
      verdict_uuid: VERDICTS.truePositive.uuid,
      assignee: ANALYST,
    });
    const path = `/v1/sic/alerts/${alert.uuid}`;
    const { cases, custom_status, verdict, ...rest } = alert;
    assert.deepEqual(await get(platform, path), { ...rest, stix: {} });
    assert.deepEqual(await get(platform, `${path}?stix=true&cases=True&custom_status=true`), alert);
    assert.ok(cases.length >= 0 && custom_status && verdict);
    const [item] = (await list(platform)).items;
    for (const no of ['false', 'False', '0']) {
      const parts = ['stix', 'comments', 'countermeasures', 'history', 'cases'];
      const query = parts.map((part) => `${part}=${no}`).join('&');
      assert.deepEqual(await get(platform, `${path}?${query}&custom_status=true`), {
        ...item,
        similarity_strategy: null,
      });
    }
    assert.equal((await call(platform, `${path}?stix=maybe`)).status, 400);
  });

  it('has null for a missing custom status or verdict, and omits other missing parts', async () => {
    const { uuid } = platform.raise({ custom_status: null });
    const alert = await get<Alert>(platform, `/v1/sic/alerts/${uuid}?custom_status=true`);
    assert.deepEqual([alert.custom_status, alert.verdict], [null, null]);
    for (const field of ['custom_status_uuid', 'verdict_uuid', 'assignee'])
      assert.ok(!(field in alert), field);
  });

  it('has an urgency in words', () => {
    const wordOf = (current_value: number) => platform.raise({ urgency: { current_value } }).urgency.display;
    assert.deepEqual([0, 19, 20, 39, 40, 59, 60, 79, 80, 100].map(wordOf), [
      'Low',
      'Low',
      'Moderate',
      'Moderate',
      'High',
      'High',
      'Major',
      'Major',
      'Urgent',
      'Urgent',
    ]);
  });

  it('gives 404 with a message and code if it does not exist', async () => {
    for (const path of ['', '/comments', '/comments/x', '/workflow']) {
      const { status, body } = await call(platform, `/v1/sic/alerts/ALnothing${path}`);
      assert.equal(status, 404);
      assert.deepEqual(Object.keys(body as object), ['message', 'code']);
    }
  });

  it('can be removed', async () => {
    const { uuid } = platform.raise();
    platform.remove(uuid);
    assert.equal((await call(platform, `/v1/sic/alerts/${uuid}`)).status, 404);
    assert.equal((await list(platform)).total, 0);
    assert.equal(platform.alerts.size, 0);
    assert.throws(() => platform.remove(uuid), RangeError);
  });

  it('can be hidden from the REST API for some time', async () => {
    const { uuid } = platform.raise({}, { visibleAfterMs: 60_000 });
    const soon = platform.raise({}, { visibleAfterMs: 1 });
    assert.equal((await call(platform, `/v1/sic/alerts/${uuid}`)).status, 404);
    while ((await call(platform, `/v1/sic/alerts/${soon.uuid}`)).status !== 200);
    const { items, total } = await list(platform);
    assert.deepEqual([items.map((item) => item.uuid), total], [[soon.uuid], 1]);
    assert.deepEqual((await list(platform, { 'match[uuid]': uuid })).items, []);
    assert.equal(platform.alerts.get(uuid)?.uuid, uuid);
  });

  it('can be raised in the past, and is sorted accordingly', () => {
    const now = platform.raise();
    const past = platform.raise({}, { createdAt: 1_700_000_000 });
    assert.equal(past.created_at, 1_700_000_000);
    assert.deepEqual(platform.alerts.uuids(), [past.uuid, now.uuid]);
  });

  it('prefers given values to random ones', () => {
    const rule = CATALOG_RULES[3]!;
    const known = platform.raise({ rule: { name: rule.name }, urgency: { current_value: 91 } });
    assert.equal(known.rule.uuid, rule.uuid);
    assert.equal(known.title, rule.name);
    assert.deepEqual([known.urgency.current_value, known.urgency.display], [91, 'Urgent']);
    const [a, b] = [1, 2].map(() =>
      platform.raise({ rule: { name: 'mine' }, entity: { name: 'ours' }, verdict: null }),
    );
    assert.equal(a!.rule.uuid, b!.rule.uuid);
    assert.equal(a!.entity?.uuid, b!.entity?.uuid);
    assert.equal(platform.raise({ entity: null }).entity, null);
    const own = platform.raise({ uuid: 'own', short_id: 'ALown', created_at: 1_700_000_000, comments: [] });
    assert.deepEqual(
      [own.uuid, own.short_id, own.created_at, own.comments.length],
      ['own', 'ALown', 1_700_000_000, 0],
    );
    assert.throws(() => platform.raise({ uuid: 'own' }), /There is an alert own already/);
  });

  it('is the same for the same seed, and the same each time it is read', async () => {
    const twin = await startPlatform();
    const other = await startPlatform({ seed: 2 });
    try {
      const raise = (on: Platform) => {
        on.raiseMany(50, {}, { createdAt: 1_700_000_000 });
        return [...on.alerts].map(({ uuid }) => on.alerts.get(uuid));
      };
      const drawn = raise(platform);
      assert.deepEqual(raise(twin), drawn);
      assert.notDeepEqual(raise(other), drawn);
      assert.deepEqual(
        platform.alerts.uuids().map((uuid) => platform.alerts.get(uuid)),
        drawn,
      );
    } finally {
      await Promise.all([twin.stop(), other.stop()]);
    }
  });

  it('has the right comment count, and comes in every kind when there are enough', () => {
    platform.raiseMany(2_000);
    const alerts = platform.alerts.uuids().map((uuid) => platform.alerts.get(uuid)!);
    assert.ok(alerts.every((alert) => alert.comments.length === alert.number_of_total_comments));
    const displays = new Set(alerts.map(({ urgency }) => urgency.display));
    assert.deepEqual([...displays].sort(), ['High', 'Low', 'Major', 'Moderate', 'Urgent']);
    const urgencies = alerts.map(({ urgency }) => urgency.current_value);
    assert.deepEqual([Math.min(...urgencies), Math.max(...urgencies)], [0, 100]);
    for (const [what, some] of Object.entries<(alert: Alert) => boolean>({
      'no target': ({ target }) => target === null,
      'no source': ({ source }) => source === null,
      'no entity': ({ entity }) => entity === null,
      'no last_seen_at': ({ last_seen_at }) => last_seen_at === null,
      'a custom status': ({ custom_status }) => custom_status !== null,
      'no custom status': ({ custom_status }) => custom_status === null,
      comments: ({ comments }) => comments.length > 0,
      countermeasures: ({ countermeasures }) => countermeasures.length > 0,
      cases: ({ cases }) => cases.length > 0,
      assets: ({ assets }) => assets.length > 0,
      adversaries: ({ adversaries }) => adversaries.length > 0,
    })) {
      assert.ok(alerts.some(some), what);
    }
    assert.equal(new Set(alerts.map(({ rule }) => rule.name)).size, CATALOG_RULES.length);
    assert.equal(new Set(alerts.map(({ community_uuid }) => community_uuid)).size, 3);
  });

  it('carries hostile strings through unharmed', async () => {
    for (const { name } of CATALOG_RULES) {
      const { uuid } = platform.raise({ rule: { name } });
      const alert = await get<Alert>(platform, `/v1/sic/alerts/${uuid}`);
      assert.deepEqual([alert.rule.name, alert.title], [name, name]);
    }
    const names = CATALOG_RULES.map(({ name }) => name).join('');
    for (const part of [
      '"',
      "'",
      '\\',
      '\n',
      '\r',
      '\t',
      '<script>',
      '&',
      '{{',
      '{%',
      '🔥',
      'の',
      'П',
      'م',
      '\u2028',
    ]) {
      assert.ok(names.includes(part), JSON.stringify(part));
    }
    const odd = 'lone \ud800 surrogate, NUL \u0000, __proto__';
    const { uuid } = platform.raise({ title: odd, rule: { name: '__proto__' } });
    const alert = await get<Alert>(platform, `/v1/sic/alerts/${uuid}`);
    assert.deepEqual([alert.title, alert.rule.name], [odd, '__proto__']);
  });

  it('shares what it has in common with other alerts, frozen', () => {
    const { alert_type, custom_status } = platform.raise({ custom_status: CUSTOM_STATUSES.open.status });
    assert.ok([alert_type, custom_status, CATALOG_RULES[0]].every(Object.isFrozen));
  });

  it('is announced to listeners of the platform', () => {
    const raised: string[] = [];
    platform.on('raised', ({ short_id }) => raised.push(short_id));
    const { short_id } = platform.raise();
    assert.deepEqual(raised, [short_id]);
  });
});
