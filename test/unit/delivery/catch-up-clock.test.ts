import assert from 'node:assert/strict';

import { startPlatform } from '../../../simulator';
import { type Ledger, OVERLAP_SECONDS } from '../../../lib/delivery/ledger';
import { FakeList } from './support/fake-list';
import { openLedger, reopened, reopenedCompacted } from './support/ledger';
import { MemoryStorage } from '../support/memory-storage';
import { useMonotonicClock } from './support/monotonic';
import { Reading, restClient } from './support/reading';

const HOUR = 3_600;

describe('a wrong clock in catch-up', () => {
  const clock = useMonotonicClock();
  let list: FakeList;
  let storage: MemoryStorage;
  let ledger: Ledger;
  let reading: Reading;

  beforeEach(async () => {
    list = new FakeList();
    storage = new MemoryStorage();
    ledger = await openLedger(storage);
    reading = new Reading(list, ledger);
  });

  function pass(seconds: number): void {
    list.now += seconds;
    clock.pass(seconds);
  }

  /** Reads after a restart of the process. */
  async function restart(): Promise<void> {
    ledger = await reopened(ledger, storage);
    reading = new Reading(list, ledger);
  }

  it('moves no cursor if it is on a proxy’s error page', async () => {
    const platform = await startPlatform();
    const client = restClient(platform.url);
    try {
      const real = new Reading(client, ledger);
      platform.raise({}, { announce: false, createdAt: platform.now() / 1000 - 100 });
      await real.read();
      platform.clockOffsetMs = 2 * HOUR * 1000;
      const fault = platform.faults.rest({ status: 503 });
      await assert.rejects(real.read());
      fault.clear();
      platform.clockOffsetMs = 0;
      await real.read();
      const { uuid } = platform.raise({}, { announce: false });
      await real.read();
      assert.deepEqual(real.taken, [uuid]);
    } finally {
      client.close();
      await platform.stop();
    }
  });

  for (const hours of [-48, -2, 2, 48])
    it(`loses no alert if it is ${hours} hours off on the platform’s own answers`, async () => {
      list.raise(list.now - 100);
      await reading.read();
      const raised: string[] = [];
      const taken = new Set<string>();
      for (let i = 0; i < 40; i += 1) {
        list.dateOff = i % 3 === 0 ? hours * HOUR : 0;
        pass(400);
        raised.push(list.raise());
        await reading.read();
        for (const uuid of reading.taken) taken.add(uuid);
        if (i % 10 === 9) await restart();
      }
      assert.deepEqual([...taken], raised);
      assert.ok(ledger.cursor! <= list.now);
    });

  for (const [what, firstDateOff] of [
    ['has no time', undefined],
    ['has a time that is two hours ahead', 2 * HOUR],
  ] as const)
    it(`loses no alert that is listed late during a long read whose first answer ${what}`, async () => {
      ledger.start(list.now - 100);
      list.raise();
      await reading.read();
      const createdAt = list.now + 50;
      pass(100);
      list.pageSize = 2;
      for (let i = 0; i < 3; i += 1) list.raise();
      list.dateOff = firstDateOff;
      const before = list.queries.length;
      let late: string | undefined;
      list.onQuery = () => {
        // Twelve minutes lie between the first and the second page. The late alert is listed in between.
        if (late !== undefined || list.queries.length < before + 2) return;
        pass(720);
        late = list.raise(createdAt);
        for (let i = 0; i < 3; i += 1) list.raise();
        list.dateOff = 0;
      };
      await reading.read();
      pass(10);
      await reading.read();
      assert.ok(late !== undefined);
      assert.ok(reading.taken.includes(late), reading.taken.join());
    });

  it('bounds the cursor', async () => {
    ledger.start(list.now - 10_000);
    list.raise(list.now + 200);
    await reading.read();
    assert.equal(ledger.cursor, list.now);
  });

  describe('with an alert of an impossible time', () => {
    for (const [what, createdAt] of [
      ['in milliseconds', 1_700_000_100_000],
      ['next year', 1_700_000_000 + 365 * 24 * HOUR],
      ['in the year 5138', 1e11 - 1],
      ['in microseconds', 1_700_000_100_000_000],
      ['in two hours', 1_700_000_000 + 2 * HOUR],
    ] as const)
      it(`accepts it, reports it once and moves no cursor: ${what}`, async () => {
        list.raise(list.now - 100);
        ledger.start(list.now - 1_000);
        await reading.read();
        const odd = list.raise(createdAt);
        for (let i = 0; i < 5; i += 1) {
          pass(300);
          list.raise();
          await reading.read();
          assert.ok(ledger.cursor! <= list.now, String(ledger.cursor! - list.now));
        }
        assert.ok(reading.taken.includes(odd));
        assert.equal(reading.taken.length, 7);
        assert.equal(reading.troubles.length, 1);
        assert.match(reading.troubles[0]!, new RegExp(odd));
        // It is remembered by a time that will come to pass.
        assert.ok(ledger.entry(odd)!.createdAt <= list.now + 24 * HOUR);
      });

    it('sends it once, however often it is read, and forgets it when it is gone', async () => {
      const odd = list.raise(list.now * 1000);
      ledger.start(list.now - 1_000);
      for (let i = 0; i < 30; i += 1) {
        pass(300);
        list.raise();
        await reading.read();
        for (let entry = ledger.next(); entry !== undefined; entry = ledger.next()) ledger.delivered(entry);
      }
      assert.equal(reading.taken.filter((uuid) => uuid === odd).length, 1);
    });

    it('hides no alert on later pages', async () => {
      ledger.start(list.now - 1_000);
      const uuids = Array.from({ length: 150 }, (_, i) => list.raise(list.now - 900 + i));
      for (let i = 0; i < 150; i += 1) uuids.push(list.raise(list.now * 1000 + i));
      await reading.read();
      assert.deepEqual(new Set(reading.met), new Set(uuids));
    });
  });

  describe('that left the cursor in the future', () => {
    /** A trigger that has read up to now, and whose cursor a foreign clock then moved two hours ahead. */
    async function leaveBehind(): Promise<number> {
      ledger.start(list.now - 10_000);
      for (let i = 0; i < 5; i += 1) {
        pass(HOUR / 2);
        list.raise();
        await reading.read();
      }
      const { cursor } = ledger;
      ledger.advance(list.now + 2 * HOUR);
      return cursor!;
    }

    for (const strict of [false, true])
      for (const [how, reopen] of [
        ['journal', reopened],
        ['compacted journal', reopenedCompacted],
      ] as const)
        it(`sets it back, from the ${how}${strict ? ', also where such a window is refused' : ''}`, async () => {
          const before = await leaveBehind();
          list.strict = strict;
          ledger = await reopen(ledger, storage);
          reading = new Reading(list, ledger);
          pass(60);
          const missed = list.raise();
          await reading.read();
          assert.ok(reading.taken.includes(missed));
          assert.ok(ledger.cursor! <= list.now);
          assert.equal(reading.troubles.length, 1);
          assert.match(reading.troubles[0]!, /may be sent twice/);
          assert.ok(reading.troubles[0]!.includes(new Date(before * 1000).toISOString()));
        });

    it('sends nothing twice that is in the journal', async () => {
      await leaveBehind();
      const known = list.alerts.map(({ uuid }) => uuid);
      for (let entry = ledger.next(); entry !== undefined; entry = ledger.next()) ledger.delivered(entry);
      await restart();
      pass(60);
      const missed = list.raise();
      await reading.read();
      assert.deepEqual(
        reading.taken.filter((uuid) => known.includes(uuid)),
        [],
      );
      assert.deepEqual(reading.taken, [missed]);
    });

    it('goes back a day if nothing else is known', async () => {
      ledger.start(list.now + HOUR);
      const missed = list.raise();
      await reading.read();
      assert.deepEqual(reading.taken, [missed]);
      assert.ok(ledger.since! <= list.now - 23 * HOUR);
      assert.equal(reading.troubles.length, 1);
    });

    it('is detected when the clock is right again', async () => {
      list.dateOff = 2 * HOUR;
      await leaveBehind();
      await restart();
      await reading.read();
      assert.deepEqual(reading.troubles, []);
      const missed = list.raise();
      list.dateOff = 0;
      await reading.read();
      assert.ok(reading.taken.includes(missed));
      assert.equal(reading.troubles.length, 1);
    });

    it('is not assumed for a clock that is behind, if alerts prove otherwise', async () => {
      ledger.start(list.now - 10_000);
      for (let i = 0; i < 4; i += 1) list.raise();
      await reading.read();
      const { cursor } = ledger;
      await restart();
      list.dateOff = -2 * HOUR;
      await reading.read();
      assert.equal(ledger.cursor, cursor);
      assert.ok(!reading.troubles.some((message) => message.includes('sent twice')));
    });
  });

  it('keeps the window small after a storm, also after restarts', async () => {
    ledger.start(list.now - 1_000);
    for (let i = 0; i < 500; i += 1) list.raise();
    await reading.read();
    await restart();
    for (let i = 0; i < 6; i += 1) {
      await reading.read();
      pass(300);
    }
    reading.met.length = 0;
    await reading.read();
    assert.deepEqual(reading.met, []);
    assert.ok(ledger.cursor! <= list.now - OVERLAP_SECONDS);
  });
});
