import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

import { type Platform, startPlatform } from '../../../simulator';
import type { Ledger } from '../../../lib/delivery/ledger';
import type { RestClient } from '../../../lib/sekoia/rest-client';
import { openLedger } from './support/ledger';
import { Reading, ahead, restClient, windows } from './support/reading';

describe('the first start of catch-up', () => {
  let platform: Platform;
  let client: RestClient;
  let ledger: Ledger;
  let now: number;

  beforeEach(async () => {
    platform = await startPlatform();
    client = restClient(platform.url);
    ledger = await openLedger();
    now = platform.now() / 1000;
  });
  afterEach(async () => {
    client.close();
    await platform.stop();
  });

  it('accepts alerts from then on if it is now', async () => {
    const before = platform.raiseMany(3, {}, { createdAt: now - 100 });
    const reading = new Reading(client, ledger);
    await reading.read();
    assert.deepEqual(reading.taken, []);
    const { uuid } = platform.raise();
    await reading.read();
    assert.deepEqual(reading.taken, [uuid]);
    assert.deepEqual(
      before.map((one) => ledger.entry(one)?.state),
      ['filtered', 'filtered', 'filtered'],
    );
    // They are in no one's way.
    assert.equal(ledger.next()?.uuid, uuid);
    assert.equal(ledger.next(), undefined);
  });

  it('is not later than the newest alert, however wrong a clock on the way is', async () => {
    platform.raise({}, { createdAt: now - 500 });
    const reading = new Reading(ahead(client, 7_200), ledger);
    await reading.read();
    const { uuid } = platform.raise({}, { announce: false });
    await reading.read();
    assert.deepEqual(reading.taken, [uuid]);
  });

  it('is a day early without any alert to compare with', async () => {
    const reading = new Reading(ahead(client, 7_200), ledger);
    await reading.read();
    const { uuid } = platform.raise({}, { announce: false });
    await reading.read();
    assert.deepEqual(reading.taken, [uuid]);
  });

  it('accepts alerts of the last hours if it is some hours ago', async () => {
    platform.raise({}, { createdAt: now - 24 * 3600 - 60 });
    const uuids = platform.raiseMany(24, {}, { createdAt: now - 24 * 3600 + 60, everySeconds: 3600 });
    const reading = new Reading(client, ledger, 24 * 3600);
    await reading.read();
    assert.deepEqual(reading.met, uuids);
  });

  it('accepts all alerts if it is long ago', async () => {
    const reading = new Reading(client, ledger, 1e12);
    platform.raise({}, { createdAt: 1 });
    await reading.read();
    assert.equal(ledger.since, 0);
    assert.equal(reading.met.length, 1);
  });

  it('happens once', async () => {
    await new Reading(client, ledger).read();
    const since = ledger.since!;
    platform.clockOffsetMs = 3_600_000;
    await new Reading(client, ledger, 500).read();
    assert.equal(ledger.since, since);
    assert.equal(windows(platform)[1], since);
  });

  it('counts from the deploy when the platform is unreachable at first', async () => {
    const reading = new Reading(client, ledger);
    const fault = platform.faults.rest({ status: 503 });
    await assert.rejects(reading.read(), { code: 'SEKOIA_UNAVAILABLE' });
    assert.equal(ledger.since, undefined);
    // What the notices of LiveAPI say is taken in all the same.
    ledger.take('announced', now, 'live');
    const { uuid } = platform.raise();
    fault.clear();
    await reading.read();
    assert.deepEqual(reading.met, [uuid]);
    assert.ok(ledger.entry('announced'));
    assert.ok(ledger.since! <= now + 1);
  });
});

describe('catch-up behind a proxy that removes the Date header', () => {
  let alerts: { uuid: string; created_at: unknown }[];
  let queries: URLSearchParams[];
  let server: http.Server;
  let client: RestClient;
  let ledger: Ledger;

  beforeEach(async () => {
    alerts = [];
    queries = [];
    server = http.createServer((request, response) => {
      const query = new URL(request.url ?? '', 'http://localhost').searchParams;
      queries.push(query);
      response.sendDate = false;
      const items = query.get('direction') === 'desc' ? [...alerts].reverse() : alerts;
      response.end(JSON.stringify({ items, has_more: false }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    client = restClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    ledger = await openLedger();
  });
  afterEach(async () => {
    client.close();
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });

  it('begins with the newest alerts and sends no older one', async () => {
    alerts = [
      { uuid: 'a', created_at: 1_000 },
      { uuid: 'b', created_at: '1970-01-01T01:00:00Z' },
    ];
    const reading = new Reading(client, ledger);
    await reading.read();
    assert.equal(client.clock.nowMs(), undefined);
    assert.ok(ledger.since! <= 1_000 && ledger.since! > 900, String(ledger.since));
    // The newest may have come after the start, as far as anybody knows.
    assert.deepEqual(reading.taken, ['b']);
  });

  it('moves the cursor only where three alerts agree', async () => {
    ledger.start(500);
    alerts = [
      { uuid: 'a', created_at: 1_000 },
      { uuid: 'b', created_at: 2_000 },
      { uuid: 'c', created_at: 2_100 },
    ];
    const reading = new Reading(client, ledger);
    await reading.read();
    assert.deepEqual([ledger.cursor], [1_000]);
    alerts.push({ uuid: 'd', created_at: 2_200 }, { uuid: 'lies', created_at: 2e9 });
    await reading.read();
    assert.deepEqual([ledger.cursor, reading.troubles], [2_100, []]);
    assert.deepEqual(reading.taken, ['a', 'b', 'c', 'd', 'lies']);
  });

  it('begins with the first alert when there is none yet', async () => {
    const reading = new Reading(client, ledger);
    await reading.read();
    assert.equal(ledger.since, 0);
    alerts = [{ uuid: 'a', created_at: 1_000 }];
    await reading.read();
    assert.deepEqual(reading.met, ['a']);
    assert.equal(ledger.cursor, 0);
  });

  it('accepts alerts without a readable time and leaves the cursor', async () => {
    ledger.start(500);
    alerts = [
      { uuid: 'a', created_at: null },
      { uuid: 'b', created_at: 'soon' },
    ];
    await new Reading(client, ledger).read();
    assert.deepEqual([ledger.size, ledger.cursor], [2, 500]);
    assert.equal(queries.length, 1);
  });
});
