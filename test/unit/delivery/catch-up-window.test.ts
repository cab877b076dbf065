import assert from 'node:assert/strict';

import { type Platform, startPlatform } from '../../../simulator';
import { type Ledger, OVERLAP_SECONDS } from '../../../lib/delivery/ledger';
import type { RestClient } from '../../../lib/sekoia/rest-client';
import { SekoiaError } from '../../../lib/sekoia/errors';
import { RateLimiter } from '../../../lib/sekoia/rate-limiter';
import { openLedger } from './support/ledger';
import { useMonotonicClock } from './support/monotonic';
import { Reading, restClient, windows } from './support/reading';
import { Deferred, isSettled } from '../support/turns';

const DAY_MS = 24 * 3600 * 1000;

describe('the window of catch-up', () => {
  const clock = useMonotonicClock();
  let platform: Platform;
  let client: RestClient;
  let ledger: Ledger;
  let reading: Reading;
  let now: number;

  beforeEach(async () => {
    platform = await startPlatform();
    client = restClient(platform.url);
    ledger = await openLedger();
    reading = new Reading(client, ledger);
    now = Math.floor(platform.now() / 1000);
  });
  afterEach(async () => {
    client.close();
    await platform.stop();
  });

  function raise(createdAt: number): string {
    return platform.raise({}, { createdAt }).uuid;
  }

  it('begins ten minutes before the cursor, for alerts that became visible late', async () => {
    ledger.start(now - 10_000);
    ledger.advance(now - 5_000);
    const late = raise(now - 5_000 - OVERLAP_SECONDS);
    raise(now - 5_000 - OVERLAP_SECONDS - 1);
    await reading.read();
    assert.deepEqual(windows(platform), [now - 5_000 - OVERLAP_SECONDS]);
    assert.deepEqual(reading.met, [late]);
  });

  it('never begins before the first start', async () => {
    ledger.start(now - 100);
    await reading.read();
    assert.deepEqual(windows(platform), [now - 100]);
  });

  it('moves the cursor to the newest alert', async () => {
    ledger.start(now - 1_000);
    raise(now - 500);
    const newest = raise(now - 400.5);
    await reading.read();
    assert.equal(ledger.cursor, now - 401);
    assert.equal(ledger.entry(newest)?.createdAt, now - 401);
  });

  it('moves the cursor on a quiet platform, too, by the time that alerts prove, less the overlap', async () => {
    ledger.start(now - 100_000);
    await reading.read();
    assert.equal(ledger.cursor, now - 100_000, 'no alert has told the time');
    const newest = raise(now - 90_000);
    await reading.read();
    assert.equal(ledger.cursor, now - 90_000);
    // Monotonic time passes; the platform stays quiet.
    clock.pass(3_600);
    await reading.read();
    const proved = now - 90_000 + 3_600 - OVERLAP_SECONDS;
    assert.ok(ledger.cursor >= proved && ledger.cursor <= proved + 60, String(ledger.cursor - proved));
    reading.met.length = 0;
    await reading.read();
    assert.deepEqual(reading.met, [], `the window has left ${newest} behind`);
  });

  it('contains an alert again that is already in the ledger', async () => {
    ledger.start(now - 100);
    const uuid = raise(now - 50);
    await reading.read();
    await reading.read();
    assert.deepEqual(reading.met, [uuid, uuid]);
    assert.equal(ledger.size, 1);
  });

  it('contains an alert that became visible after younger ones', async () => {
    ledger.start(now - 1_000);
    const late = platform.raise({}, { createdAt: now - 590, visibleAfterMs: 20 }).uuid;
    const early = raise(now - 5);
    await reading.read();
    while (!reading.met.includes(late)) await reading.read();
    assert.deepEqual(new Set(reading.met), new Set([early, late]));
  });

  for (const days of [-30, -1, 1, 30])
    it(`follows the platform's clock, which is ${days} days ahead of this machine's`, async () => {
      platform.clockOffsetMs = days * DAY_MS;
      const there = Math.floor(platform.now() / 1000);
      raise(there - 60);
      await reading.read();
      assert.ok(Math.abs(ledger.since! - there) <= 70, String(ledger.since! - there));
      const uuid = platform.raise().uuid;
      await reading.read();
      assert.deepEqual(reading.taken, [uuid]);
      await reading.read();
      assert.ok(Math.abs(ledger.cursor! - there) < 30, String(ledger.cursor! - there));
    });

  it('waits for free capacity before each page', async () => {
    ledger.start(now - 1_000);
    platform.raiseMany(250, {}, { createdAt: now - 900, everySeconds: 2 });
    const gates = [new Deferred(), new Deferred(), new Deferred()];
    let page = 0;
    reading.room = () => gates[page++]?.promise ?? Promise.resolve();
    const read = reading.read();
    assert.equal(await isSettled(read), false);
    assert.equal(platform.requests.length, 0);
    gates[0]!.resolve();
    while (page < 2) await new Promise(setImmediate);
    assert.equal(await isSettled(read), false);
    assert.equal(ledger.size, 100);
    for (const gate of gates) gate.resolve();
    await read;
    assert.equal(ledger.size, 250);
  });

  it('keeps what was read when a later page fails, and continues from there', async () => {
    ledger.start(now - 1_000);
    platform.raiseMany(250, {}, { createdAt: now - 900, everySeconds: 2 });
    let page = 0;
    reading.room = () => {
      page += 1;
      if (page === 3) platform.faults.rest({ status: 500, times: 1 });
      return Promise.resolve();
    };
    await assert.rejects(reading.read(), { code: 'SEKOIA_UNAVAILABLE' });
    const known = ledger.size;
    assert.ok(known > 100 && known < 250);
    assert.ok(ledger.cursor! < now - 400);
    await reading.read();
    assert.equal(ledger.size, 250);
  });

  it('ends when it is aborted', async () => {
    ledger.start(now - 1_000);
    const stop = new AbortController();
    platform.faults.rest({ hang: true });
    platform.once('request', () => stop.abort(new Error('stopped')));
    await assert.rejects(reading.read(stop.signal), /stopped/);
  });

  it('yields to reads for a run', async () => {
    ledger.start(now - 1_000);
    const { uuid } = platform.raise();
    const limiter = new RateLimiter({ requestsPerSecond: 0 });
    const limited = restClient(platform.url, { limiter });
    limiter.failed(new SekoiaError('SEKOIA_RATE_LIMITED', '429', { status: 429, retryAfterMs: 50 }));
    const page = new Reading(limited, ledger).read();
    const alert = limited.getAlert(uuid);
    await Promise.all([page, alert]);
    limited.close();
    assert.deepEqual(
      platform.requests.map(({ path }) => path),
      [`/v1/sic/alerts/${uuid}`, '/v1/sic/alerts'],
    );
  });
});
