import assert from 'node:assert/strict';

import { startPlatform, type Platform } from '../../../simulator';
import { ALERT_INCLUDES } from '../../../lib/sekoia/alert';
import { SekoiaError } from '../../../lib/sekoia/errors';
import type { RestClient } from '../../../lib/sekoia/rest-client';
import { USER_AGENT } from '../../../lib/sekoia/user-agent';
import { ALERT_UUID, KEY, answering, bareServer, endings, restClient } from './support';

describe('a REST client reads', () => {
  const ending = endings();
  let platform: Platform;
  let client: RestClient;

  beforeEach(async () => {
    platform = await startPlatform({ apiKey: KEY });
    ending(() => platform.stop());
    client = restClient(platform.url);
    ending(() => client.close());
  });

  it('the profile of the key', async () => {
    assert.equal(typeof (await client.me()).uuid, 'string');
    assert.equal(platform.requests[0]!.path, '/v1/me');
  });

  it('an alert by uuid and by short id', async () => {
    const { uuid, short_id } = platform.raise();
    assert.equal((await client.getAlert(uuid)).short_id, short_id);
    assert.equal((await client.getAlert(short_id)).uuid, uuid);
  });

  it('an alert with all fields that the API returns', async () => {
    const raised = platform.raise({ title: 'Ünïcode "quotes" \\ and 😀' });
    const read = await client.getAlert(raised.uuid);
    assert.equal(read.title, raised.title);
    assert.deepEqual(read.rule, JSON.parse(JSON.stringify(raised.rule)));
  });

  it('nothing large unless it is requested', async () => {
    const { uuid } = platform.raise();
    await client.getAlert(uuid);
    const nothing = {
      ...Object.fromEntries(ALERT_INCLUDES.map((name) => [name, 'false'])),
      // Without it there is no custom status and no verdict.
      custom_status: 'true',
    };
    assert.deepEqual(platform.requests[0]!.query, nothing);
    await client.getAlert(uuid, { include: ['comments', 'cases'] });
    assert.deepEqual(platform.requests[1]!.query, { ...nothing, comments: 'true', cases: 'true' });
  });

  it('pages of the alert list', async () => {
    const uuids = platform.raiseMany(5, {}, { everySeconds: -60 });
    const query = { sort: 'created_at', direction: 'desc', limit: 2 };
    const pages = [];
    for (const offset of [0, 2, 4]) pages.push(await client.listAlerts({ ...query, offset }));
    assert.deepEqual(
      pages.flatMap((page) => page.items.map((alert) => alert.uuid)),
      uuids,
    );
    assert.deepEqual(
      pages.map((page) => page.sent),
      [2, 2, 1],
    );
    assert.deepEqual(
      pages.map((page) => page.hasMore),
      [true, true, false],
    );
  });

  it('a query as it is given, and a count only if it is requested', async () => {
    await client.listAlerts({ 'date[created_at]': '2026-01-05T07:00:00.000Z,now', limit: 100, stix: false });
    assert.deepEqual(platform.requests[0]!.query, {
      'date[created_at]': '2026-01-05T07:00:00.000Z,now',
      limit: '100',
      stix: 'false',
      with_count: 'false',
    });
    platform.raiseMany(3);
    const { total } = await client.listAlerts({ limit: 1, with_count: true });
    assert.equal(platform.requests[1]!.query.with_count, 'true');
    assert.equal(total, 3);
  });

  it('the platform’s time, also if it differs by a day', async () => {
    assert.equal(client.clock.nowMs(), undefined);
    platform.clockOffsetMs = -86_400_000;
    const page = await client.listAlerts({});
    assert.equal(Math.floor(client.clock.nowMs()! / 60_000), Math.floor(page.answeredAtMs! / 60_000));
    assert.ok(Math.abs(client.clock.nowMs()! - platform.now()) < 60_000);
  });

  it('the platform’s time from an alert', async () => {
    platform.clockOffsetMs = 86_400_000;
    await client.getAlert(platform.raise().uuid);
    assert.ok(Math.abs(client.clock.nowMs()! - platform.now()) < 60_000);
  });

  it('no time from an error answer, which may come from a proxy with a wrong clock', async () => {
    await client.listAlerts({});
    platform.clockOffsetMs = 7_200_000;
    for (const status of [401, 403, 404, 500, 503]) {
      const fault = platform.faults.rest({ status });
      await assert.rejects(client.listAlerts({}));
      await assert.rejects(client.getAlert(ALERT_UUID));
      fault.clear();
    }
    assert.ok(Math.abs(client.clock.nowMs()! - Date.now()) < 3_600_000);
  }).timeout(10_000);

  it('with a User-Agent and the key in the header', async () => {
    await client.me();
    assert.equal(platform.requests[0]!.userAgent, USER_AGENT);
    assert.equal(platform.requests[0]!.authorized, true);
  });

  for (const id of ['', '../me', 'a/b', 'a?b=c', 'AL 1', 'a'.repeat(65), '{{uuid}}'])
    it(`nothing for an id such as ${JSON.stringify(id)}`, async () => {
      await assert.rejects(client.getAlert(id), code('SEKOIA_BAD_INPUT'));
      assert.equal(platform.requests.length, 0);
    });
});

describe('a REST client rejects', () => {
  const ending = endings();

  async function clientOf(body: unknown, headers = {}): Promise<RestClient> {
    const server = await bareServer(answering(200, body, headers));
    ending(() => server.stop());
    const client = restClient(server.url);
    ending(() => client.close());
    return client;
  }

  it('a page of HTML with status 200', async () => {
    const client = await clientOf('<!doctype html><title>Sign in</title>', { 'Content-Type': 'text/html' });
    await assert.rejects(client.me(), code('SEKOIA_BAD_RESPONSE', /check the base URL/));
  });

  for (const body of ['', '{"uuid": "7d0f', 'OK', '\u0000'])
    it(`a body that is not JSON: ${JSON.stringify(body)}`, async () => {
      const client = await clientOf(body, { 'Content-Type': 'application/json' });
      await assert.rejects(client.getAlert('AL1'), code('SEKOIA_BAD_RESPONSE', /not complete JSON/));
    });

  for (const body of [null, 7, 'text', [], {}, { uuid: null }, { uuid: 7 }, { uuid: 'a/b' }, { items: [] }])
    it(`an alert that is ${JSON.stringify(body)}`, async () => {
      const client = await clientOf(JSON.stringify(body));
      await assert.rejects(client.getAlert('AL1'), code('SEKOIA_BAD_RESPONSE', /not an alert/));
    });

  for (const body of [null, 7, 'text', [], {}, { items: null }, { items: {} }])
    it(`a list that is ${JSON.stringify(body)}`, async () => {
      const client = await clientOf(JSON.stringify(body));
      await assert.rejects(client.listAlerts({}), code('SEKOIA_BAD_RESPONSE', /not a list of alerts/));
    });

  for (const body of [null, 7, 'text', []])
    it(`a profile that is ${JSON.stringify(body)}`, async () => {
      const client = await clientOf(JSON.stringify(body));
      await assert.rejects(client.me(), code('SEKOIA_BAD_RESPONSE'));
    });

  for (const body of [{}, { items: {} }, { items: null }, 'text', '<html>'])
    it(`the time of ${JSON.stringify(body)}`, async () => {
      const client = await clientOf(body);
      await assert.rejects(client.listAlerts({}));
      await assert.rejects(client.getAlert('AL1'));
      assert.equal(client.clock.nowMs(), undefined);
    });

  it('items that are no alerts, but counts them', async () => {
    const items = [null, { uuid: ALERT_UUID }, 7, {}, 'text', [], { uuid: null }];
    const page = await (await clientOf({ items, has_more: true })).listAlerts({ limit: 100 });
    const { answeredAtMs } = page;
    assert.deepEqual(page, { items: [{ uuid: ALERT_UUID }], sent: 7, hasMore: true, answeredAtMs });
  });

  it('the end of the list without has_more if the page is full', async () => {
    const client = await clientOf({ items: [{ uuid: 'a' }, { uuid: 'b' }], total: 2, has_more: null });
    assert.equal((await client.listAlerts({ limit: 2 })).hasMore, true);
    assert.equal((await client.listAlerts({ limit: 3 })).hasMore, false);
    // The platform's own page size is 20.
    assert.equal((await client.listAlerts({})).hasMore, false);
  });

  it('the end of the list without has_more if the total is not reached', async () => {
    const client = await clientOf({ items: [{ uuid: 'a' }, { uuid: 'b' }], total: 7 });
    const hasMore = async (offset: number): Promise<boolean> =>
      (await client.listAlerts({ limit: 100, offset })).hasMore;
    assert.deepEqual([await hasMore(0), await hasMore(4), await hasMore(5)], [true, true, false]);
  });

  it('more pages without has_more and total if the page is not full', async () => {
    const client = await clientOf({ items: [{ uuid: 'a' }, { uuid: 'b' }] });
    const page = await client.listAlerts({ limit: 3 });
    assert.deepEqual([page.hasMore, page.total], [false, undefined]);
  });

  it('such answers without a retry', async () => {
    let requests = 0;
    const server = await bareServer((request, response) => {
      requests += 1;
      answering(200, '<html>')(request, response);
    });
    ending(() => server.stop());
    const client = restClient(server.url);
    ending(() => client.close());
    await assert.rejects(client.me());
    assert.equal(requests, 1);
  });
});

function code(expected: string, message = /./): (error: unknown) => boolean {
  return (error) => error instanceof SekoiaError && error.code === expected && message.test(error.message);
}
