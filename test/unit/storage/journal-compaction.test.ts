import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';

import { Journal } from '../../../lib/storage/journal';
import { decodeJournal, encodeCommit, headerOf } from '../../../lib/storage/journal-format';
import { LedgerError } from '../../../lib/storage/ledger-error';
import { journalFile } from '../../../lib/storage/ledger-files';
import { noSpace, whileFailing, whileRenaming } from '../support/broken-disk';
import { useTempFolder } from '../support/temp-folder';

const KIB = 1024;

describe('journal compaction', () => {
  const at = useTempFolder();
  let journal: Journal<string>;

  beforeEach(async () => {
    journal = new Journal(at('ledger'));
    await journal.load();
    for (const item of ['a', 'b', 'c']) await journal.append([item]);
  });
  afterEach(() => journal.close());

  async function reload(file = 'ledger'): Promise<string[]> {
    const again = new Journal<string>(at(file));
    const items = await again.load();
    await again.close();
    return items;
  }

  it('keeps exactly what it is given, and continues from there', async () => {
    await journal.compact(['b', 'c']);
    assert.equal(
      readFileSync(journalFile(at('ledger'), 1), 'utf8'),
      headerOf(1) + encodeCommit(1, 1, ['b', 'c']),
    );
    await journal.append(['d']);
    await journal.compact(['d']);
    await journal.append(['e']);
    await journal.append(['f']);
    assert.deepEqual(await reload(), ['d', 'e', 'f']);
    assert.ok(!existsSync(`${journalFile(at('ledger'), 1)}.new`));
  });

  it('may keep nothing', async () => {
    await journal.compact([]);
    assert.equal(readFileSync(journalFile(at('ledger'), 1), 'utf8'), headerOf(1));
    await journal.append(['d']);
    assert.deepEqual(await reload(), ['d']);
  });

  it('writes many records in lines of a thousand, in order', async () => {
    const items = Array.from({ length: 2_500 }, (_, number) => String(number));
    await journal.compact(items);
    const lengths = decodeJournal(readFileSync(journalFile(at('ledger'), 1))).commits.map(
      (commit) => commit.items.length,
    );
    assert.deepEqual(lengths, [1_000, 1_000, 500]);
    await journal.append(['more']);
    assert.deepEqual(await reload(), [...items, 'more']);
  });

  it('leaves the old file whole until the new one is whole', async () => {
    let before: Buffer | undefined;
    await whileRenaming(
      async (from, to, rename) => {
        before = readFileSync(to);
        copyFileSync(to, journalFile(at('killed-before'), 1));
        copyFileSync(from, `${journalFile(at('killed-before'), 1)}.new`);
        await rename(from, to);
        copyFileSync(to, journalFile(at('killed-after'), 1));
      },
      () => journal.compact(['only']),
    );
    assert.deepEqual(decodeJournal(before!).commits.length, 3);
    assert.deepEqual(await reload('killed-before'), ['a', 'b', 'c']);
    assert.deepEqual(await reload('killed-after'), ['only']);
  });

  it('ignores what a killed compaction left behind', async () => {
    writeFileSync(`${journalFile(at('ledger'), 1)}.new`, 'x'.repeat(10 * KIB));
    assert.deepEqual(await reload(), ['a', 'b', 'c']);
    await journal.compact(['only']);
    assert.deepEqual(await reload(), ['only']);
    assert.ok(!existsSync(`${journalFile(at('ledger'), 1)}.new`));
  });

  for (const failing of ['writeFile', 'sync'] as const)
    it(`continues with the old file when ${failing} fails`, async () => {
      const old = readFileSync(journalFile(at('ledger'), 1));
      await whileFailing(failing, () => assert.rejects(journal.compact(['only']), LedgerError));
      assert.ok(readFileSync(journalFile(at('ledger'), 1)).equals(old));
      assert.ok(!existsSync(`${journalFile(at('ledger'), 1)}.new`));
      await journal.append(['d']);
      assert.deepEqual(await reload(), ['a', 'b', 'c', 'd']);
    });

  it('continues with the old file when it cannot be replaced', async () => {
    await whileRenaming(
      () => Promise.reject(noSpace()),
      () => assert.rejects(journal.compact(['only']), LedgerError),
    );
    assert.ok(!existsSync(`${journalFile(at('ledger'), 1)}.new`));
    await journal.append(['d']);
    assert.deepEqual(await reload(), ['a', 'b', 'c', 'd']);
  });

  it('is due from 256 KiB on, at four times the size of the last time', async () => {
    const filler = 'x'.repeat(64 * KIB);
    const grow = async (kib: number): Promise<void> => {
      while (statSync(journalFile(at('ledger'), 1)).size < kib * KIB) await journal.append([filler]);
    };
    assert.equal(journal.worthCompacting, false);
    await grow(180);
    assert.equal(journal.worthCompacting, false);
    await grow(257);
    assert.equal(journal.worthCompacting, true);
    await journal.compact([filler, filler, filler]);
    assert.equal(journal.worthCompacting, false);
    await grow(4 * 3 * 64 - 64);
    assert.equal(journal.worthCompacting, false);
    await grow(4 * 3 * 64 + 2);
    assert.equal(journal.worthCompacting, true);
  });

  it('is retried after a failure when the journal has doubled', async () => {
    const filler = 'x'.repeat(64 * KIB);
    for (let count = 0; count < 5; count += 1) await journal.append([filler]);
    assert.equal(journal.worthCompacting, true);
    await whileFailing('writeFile', () => assert.rejects(journal.compact([]), LedgerError));
    for (let count = 0; count < 4; count += 1) await journal.append([filler]);
    assert.equal(journal.worthCompacting, false);
    for (let count = 0; count < 2; count += 1) await journal.append([filler]);
    assert.equal(journal.worthCompacting, true);
  });
});
