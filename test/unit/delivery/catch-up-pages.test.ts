import assert from 'node:assert/strict';

import { type Platform, startPlatform } from '../../../simulator';
import type { Ledger } from '../../../lib/delivery/ledger';
import type { RestClient } from '../../../lib/sekoia/rest-client';
import { openLedger } from './support/ledger';
import { Reading, afterEachPage, restClient } from './support/reading';

describe('catch-up reads all pages', () => {
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
    ledger.start(now - 100_000);
  });
  afterEach(async () => {
    client.close();
    await platform.stop();
  });

  function raiseMany(count: number, createdAt: number, everySeconds = 0): string[] {
    return platform.raiseMany(count, {}, { createdAt, everySeconds });
  }

  function assertTaken(uuids: readonly string[]): void {
    assert.deepEqual(
      uuids.filter((uuid) => ledger.entry(uuid) === undefined),
      [],
    );
  }

  function largestOffset(): number {
    return Math.max(...platform.requests.map(({ query }) => Number(query.offset)));
  }

  it('of 5,000 alerts, by time rather than by number', async () => {
    const uuids = raiseMany(5_000, now - 90_000, 7);
    await reading.read();
    assertTaken(uuids);
    assert.equal(ledger.size, 5_000);
    assert.equal(largestOffset(), 0);
    assert.ok(platform.requests.length <= 53, String(platform.requests.length));
    // The first read leaves the cursor as many seconds behind as it took.
    await reading.read();
    assert.equal(ledger.cursor, now - 90_000 + 4_999 * 7);
  });

  it('of 5,000 alerts of one second', async () => {
    const uuids = raiseMany(5_000, now - 500.7);
    await reading.read();
    assertTaken(uuids);
    assert.ok(platform.requests.length <= 53, String(platform.requests.length));
  });

  it('of 250 alerts in one second, between others', async () => {
    const before = raiseMany(130, now - 1_000, 1);
    const storm = raiseMany(250, now - 500);
    const after = raiseMany(130, now - 499, 1);
    await reading.read();
    assertTaken([...before, ...storm, ...after]);
    assert.equal(ledger.size, 510);
  });

  for (const perSecond of [50, 99, 100, 101, 150])
    it(`of ${perSecond} alerts in each of several seconds`, async () => {
      const uuids = [0, 1, 2, 3, 4, 5].flatMap((second) => raiseMany(perSecond, now - 500 + second));
      await reading.read();
      assertTaken(uuids);
      assert.equal(ledger.size, 6 * perSecond);
    });

  it('oldest first', async () => {
    const uuids = raiseMany(350, now - 1_000, 1);
    await reading.read();
    assert.deepEqual([...new Set(reading.met)], uuids);
  });

  it('with the cursor before the alerts that follow, at every page', async () => {
    const uuids = raiseMany(300, now - 1_000, 0.25);
    reading.room = () => {
      for (const uuid of uuids) {
        const createdAt = Math.floor(now - 1_000 + uuids.indexOf(uuid) * 0.25);
        if (createdAt < ledger.cursor!) assert.ok(ledger.entry(uuid));
      }
      return Promise.resolve();
    };
    await reading.read();
    assertTaken(uuids);
  });

  it('while alerts come in at the end', async () => {
    const uuids = raiseMany(250, now - 1_000, 1);
    const more: string[] = [];
    afterEachPage(platform, (page) => {
      if (page <= 3) more.push(...raiseMany(60, now - 600 + page, 0.5));
    });
    await reading.read();
    // What came after the last page was answered is for the next read.
    await reading.read();
    assertTaken([...uuids, ...more]);
  });

  it('while alerts that it has read disappear', async () => {
    const uuids = raiseMany(500, now - 90_000, 60);
    afterEachPage(platform, (page) => {
      for (const uuid of uuids.slice((page - 1) * 100, (page - 1) * 100 + 40))
        if (platform.alerts.get(uuid) !== undefined) platform.remove(uuid);
    });
    await reading.read();
    assertTaken(uuids.slice(440));
    assert.equal(ledger.size, 500);
  });

  it('while alerts of a crowded second disappear', async () => {
    const storm = raiseMany(350, now - 80_000);
    const others = raiseMany(200, now - 70_000, 60);
    afterEachPage(platform, (page) => {
      if (page <= 3) for (const uuid of storm.slice((page - 1) * 100, page * 100 - 70)) platform.remove(uuid);
    });
    await reading.read();
    assertTaken([...storm, ...others]);
  });

  it('while the last pages of a crowded second disappear altogether', async () => {
    const storm = raiseMany(230, now - 80_000);
    afterEachPage(platform, (page) => {
      if (page === 1) for (const uuid of storm.slice(0, 150)) platform.remove(uuid);
    });
    await reading.read();
    assertTaken(storm.slice(150));
  });

  it('and finds at the next read what became visible behind it', async () => {
    raiseMany(250, now - 300, 1);
    let late: string[] = [];
    afterEachPage(platform, (page) => {
      if (page === 2) late = raiseMany(30, now - 290, 0.5);
    });
    await reading.read();
    await reading.read();
    assertTaken(late);
  });

  it('and ends though each page keeps changing', async () => {
    const storm = raiseMany(500, now - 80_000);
    let first = 0;
    afterEachPage(platform, () => {
      platform.remove(storm[first]!);
      first += 1;
      raiseMany(1, now - 80_000);
    });
    await reading.read();
    assertTaken(storm.slice(40));
  });

  it('but leaves a second at 10,000 alerts, and reports that', async () => {
    raiseMany(10_200, now - 500);
    await assert.rejects(reading.read(), { code: 'SEKOIA_BAD_RESPONSE', message: /has no last page/ });
    assert.ok(ledger.size >= 10_000);
  });
});
