import assert from 'node:assert/strict';
import { CUSTOM_STATUSES, startPlatform, VERDICTS, type Platform } from '../../simulator';
import { call, list, listUuids } from './clients';

const iso = (epochSeconds: number) => new Date(epochSeconds * 1000).toISOString();

describe('GET /v1/sic/alerts', () => {
  let platform: Platform;

  beforeEach(async () => {
    platform = await startPlatform();
  });

  afterEach(() => platform.stop());

  it('returns an empty list without alerts', async () => {
    assert.deepEqual(await list(platform), { items: [], total: 0, has_more: false });
  });

  it('answers under /api as well', async () => {
    const { uuid } = platform.raise();
    const { body } = await call(platform, '/api/v1/sic/alerts?limit=1');
    assert.equal((body as { items: { uuid: string }[] }).items[0]?.uuid, uuid);
    assert.equal(platform.requests[0]?.path, '/v1/sic/alerts');
  });

  it('returns 20 alerts by default, oldest first', async () => {
    const uuids = platform.raiseMany(25, {}, { createdAt: 1_700_000_000, everySeconds: 1 });
    const { items, total, has_more } = await list(platform);
    assert.deepEqual(
      items.map(({ uuid }) => uuid),
      uuids.slice(0, 20),
    );
    assert.deepEqual([total, has_more], [25, true]);
  });

  it('pages by limit and offset, in both directions', async () => {
    const uuids = platform.raiseMany(5);
    assert.deepEqual(await listUuids(platform, { limit: '2', offset: '1' }), uuids.slice(1, 3));
    assert.deepEqual(await listUuids(platform, { limit: '2', offset: '4' }), uuids.slice(4));
    assert.deepEqual(await listUuids(platform, { limit: '2', offset: '5' }), []);
    assert.deepEqual(await listUuids(platform, { limit: '2', direction: 'desc' }), [uuids[4], uuids[3]]);
    assert.deepEqual(await listUuids(platform, { limit: '3', offset: '4', direction: 'desc' }), [uuids[0]]);
    assert.deepEqual(await listUuids(platform, { limit: '3', offset: '9', direction: 'desc' }), []);
    assert.equal((await list(platform, { limit: '2', offset: '3' })).has_more, false);
  });

  const REFUSED: Record<string, string>[] = [
    { limit: '0' },
    { limit: '101' },
    { limit: 'ten' },
    { limit: '-1' },
    { offset: '-1' },
    { sort: 'title' },
    { sort: 'constructor' },
    { direction: 'up' },
    { stix: 'perhaps' },
    { visible: 'no' },
    { 'date[created_at]': 'yesterday,now' },
    { 'date[created_at]': '2025-13-01,' },
    { 'date[created_at]': 'now' },
    { 'range[urgency]': '50' },
    { 'range[urgency]': 'low,high' },
  ];
  for (const parameters of REFUSED) {
    it(`refuses ${JSON.stringify(parameters)}`, async () => {
      const { status, body } = await call(
        platform,
        `/v1/sic/alerts?${new URLSearchParams(parameters).toString()}`,
      );
      assert.equal(status, 400);
      assert.deepEqual(Object.keys(body as object), ['message', 'code']);
    });
  }

  it('accepts a limit of 100, and ignores unknown parameters', async () => {
    platform.raise();
    const { total } = await list(platform, {
      limit: '100',
      'match[colour]': 'red',
      'match[constructor]': 'x',
      'range[age]': 'x',
      page: '3',
    });
    assert.equal(total, 1);
  });

  it('accepts brackets in the query, encoded or not', async () => {
    const [uuid] = platform.raiseMany(3);
    for (const name of ['match[uuid]', 'match%5Buuid%5D']) {
      const { body } = await call(platform, `/v1/sic/alerts?${name}=${uuid!}`);
      assert.equal((body as { total: number }).total, 1);
    }
  });

  it('returns items without comments, history, countermeasures and cases', async () => {
    const alert = platform.raise({ cases: [], custom_status: null });
    const [item] = (await list(platform)).items;
    const { comments, history, countermeasures, cases, ...rest } = alert;
    assert.ok([comments, history, countermeasures, cases].every(Array.isArray));
    const left = ['assignee', 'custom_status_uuid', 'verdict_uuid', 'similarity_strategy'];
    const shown = Object.fromEntries(Object.entries(rest).filter(([field]) => !left.includes(field)));
    assert.deepEqual(item, { ...shown, stix: {} });
  });

  it('returns custom statuses and verdicts by default', async () => {
    const { uuid } = platform.raise({
      custom_status_uuid: CUSTOM_STATUSES.open.uuid,
      verdict_uuid: VERDICTS.truePositive.uuid,
    });
    const read = async () => (await list(platform, { 'match[uuid]': uuid })).items[0]!;
    assert.deepEqual((await read()).custom_status, CUSTOM_STATUSES.open.status);
    assert.deepEqual((await read()).verdict, VERDICTS.truePositive);
    platform.listsCustomStatus = false;
    assert.ok(!('custom_status' in (await read())) && !('verdict' in (await read())));
    assert.equal((await read()).custom_status_uuid, CUSTOM_STATUSES.open.uuid);
  });

  it('adds stix and cases on request', async () => {
    const cases = [{ short_id: 'CA1', name: 'a case', is_supplied: false, manual: true, status: 'opened' }];
    platform.raise({ cases });
    const [item] = (await list(platform, { stix: 'True', cases: '1' })).items;
    assert.deepEqual(item?.cases, cases);
    assert.equal((item.stix as { type: string }).type, 'bundle');
  });

  it('omits the total on request', async () => {
    platform.raise();
    const answer = await list(platform, { with_count: 'false' });
    assert.deepEqual(Object.keys(answer), ['items', 'has_more']);
  });

  describe('dates', () => {
    it('include both ends, to the millisecond', async () => {
      const uuids = platform.raiseMany(4, {}, { createdAt: 1_700_000_000.4, everySeconds: 1 });
      const between = (start: string, end: string) =>
        listUuids(platform, { 'date[created_at]': `${start},${end}` });
      assert.deepEqual(await between(iso(1_700_000_001.4), iso(1_700_000_002.4)), uuids.slice(1, 3));
      assert.deepEqual(await between(iso(1_700_000_001), iso(1_700_000_002)), uuids.slice(1, 2));
      assert.deepEqual(await between(iso(1_700_000_001), ''), uuids.slice(1));
      assert.deepEqual(await between('', iso(1_700_000_002)), uuids.slice(0, 2));
      assert.deepEqual(await between('', ''), uuids);
      const backwards = `${iso(1_700_000_003)},${iso(1_700_000_001)}`;
      assert.deepEqual(await list(platform, { 'date[created_at]': backwards }), {
        items: [],
        total: 0,
        has_more: false,
      });
    });

    it('are shown in whole seconds', async () => {
      platform.raise({}, { createdAt: 1_700_000_000.9 });
      assert.equal((await list(platform)).items[0]?.created_at, 1_700_000_000);
    });

    it('may be now, relative, plain or with an offset, by the clock of the platform', async () => {
      platform.clockOffsetMs = 10 * 86_400_000;
      const old = platform.raise({}, { createdAt: platform.now() / 1000 - 4 * 86_400 });
      const fresh = platform.raise({}, { createdAt: platform.now() / 1000 - 60 });
      const day = new Date(platform.now() - 3 * 86_400_000).toISOString().slice(0, 10);
      for (const [range, wanted] of [
        ['-3d,now', [fresh.uuid]],
        ['-5d,-3d', [old.uuid]],
        ['-2m,+1h', [fresh.uuid]],
        ['-1w,', [old.uuid, fresh.uuid]],
        ['-30s,now', []],
        [`${day},now`, [fresh.uuid]],
        [`,${day}`, [old.uuid]],
        ['2023-11-14T22:13:20.123456+02:00,', [old.uuid, fresh.uuid]],
        ['2023-11-14T22:13,', [old.uuid, fresh.uuid]],
      ] as const) {
        assert.deepEqual(await listUuids(platform, { 'date[created_at]': range }), wanted, range);
      }
    });

    it('filter and sort by updated_at', async () => {
      const [first, second] = platform.raiseMany(2, {}, { createdAt: 1_700_000_000, everySeconds: 1 });
      platform.update(first!, { title: 'changed' });
      assert.deepEqual(await listUuids(platform, { 'date[updated_at]': '-1h,' }), [first]);
      assert.deepEqual(await listUuids(platform, { 'date[updated_at]': ',-1h' }), [second]);
      assert.deepEqual(await listUuids(platform, { sort: 'updated_at' }), [second, first]);
      assert.deepEqual(await listUuids(platform, { sort: 'updated_at', direction: 'desc' }), [first, second]);
    });
  });

  it('sorts by entity, rule, source, type and similar', async () => {
    const fields = (name: string, similar: number) => ({
      entity: { name },
      rule: { name },
      source: name,
      alert_type: { value: name },
      similar,
    });
    const c = platform.raise(fields('c', 9));
    const a = platform.raise(fields('a', 1));
    const b = platform.raise(fields('b', 5));
    for (const sort of ['entity', 'rule_name', 'source', 'type', 'similar'])
      assert.deepEqual(await listUuids(platform, { sort }), [a.uuid, b.uuid, c.uuid], sort);
  });

  it('sorts by urgency, target and status', async () => {
    const a = platform.raise({ urgency: { current_value: 10 }, target: 'c', status: { name: 'Ongoing' } });
    const b = platform.raise({ urgency: { current_value: 90 }, target: null, status: { name: 'Closed' } });
    const c = platform.raise({ urgency: { current_value: 50 }, target: 'b', status: { name: 'Pending' } });
    const order = (sort: string) => listUuids(platform, { sort, direction: 'asc' });
    assert.deepEqual(await order('urgency'), [a.uuid, c.uuid, b.uuid]);
    assert.deepEqual(await order('target'), [b.uuid, c.uuid, a.uuid]);
    assert.deepEqual(await order('status'), [b.uuid, a.uuid, c.uuid]);
    assert.deepEqual(await order('created_at'), [a.uuid, b.uuid, c.uuid]);
  });

  it('filters by ranges of urgency and of similar', async () => {
    const [low, high] = [10, 80].map((current_value) =>
      platform.raise({ urgency: { current_value }, similar: current_value }),
    );
    assert.deepEqual(await listUuids(platform, { 'range[urgency]': '80,100' }), [high!.uuid]);
    assert.deepEqual(await listUuids(platform, { 'range[urgency]': ',10' }), [low!.uuid]);
    assert.deepEqual(await listUuids(platform, { 'range[similar]': '11,' }), [high!.uuid]);
  });

  it('returns a hundred alerts by uuid at once', async () => {
    const uuids = platform.raiseMany(150);
    const wanted = uuids.slice(30, 130);
    const found = await listUuids(platform, { 'match[uuid]': [...wanted].reverse().join(','), limit: '100' });
    assert.deepEqual(found, wanted);
  });
});
