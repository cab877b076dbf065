import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';

import { GroupCommit } from '../../../lib/storage/group-commit';
import { Journal } from '../../../lib/storage/journal';
import { encodeCommit, headerOf } from '../../../lib/storage/journal-format';
import { LedgerError } from '../../../lib/storage/ledger-error';
import { journalFile } from '../../../lib/storage/ledger-files';
import { SYSTEM_CLOCK } from '../../../lib/util/clock';
import { LedgerLock } from '../../../lib/storage/lease/ledger-lock';
import { thisProcess } from '../../../lib/storage/lease/owner';
import { OwnedStorage } from '../../../lib/storage/owned-storage';
import { replaceFileMethod } from '../support/broken-disk';
import { MemoryStorage } from '../support/memory-storage';
import { useTempFolder } from '../support/temp-folder';
import { until } from '../support/turns';

describe('a ledger with two owners', () => {
  const at = useTempFolder();
  /** As if every second took an hour, for whoever waits for an owner on another machine. */
  let hurried = 0;
  const clocks = { ...SYSTEM_CLOCK, monotonicMs: () => performance.now() + hurried };
  const elsewhere = { ...thisProcess(), host: 'another-host' };
  let open: OwnedStorage<string>[];

  beforeEach(() => {
    open = [];
  });
  afterEach(async () => {
    for (const storage of open) await storage.close();
  });

  function storage(self = thisProcess()): OwnedStorage<string> {
    const lock = new LedgerLock(at('ledger'), { self, clocks });
    const made = new OwnedStorage(lock, (epoch) => new Journal<string>(at('ledger'), { epoch }));
    open.push(made);
    return made;
  }

  async function takeOver(): Promise<{ later: OwnedStorage<string>; items: string[] }> {
    const later = storage();
    for (;;) {
      try {
        return { later, items: await later.load() };
      } catch (error) {
        assert.equal((error as LedgerError).kind, 'standby');
        hurried += 2_000;
      }
    }
  }

  async function refused(promise: Promise<void>): Promise<void> {
    await assert.rejects(promise, (error) => (error as LedgerError).kind === 'lost');
  }

  it('passes from one to the next', async () => {
    const first = storage();
    assert.deepEqual(await first.load(), []);
    await first.append(['a'], () => []);
    await first.close();
    const second = storage();
    assert.deepEqual(await second.load(), ['a']);
    await second.append(['b'], () => []);
    assert.deepEqual(readdirSync(at('.')).sort(), ['ledger@2.jsonl', 'ledger@2.owner']);
    assert.equal(
      readFileSync(journalFile(at('ledger'), 2), 'utf8'),
      headerOf(2) + encodeCommit(2, 1, ['a']) + encodeCommit(2, 2, ['b']),
    );
  });

  it('rejects writes of a former owner', async () => {
    const first = storage(elsewhere);
    await first.load();
    await first.append(['a'], () => []);
    const { later, items } = await takeOver();
    assert.deepEqual(items, ['a']);
    await later.append(['b'], () => []);
    hurried += 2_000;
    await refused(first.append(['late'], () => []));
    await refused(first.compact([]));
    assert.equal(first.held(), false);
    await first.close();
    await later.close();
    assert.deepEqual(await storage().load(), ['a', 'b']);
  });

  it('survives a delayed write after the takeover', async () => {
    const first = storage(elsewhere);
    await first.load();
    await first.append(['a'], () => []);
    let goOn: () => void = () => undefined;
    const stalled = new Promise<void>((resolve) => (goOn = resolve));
    let waiting = false;
    const restore = await replaceFileMethod('write', (write) => {
      return async function (this: unknown, ...given: unknown[]) {
        waiting = true;
        await stalled;
        return (write as (...given: unknown[]) => unknown).apply(this, given);
      } as unknown as typeof write;
    });
    const late = first.append(['late'], () => []);
    await until(() => waiting);
    restore();
    const { later } = await takeOver();
    await later.append(['b'], () => []);
    goOn();
    await late;
    await later.append(['c'], () => []);
    await first.close();
    await later.close();
    assert.deepEqual(await storage().load(), ['a', 'b', 'c']);
  });

  it('survives a former owner that compacts its journal after the takeover', async () => {
    const first = new Journal<string>(at('ledger'), { epoch: 1 });
    await first.load();
    await first.append(['a']);
    const second = new Journal<string>(at('ledger'), { epoch: 2 });
    assert.deepEqual(await second.load(), ['a']);
    await second.append(['b']);
    await first.compact(['rewritten']);
    await first.append(['late']);
    assert.ok(existsSync(journalFile(at('ledger'), 1)));
    await Promise.all([first.close(), second.close()]);
    const third = new Journal<string>(at('ledger'), { epoch: 3 });
    assert.deepEqual(await third.load(), ['a', 'b']);
    assert.equal(existsSync(journalFile(at('ledger'), 1)), false);
    await third.close();
  });

  it('stops the group commit of the former owner for good', async () => {
    const first = storage(elsewhere);
    await first.load();
    const troubles: (LedgerError | undefined)[] = [];
    const commit = new GroupCommit<string>({
      storage: first,
      snapshot: () => [],
      onTrouble: (error) => troubles.push(error),
    });
    const { later } = await takeOver();
    hurried += 2_000;
    commit.add('late');
    await until(() => troubles.length > 0);
    assert.equal(troubles[0]?.kind, 'lost');
    commit.add('later');
    await commit.close();
    assert.equal(later.held(), true);
  });

  it('is released when the journal cannot be read', async () => {
    writeFileSync(journalFile(at('ledger'), 4), 'dear diary');
    const first = storage();
    await assert.rejects(first.load(), (error) => (error as LedgerError).kind === 'foreign');
    await first.close();
    assert.deepEqual(readdirSync(at('.')), ['ledger@4.jsonl']);
  });

  it('works without an owner in a read-only folder, if that is allowed', async () => {
    const forbidden = Object.assign(new Error('EROFS'), { code: 'EROFS' });
    const lock = {
      base: 'the folder',
      acquire: () => Promise.reject(new LedgerError('unavailable', 'no', forbidden)),
    };
    const memory = new MemoryStorage<string>(['a']);
    const owned = new OwnedStorage(lock, () => memory, { withoutLock: () => memory });
    assert.deepEqual(await owned.load(), ['a']);
    await owned.append(['b'], () => []);
    assert.deepEqual([owned.held(), memory.content], [true, ['a', 'b']]);
    await assert.rejects(new OwnedStorage(lock, () => memory).load(), LedgerError);
  });
});

describe('a journal that takes over from another', () => {
  const at = useTempFolder();

  async function load(epoch: number, messages: string[] = []): Promise<string[]> {
    const journal = new Journal<string>(at('ledger'), { epoch, onRepaired: (text) => messages.push(text) });
    const items = await journal.load();
    await journal.close();
    return items;
  }

  it('continues one of version 0.1', async () => {
    const old = encodeCommit(1, 1, ['a', 'b']);
    writeFileSync(at('ledger.jsonl'), `{"format":"sekoia-ledger","version":1}\n${old}`);
    assert.deepEqual(await load(1), ['a', 'b']);
    assert.deepEqual(readdirSync(at('.')), ['ledger@1.jsonl']);
  });

  it('is whole, wherever the other was cut', async () => {
    const commits = [['a'], ['b', 'c'], ['d']];
    const whole = Buffer.from(
      headerOf(1) + commits.map((items, index) => encodeCommit(1, index + 1, items)).join(''),
    );
    for (let length = 0, epoch = 2; length <= whole.length; length += 1, epoch += 1) {
      for (const name of readdirSync(at('.'))) writeFileSync(at(name), '');
      writeFileSync(journalFile(at('ledger'), epoch), whole.subarray(0, length));
      const items = await load(epoch + 1);
      assert.deepEqual(items, commits.flat().slice(0, items.length));
      epoch += 1;
      assert.deepEqual(await load(epoch + 1), items, `cut at ${length}`);
    }
  });

  it('continues the one before when the newest is empty', async () => {
    writeFileSync(journalFile(at('ledger'), 3), headerOf(3) + encodeCommit(3, 1, ['a']));
    writeFileSync(journalFile(at('ledger'), 4), '');
    assert.deepEqual(await load(5), ['a']);
  });

  it('leaves the other untouched when it cannot write its own file', async () => {
    writeFileSync(journalFile(at('ledger'), 3), headerOf(3) + encodeCommit(3, 1, ['a']));
    const restore = await replaceFileMethod('sync', () => () => Promise.reject(new Error('EIO')));
    await assert.rejects(load(4), (error) => (error as LedgerError).kind === 'unavailable').finally(restore);
    assert.deepEqual(readdirSync(at('.')), ['ledger@3.jsonl']);
    assert.deepEqual(await load(4), ['a']);
  });

  it('keeps the readable part of a damaged one and sets that aside, up to three', async () => {
    const damaged = `${headerOf(1)}${encodeCommit(1, 1, ['a'])}rubbish\n${encodeCommit(1, 3, ['c'])}`;
    for (let time = 1; time <= 5; time += 1) {
      const messages: string[] = [];
      for (const name of readdirSync(at('.')).filter((one) => one.endsWith('.jsonl')))
        writeFileSync(at(name), damaged);
      if (time === 1) writeFileSync(journalFile(at('ledger'), 1), damaged);
      assert.deepEqual(await load(time + 1, messages), ['a', 'c']);
      assert.equal(readFileSync(at(`ledger.damaged-${time}`), 'utf8'), damaged);
      assert.match(
        messages.join(),
        /ledger@\d\.jsonl was damaged.*kept as .*damaged-\d: line 3 cannot be read/,
      );
    }
    assert.deepEqual(readdirSync(at('.')).sort(), [
      'ledger.damaged-3',
      'ledger.damaged-4',
      'ledger.damaged-5',
      'ledger@6.jsonl',
    ]);
  });
});
