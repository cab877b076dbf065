import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, rmSync } from 'node:fs';

import { Journal } from '../../../lib/storage/journal';
import { encodeCommit, headerOf } from '../../../lib/storage/journal-format';
import { LedgerError } from '../../../lib/storage/ledger-error';
import { journalFile } from '../../../lib/storage/ledger-files';
import { replaceFileMethod, whileFailing } from '../support/broken-disk';
import { useTempFolder } from '../support/temp-folder';

describe('a journal on a failing disk', () => {
  const at = useTempFolder();
  let journal: Journal<string>;
  let copies = 0;

  beforeEach(async () => {
    journal = new Journal(at('ledger'));
    await journal.load();
    await journal.append(['before']);
  });
  afterEach(() => journal.close());

  /** What an owner after this one would find. */
  async function reload(): Promise<string[]> {
    const copy = at(`copy-${(copies += 1)}`);
    copyFileSync(journalFile(at('ledger'), 1), journalFile(copy, 1));
    const again = new Journal<string>(copy, { epoch: 2 });
    const items = await again.load();
    await again.close();
    return items;
  }

  async function assertRefused(items: string[]): Promise<void> {
    await assert.rejects(journal.append(items), (error) => {
      assert.ok(error instanceof LedgerError);
      assert.equal(error.kind, 'unavailable');
      assert.ok(error.message.includes(at('ledger')));
      assert.match(error.message, /Free the disk/);
      return true;
    });
  }

  /** As a disk that becomes full within a write: some of it is there. */
  async function whileWritingBytes(bytes: number, action: () => Promise<void>): Promise<void> {
    const restore = await replaceFileMethod('write', (write) => {
      const original = write as (...given: unknown[]) => Promise<{ bytesWritten: number; buffer: Buffer }>;
      return function (this: unknown, buffer: Buffer, offset: number, _length: number, position: number) {
        return original.call(this, buffer, offset, bytes, position);
      } as typeof write;
    });
    await action().finally(restore);
  }

  for (const method of ['write', 'datasync'] as const)
    it(`keeps its intact part when ${method} fails, and continues from there`, async () => {
      const good = readFileSync(journalFile(at('ledger'), 1), 'utf8');
      await whileFailing(method, () => assertRefused(['during']));
      assert.equal(readFileSync(journalFile(at('ledger'), 1), 'utf8'), good);
      await journal.append(['during', 'after']);
      assert.deepEqual(await reload(), ['before', 'during', 'after']);
    });

  it('keeps its intact part when any part of a write is on the disk', async () => {
    const good = readFileSync(journalFile(at('ledger'), 1), 'utf8');
    for (let bytes = 0; bytes < encodeCommit(1, 2, ['during']).length; bytes += 1) {
      await whileWritingBytes(bytes, () => assertRefused(['during']));
      assert.equal(readFileSync(journalFile(at('ledger'), 1), 'utf8'), good);
    }
    await journal.append(['after']);
    assert.deepEqual(await reload(), ['before', 'after']);
  });

  it('keeps its intact part when a write cannot be undone', async () => {
    for (const bytes of [1, 20, 30])
      await whileFailing('truncate', () => whileWritingBytes(bytes, () => assertRefused(['a long one'])));
    assert.deepEqual(await reload(), ['before']);
    await whileFailing('truncate', () => whileFailing('datasync', () => assertRefused(['a long one'])));
    await journal.append(['x']);
    assert.deepEqual(await reload(), ['before', 'x']);
    await journal.append(['y']);
    assert.deepEqual(await reload(), ['before', 'x', 'y']);
  });

  it('can be loaded once the first line can be written', async () => {
    const fresh = new Journal<string>(at('fresh'));
    await whileFailing('writeFile', () => assert.rejects(fresh.load(), /Free the disk/));
    assert.deepEqual(await fresh.load(), []);
    await fresh.close();
    assert.equal(readFileSync(journalFile(at('fresh'), 1), 'utf8'), headerOf(1));
  });

  it('creates no new file that would lack earlier records', async () => {
    await journal.compact(['before']);
    rmSync(journalFile(at('ledger'), 1));
    await assertRefused(['after']);
    assert.throws(() => readFileSync(journalFile(at('ledger'), 1)), /ENOENT/);
  });
});
