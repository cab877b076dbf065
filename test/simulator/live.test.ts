import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { COMMUNITIES, startPlatform, STATUSES, type Alert, type Platform } from '../../simulator';
import { call, get, LiveClient, refusal } from './clients';

describe('the LiveAPI', () => {
  let platform: Platform;

  beforeEach(async () => {
    platform = await startPlatform({ apiKey: 'the-key' });
  });

  afterEach(() => platform.stop());

  const cookie = (key: string) => ({ Cookie: `theme=dark; access_token_cookie=${key}; lang=en` });

  it('says first that the client is authenticated', async () => {
    for (const [headers, path] of [
      [cookie('the-key'), '/live/'],
      [cookie('the-key'), '/live'],
      [{ Authorization: 'Bearer the-key' }, '/live/'],
    ] as const) {
      const client = new LiveClient(platform, headers, path);
      assert.equal((await client.next()).authenticated, true);
      client.socket.terminate();
    }
    assert.deepEqual([platform.live.accepted, platform.live.upgrades], [3, 0]);
  });

  it('rejects other keys and other paths', async () => {
    const refused: number[] = [];
    platform.live.on('refused', (status) => refused.push(status));
    assert.equal(await refusal(new LiveClient(platform, cookie('another'))), 401);
    assert.equal(await refusal(new LiveClient(platform, {})), 401);
    assert.equal(await refusal(new LiveClient(platform, cookie('the-key'), '/lively')), 404);
    platform.keyState = 'expired';
    assert.equal(await refusal(new LiveClient(platform, cookie('the-key'))), 401);
    assert.deepEqual(refused, [401, 401, 404, 401]);
    assert.deepEqual([platform.live.accepted, platform.live.refused], [0, 4]);
  });

  it('sends version 1 before the upgrade, and both versions after it', async () => {
    const client = await LiveClient.open(platform, { upgrade: false });
    client.socket.send('not JSON');
    client.socket.send('{"action": "dance"}');
    const first = platform.raise();
    assert.deepEqual(await client.next(), {
      event_version: '1',
      event_type: 'alert',
      attributes: { event: 'alert-created', alert_uuid: first.uuid },
    });
    client.socket.send('{"action": "upgrade"}');
    await once(platform.live, 'upgrade');
    const second = platform.raise();
    assert.equal((await client.next()).attributes?.alert_uuid, second.uuid);
    const { metadata, ...notice } = await client.next();
    assert.deepEqual(notice, {
      type: 'alert',
      action: 'created',
      attributes: {
        uuid: second.uuid,
        short_id: second.short_id,
        similar: second.similar,
        status_name: 'Pending',
        status_uuid: STATUSES.Pending.uuid,
        urgency_current_value: second.urgency.current_value,
        rule_uuid: second.rule.uuid,
        rule_name: second.rule.name,
        entity_uuid: second.entity?.uuid ?? null,
        entity_name: second.entity?.name ?? null,
        alert_type_category: second.alert_type.category,
        alert_type_value: second.alert_type.value,
        assets_uuids: second.assets,
      },
    });
    assert.equal(metadata?.version, 2);
    assert.equal(metadata.community_uuid, second.community_uuid);
    assert.equal(client.waiting, 0);
  });

  it('announces only ids if configured, by the clock of the platform', async () => {
    platform.live.noticeShape = 'short';
    platform.clockOffsetMs = 3_600_000;
    const client = await LiveClient.open(platform);
    const { uuid, short_id } = platform.raise();
    const { metadata, attributes } = await client.nextNotice();
    assert.deepEqual(attributes, { uuid, short_id });
    assert.match(metadata!.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/);
    assert.ok(Math.abs(Date.parse(metadata!.created_at) - platform.now()) < 5_000);
  });

  it('announces late or not at all', async () => {
    const client = await LiveClient.open(platform);
    platform.raise({}, { announce: false });
    const late = platform.raise({}, { announceAfterMs: 20 });
    const soon = platform.raise();
    assert.equal((await client.nextNotice()).attributes?.uuid, soon.uuid);
    assert.equal((await client.nextNotice()).attributes?.uuid, late.uuid);
  });

  it('announces changes and comments, from inside and from the REST API', async () => {
    const client = await LiveClient.open(platform);
    const { uuid, short_id } = platform.raise();
    await client.nextNotice();

    platform.update(uuid, { status: STATUSES.Acknowledged });
    assert.deepEqual((await client.next()).attributes, { event: 'alert-updated', alert_uuid: uuid });
    const changed = await client.nextNotice();
    assert.deepEqual([changed.type, changed.action], ['alert', 'updated']);
    assert.deepEqual(changed.attributes, {
      uuid,
      short_id,
      updated: { status: STATUSES.Acknowledged.uuid, status_name: 'Acknowledged' },
    });

    await call(platform, `/v1/sic/alerts/${uuid}`, { method: 'PATCH', body: { urgency: 20 } });
    assert.deepEqual((await client.nextNotice()).attributes?.updated, { dynamic_urgency_value: 20 });
    platform.update(short_id, { similar: 150 });
    assert.deepEqual((await client.nextNotice()).attributes?.updated, { similar: 150 });

    const comment = platform.comment(uuid, 'a comment');
    const { type, action, attributes } = await client.nextNotice();
    assert.deepEqual([type, action], ['alert-comment', 'created']);
    assert.deepEqual(attributes, {
      uuid: comment.uuid,
      alert_uuid: uuid,
      alert_short_id: short_id,
      content: 'a comment',
      created_by: comment.created_by,
      created_by_type: 'user',
    });
  });

  it('sends notices of every other type, and raw frames', async () => {
    const client = await LiveClient.open(platform);
    for (const [type, action] of [
      ['case', 'alerts-updated'],
      ['ioc-collection', 'updated'],
      ['search-job', 'updated'],
      ['task', 'created'],
    ] as const) {
      platform.live.notify({ type, action, attributes: { uuid: 'x', updated: { status: 'done' } } });
      const { metadata, ...notice } = await client.next();
      assert.deepEqual(notice, { type, action, attributes: { uuid: 'x', updated: { status: 'done' } } });
      assert.equal(metadata?.community_uuid, COMMUNITIES[0].uuid);
    }
    platform.live.send('{ not JSON');
    assert.equal(await client.nextRaw(), '{ not JSON');
    platform.live.send({ type: 'alert' });
    assert.equal(await client.nextRaw(), '{"type":"alert"}');
  });

  it('counts and answers pings', async () => {
    const client = await LiveClient.open(platform);
    client.socket.ping('are you there');
    const [payload] = (await once(client.socket, 'pong')) as [Buffer];
    assert.equal(payload.toString(), 'are you there');
    assert.equal(platform.live.pings, 1);
  });

  it('counts the sockets that are open, and cuts them', async () => {
    const clients = [await LiveClient.open(platform), await LiveClient.open(platform)];
    assert.equal(platform.live.open, 2);
    const gone = once(platform.live, 'close');
    clients[0]!.socket.close();
    await gone;
    assert.equal(platform.live.open, 1);
    const cut = once(clients[1]!.socket, 'close') as Promise<[number]>;
    const closed = once(platform.live, 'close');
    platform.live.cut();
    assert.equal((await cut)[0], 1006);
    await closed;
    assert.deepEqual([platform.live.open, platform.live.accepted], [0, 2]);
  });

  it('serves the sequence of calls of Sekoia’s own trigger', async () => {
    const get200 = async (path: string) => {
      const { status, body } = await call(platform, `/api/v1/${path}`);
      assert.equal(status, 200);
      return body;
    };
    await get200('me');
    const socket = new WebSocket(`${platform.url.replace('http', 'ws')}/live/`, {
      headers: { Cookie: 'access_token_cookie=the-key' },
    });
    const messages: { metadata?: { version: number }; attributes: { uuid: string } }[] = [];
    const twoMore = new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer) => {
        messages.push(JSON.parse(data.toString()) as (typeof messages)[number]);
        if (messages.length === 3) resolve();
      });
    });
    socket.on('open', () => socket.send(JSON.stringify({ action: 'upgrade' })));
    await once(platform.live, 'upgrade');
    const raised = platform.raise({ rule: { name: 'the "rule"' } });
    await twoMore;
    const [notice] = messages.filter(({ metadata }) => metadata?.version === 2);
    const alert = (await get200(
      `sic/alerts/${notice!.attributes.uuid}?stix=False&comments=False&countermeasures=False&history=False`,
    )) as Alert;
    assert.deepEqual([alert.short_id, alert.rule.name], [raised.short_id, 'the "rule"']);
    for (const part of ['comments', 'countermeasures', 'history', 'cases']) assert.ok(!(part in alert), part);
    assert.deepEqual(alert.stix, {});
    socket.terminate();
    assert.deepEqual(
      await get(
        platform,
        `/v1/sic/alerts/${raised.short_id}?history=False&comments=False&countermeasures=False`,
      ),
      alert,
    );
  });
});
