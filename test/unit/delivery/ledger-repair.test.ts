import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';

import { Ledger, OVERLAP_SECONDS } from '../../../lib/delivery/ledger';
import { Journal } from '../../../lib/storage/journal';
import { headerOf } from '../../../lib/storage/journal-format';
import { journalFile } from '../../../lib/storage/ledger-files';
import type { LedgerRecord } from '../../../lib/delivery/ledger-record';
import { isLedgerRecord, repairRecords } from '../../../lib/delivery/ledger-repair';
import { SnapshotStorage } from '../../../lib/storage/snapshot-storage';
import { MemoryStorage } from '../support/memory-storage';
import { openLedger } from './support/ledger';
import { useTempFolder } from '../support/temp-folder';
import { until } from '../support/turns';

const NOW = 1_700_000_000;

/** No state that an alert can be in: damage that a checksum does not show. */
const ELSEWHERE = 'elsewhere' as 'queued';

async function repaired(
  intact: LedgerRecord[],
  behind: LedgerRecord[],
): Promise<{ ledger: Ledger; consequences: string }> {
  const { items, consequences } = repairRecords(intact, behind);
  return { ledger: await openLedger(new MemoryStorage(items)), consequences };
}

describe('a damaged ledger', () => {
  const at = useTempFolder();

  it('reads again from the end of its intact part', async () => {
    const { ledger, consequences } = await repaired(
      [
        ['since', NOW],
        ['cursor', NOW + 100],
      ],
      [['cursor', NOW + 5_000]],
    );
    assert.deepEqual([ledger.since, ledger.cursor], [NOW, NOW + 100]);
    const from = new Date((NOW + 100 - OVERLAP_SECONDS) * 1000).toISOString();
    assert.match(consequences, new RegExp(`created since ${from} are read again`));
  });

  it('does not resend what is known as delivered, though its time is unknown', async () => {
    const { ledger, consequences } = await repaired(
      [['since', NOW]],
      [
        ['cursor', NOW + 300],
        ['delivered', 'a'],
        ['dead', 'b', NOW, 'why'],
      ],
    );
    assert.equal(ledger.take('a', NOW + 10, 'catch-up'), false);
    assert.equal(ledger.entry('b')?.state, 'dead');
    // It is remembered until no read of the list can meet it any more.
    ledger.advance(NOW + 300);
    assert.equal(ledger.take('a', NOW + 10, 'catch-up'), false);
    assert.doesNotMatch(consequences, /being sent/);
  });

  it('keeps what a compacted journal has before and after the damage, each alert once', async () => {
    const { ledger, consequences } = await repaired(
      [
        ['since', NOW],
        ['entry', 'waits', NOW + 1, 'waiting', 'live', 2, 1, true],
        ['entry', 'done', NOW + 2, 'delivered', 'live', 1, 0, true],
      ],
      [
        ['entry', 'rerun', NOW + 3, 'queued', 'rerun', 1, 0, true],
        ['entry', 'waits', NOW + 1, 'delivered', 'live', 3, 1, true],
        ['entry', 'odd', NOW, ELSEWHERE, 'live', 0, 0, false],
      ],
    );
    assert.deepEqual({ ...ledger.counts, queued: 1, delivered: 2 }, { ...ledger.counts });
    assert.equal(ledger.size, 3);
    assert.equal(ledger.next()?.source, 'rerun');
    assert.match(consequences, /may arrive twice: rerun\. /);
  });

  it('sends what was not done, and reports that', async () => {
    const { ledger, consequences } = await repaired(
      [
        ['since', NOW],
        ['queued', 'a', NOW, 'live'],
        ['running', 'a', 1],
        ['queued', 'b', NOW, 'live'],
        ['delivered', 'b'],
      ],
      [
        ['waiting', 'c', 2],
        ['queued', 'd', NOW + 1, 'live'],
      ],
    );
    assert.equal(ledger.counts.queued, 3);
    assert.equal(ledger.entry('c')?.failures, 2);
    assert.match(consequences, /may arrive twice: a, c, d\./);
  });

  it('names a bounded number of alerts', () => {
    const many = Array.from({ length: 50 }, (_, index): LedgerRecord => ['queued', `u${index}`, NOW, 'live']);
    assert.match(repairRecords([['since', NOW], ...many], []).consequences, /u19 and 30 more/);
  });

  it('begins at the earliest known time when its beginning is lost', async () => {
    const { ledger } = await repaired(
      [],
      [
        ['cursor', NOW + 100],
        ['queued', 'a', NOW, 'live'],
      ],
    );
    assert.equal(ledger.cursor, NOW - OVERLAP_SECONDS);
  });

  it('still skips what was skipped', async () => {
    const { ledger } = await repaired([['since', NOW]], [['since', NOW + 50]]);
    assert.equal(ledger.since, NOW + 50);
  });

  it('finds waiting alerts when any line of a compacted journal is lost', async () => {
    const memory = new MemoryStorage();
    const ledger = await openLedger(memory);
    ledger.start(NOW);
    // Old ones that wait still, and a cursor far beyond them.
    for (let count = 0; count < 3_000; count += 1) ledger.take(`u${count}`, NOW + 10 + (count % 7), 'live');
    memory.worthCompacting = true;
    ledger.advance(NOW + 100_000);
    await ledger.committed();
    await until(() => memory.compacted.length > 0);
    const journal = new Journal<LedgerRecord>(at('ledger'));
    await journal.load();
    await journal.compact(memory.compacted.at(-1)!);
    await journal.close();
    const lines = readFileSync(journalFile(at('ledger'), 1), 'utf8')
      .trimEnd()
      .split('\n');
    assert.ok(lines.length > 3);
    for (let lost = 2; lost < lines.length - 1; lost += 1) {
      const epoch = 10 * lost;
      const left = lines.map((line, index) => (index === lost ? line.replace('[', 'x') : line));
      writeFileSync(
        journalFile(at('ledger'), epoch),
        [headerOf(epoch).trim(), ...left.slice(1), ''].join('\n'),
      );
      const storage = new Journal<LedgerRecord>(at('ledger'), { epoch: epoch + 1, repair: repairRecords });
      const again = await Ledger.open({ storage, onTrouble: () => undefined });
      assert.ok(again.cursor! <= NOW + 10, `line ${lost}: the cursor is ${again.cursor}`);
      await again.close();
    }
  });

  it('keeps what it can of a context store, too, and the damaged original', async () => {
    let aside: unknown;
    const messages: string[] = [];
    const stored = {
      version: 1,
      records: [['since', NOW], ['queued', 'a', NOW, 'live'], null, ['queued', 'b'], ['delivered', 'a']],
    };
    const storage = new SnapshotStorage<LedgerRecord>(
      'the context store "redis"',
      { get: () => Promise.resolve(stored), set: () => Promise.resolve() },
      {
        isItem: isLedgerRecord,
        repair: repairRecords,
        aside: { get: () => Promise.resolve(), set: (value) => Promise.resolve(void (aside = value)) },
        onRepaired: (message) => messages.push(message),
      },
    );
    const ledger = await Ledger.open({ storage, onTrouble: () => undefined });
    assert.equal(ledger.entry('a')?.state, 'delivered');
    assert.equal(ledger.cursor, NOW);
    assert.equal(aside, stored);
    assert.match(messages.join(), /redis.*damaged and has been repaired.*record 3 cannot be read/);
  });
});
