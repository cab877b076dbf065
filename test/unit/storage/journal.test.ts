import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';

import { Journal } from '../../../lib/storage/journal';
import { encodeCommit, headerOf } from '../../../lib/storage/journal-format';
import { LedgerError } from '../../../lib/storage/ledger-error';
import { journalFile } from '../../../lib/storage/ledger-files';
import { useTempFolder } from '../support/temp-folder';

const COMMITS = [['a', 'b'], ['é ✓ 💥'], ['c'], ['d', 'e', 'f']];

async function load(file: string): Promise<string[]> {
  const journal = new Journal<string>(file);
  const items = await journal.load();
  await journal.close();
  return items;
}

/** Opens the journal, adds to it and closes it; returns what was in it before. */
async function append(file: string, ...commits: string[][]): Promise<string[]> {
  const journal = new Journal<string>(file);
  const items = await journal.load();
  for (const commit of commits) await journal.append(commit);
  await journal.close();
  return items;
}

async function refusal(file: string): Promise<LedgerError> {
  try {
    await load(file);
  } catch (error) {
    assert.ok(error instanceof LedgerError);
    assert.equal(error.code, 'SEKOIA_LEDGER');
    assert.ok(error.message.includes(file), 'the message names the file');
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('a journal', () => {
  const at = useTempFolder();

  it('begins empty and creates its folder', async () => {
    const file = at('some/folder/ledger');
    assert.deepEqual(await load(file), []);
    assert.equal(readFileSync(journalFile(file, 1), 'utf8'), headerOf(1));
  });

  it('returns the appended records in order', async () => {
    await append(at('ledger'), ...COMMITS);
    assert.deepEqual(await append(at('ledger'), ['more']), COMMITS.flat());
    assert.deepEqual(await load(at('ledger')), [...COMMITS.flat(), 'more']);
  });

  it('has everything in the file when append resolves', async () => {
    const journal = new Journal<string>(at('ledger'));
    await journal.load();
    await journal.append(['a']);
    assert.equal(readFileSync(journalFile(at('ledger'), 1), 'utf8'), headerOf(1) + encodeCommit(1, 1, ['a']));
    await journal.close();
  });

  it('is flushed to the disk before append resolves', async () => {
    const journal = new Journal<string>(at('ledger'));
    await journal.load();
    const handle = await open(journalFile(at('ledger'), 1), 'r');
    const prototype = Object.getPrototypeOf(handle) as typeof handle;
    await handle.close();
    // eslint-disable-next-line @typescript-eslint/unbound-method
    const datasync = prototype.datasync;
    let synced = 0;
    prototype.datasync = async function () {
      await datasync.call(this);
      synced += 1;
    };
    try {
      await journal.append(['a']);
    } finally {
      prototype.datasync = datasync;
    }
    assert.equal(synced, 1);
    await journal.close();
  });

  if (process.platform !== 'win32')
    it('can be read by its owner only, also after a compaction', async () => {
      const journal = new Journal<string>(at('folder/ledger'));
      await journal.load();
      assert.equal(statSync(journalFile(at('folder/ledger'), 1)).mode & 0o777, 0o600);
      assert.equal(statSync(at('folder')).mode & 0o777, 0o700);
      await journal.compact(['a']);
      assert.equal(statSync(journalFile(at('folder/ledger'), 1)).mode & 0o777, 0o600);
      await journal.close();
    });

  it('can be read, appended to and read again when it was cut at any byte', async () => {
    await append(at('whole'), ...COMMITS);
    const whole = readFileSync(journalFile(at('whole'), 1));
    for (let length = 0; length <= whole.length; length += 1) {
      writeFileSync(journalFile(at('cut'), 1), whole.subarray(0, length));
      const before = await append(at('cut'), ['after']);
      assert.deepEqual(before, COMMITS.flat().slice(0, before.length));
      assert.deepEqual(await append(at('cut'), ['again']), [...before, 'after']);
      assert.deepEqual(await load(at('cut')), [...before, 'after', 'again'], `cut at ${length}`);
    }
  });

  it('can be read, appended to and read again when its tail was written twice', async () => {
    await append(at('whole'), ...COMMITS);
    const whole = readFileSync(journalFile(at('whole'), 1));
    for (let from = 0; from < whole.length; from += 1) {
      writeFileSync(journalFile(at('twice'), 1), Buffer.concat([whole, whole.subarray(from)]));
      assert.deepEqual(await append(at('twice'), ['after']), COMMITS.flat());
      assert.deepEqual(await load(at('twice')), [...COMMITS.flat(), 'after'], `from ${from}`);
    }
  });
});

describe('an unusable journal file is left untouched', () => {
  const at = useTempFolder();
  const file = (): string => journalFile(at('ledger'), 1);

  it('when it has another version', async () => {
    const content = headerOf(1).replace('"version":2', '"version":7') + encodeCommit(1, 1, ['a']);
    writeFileSync(file(), content);
    const error = await refusal(at('ledger'));
    assert.equal(error.kind, 'foreign');
    assert.match(error.message, /format 7.*Restore it from a backup, or move it away and deploy/);
    assert.equal(readFileSync(file(), 'utf8'), content);
  });

  it('when it is something else', async () => {
    writeFileSync(file(), 'dear diary');
    assert.equal((await refusal(at('ledger'))).kind, 'foreign');
    assert.equal(readFileSync(file(), 'utf8'), 'dear diary');
  });

  it('when it is a folder', async () => {
    mkdirSync(file());
    const error = await refusal(at('ledger'));
    assert.equal(error.kind, 'unavailable');
    assert.match(error.message, /make the folder writable, or enter a context store/);
    assert.ok(statSync(file()).isDirectory());
  });

  it('when its folder is a file', async () => {
    writeFileSync(at('folder'), '');
    const error = await refusal(path.join(at('folder'), 'ledger'));
    assert.equal(error.kind, 'unavailable');
  });

  // Root may read anything, and Windows knows no such modes.
  const restricted = process.platform !== 'win32' && process.getuid?.() !== 0;
  (restricted ? it : it.skip)('when it may not be read', async () => {
    await append(at('ledger'), ...COMMITS);
    const content = readFileSync(file());
    chmodSync(file(), 0o200);
    assert.equal((await refusal(at('ledger'))).kind, 'unavailable');
    chmodSync(file(), 0o600);
    assert.ok(readFileSync(file()).equals(content));
  });
});
