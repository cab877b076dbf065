import assert from 'node:assert/strict';

import type { Ledger } from '../../../lib/delivery/ledger';
import { FakeList } from './support/fake-list';
import { openLedger } from './support/ledger';
import { Reading } from './support/reading';

/** Pages are small where more alerts do not come in time. */
describe('small pages in catch-up', () => {
  let list: FakeList;
  let ledger: Ledger;
  let reading: Reading;

  beforeEach(async () => {
    list = new FakeList();
    ledger = await openLedger();
    ledger.start(list.now - 10_000);
    reading = new Reading(list, ledger);
  });

  function raiseMany(count: number, ago: number, everySeconds: number): string[] {
    return Array.from({ length: count }, (_, i) => list.raise(list.now - ago + Math.floor(i * everySeconds)));
  }

  function assertTaken(uuids: readonly string[]): void {
    assert.deepEqual(
      uuids.filter((uuid) => ledger.entry(uuid) === undefined),
      [],
    );
  }

  for (const pageSize of [1, 2, 3, 7])
    describe(`of ${pageSize}`, () => {
      beforeEach(() => {
        list.pageSize = pageSize;
      });

      it('bring every alert, also many of one second', async () => {
        const uuids = [...raiseMany(30, 5_000, 10), ...raiseMany(25, 3_000, 0), ...raiseMany(30, 2_000, 0.3)];
        await reading.read();
        assertTaken(uuids);
        // The first read leaves the cursor as many seconds behind as it took.
        await reading.read();
        assert.equal(ledger.cursor, list.now - 2_000 + 8);
      });

      it('skip none while alerts of a crowded second disappear', async () => {
        const storm = raiseMany(40, 3_000, 0);
        const later = raiseMany(10, 2_000, 20);
        let removed = 0;
        list.onQuery = () => {
          // Each query finds the list one shorter, where it was read already; three times is what a read bears.
          const gone = reading.met.length > 4 * (removed + 1) * pageSize && removed < 3;
          if (gone) list.remove(storm[removed++]!);
        };
        await reading.read();
        assert.equal(removed, 3);
        assertTaken([...storm, ...later]);
      });

      it('skip none when they become larger', async () => {
        const uuids = [...raiseMany(60, 3_000, 0), ...raiseMany(60, 2_000, 1)];
        let queries = 0;
        list.onQuery = () => {
          queries += 1;
          list.pageSize = [pageSize, 1, 5, 2][queries % 4]!;
        };
        await reading.read();
        assertTaken(uuids);
      });
    });
});
