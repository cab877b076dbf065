import assert from 'node:assert/strict';

import { GroupCommit } from '../../../lib/storage/group-commit';
import { LedgerError } from '../../../lib/storage/ledger-error';
import { ManualTimers } from '../support/manual-timers';
import { MemoryStorage } from '../support/memory-storage';
import { Deferred, isSettled, turns } from '../support/turns';

describe('a group commit', () => {
  const timers = new ManualTimers();
  let storage: MemoryStorage<number>;
  let commit: GroupCommit<number>;
  let troubles: (string | undefined)[];
  let all: number[];

  beforeEach(() => {
    timers.install();
    storage = new MemoryStorage<number>();
    troubles = [];
    all = [];
    commit = new GroupCommit<number>({
      storage,
      snapshot: () => [...all],
      onTrouble: (error) => troubles.push(error?.message),
      retry: { firstMs: 100, maxMs: 400 },
    });
  });
  afterEach(() => timers.restore());

  function add(...items: number[]): void {
    for (const item of items) {
      all.push(item);
      commit.add(item);
    }
  }

  it('writes the records of one turn at once', async () => {
    add(1, 2);
    await Promise.resolve();
    add(3);
    await commit.committed();
    assert.deepEqual(storage.commits, [[1, 2, 3]]);
  });

  it('writes the records that come during a write with the next one', async () => {
    const gate = new Deferred();
    storage.gate = gate.promise;
    add(1);
    await turns();
    add(2);
    await turns();
    add(3);
    gate.resolve();
    await commit.committed();
    assert.deepEqual(storage.commits, [[1], [2, 3]]);
  });

  it('writes at most a thousand records at once', async () => {
    add(...Array.from({ length: 2_500 }, (_, number) => number));
    await commit.committed();
    assert.deepEqual(
      storage.commits.map(({ length }) => length),
      [1_000, 1_000, 500],
    );
    assert.deepEqual(storage.content, all);
  });

  it('resolves only when everything until then is written', async () => {
    await commit.committed();
    const first = new Deferred();
    storage.gate = first.promise;
    add(1);
    const one = commit.committed();
    await turns();
    const second = new Deferred();
    storage.gate = second.promise;
    add(2);
    const two = commit.committed();
    assert.equal(await isSettled(one), false);
    first.resolve();
    await one;
    assert.deepEqual(storage.content, [1]);
    assert.equal(await isSettled(two), false);
    second.resolve();
    await two;
    assert.deepEqual(storage.content, [1, 2]);
  });

  it('gives the storage the whole ledger', async () => {
    let seen: number[] = [];
    storage.append = (_items: readonly number[], snapshot?: () => number[]) => {
      seen = snapshot?.() ?? [];
      return Promise.resolve();
    };
    add(1, 2);
    await commit.committed();
    add(3);
    await commit.committed();
    assert.deepEqual(seen, [1, 2, 3]);
  });

  describe('while the storage refuses', () => {
    beforeEach(async () => {
      storage.refusal = new LedgerError('unavailable', 'the disk is full');
      add(1);
      await turns();
    });

    it('reports it once, retries with growing waits and reports its end', async () => {
      const committed = commit.committed();
      for (let attempt = 0; attempt < 4; attempt += 1) {
        timers.fireNext();
        await turns();
      }
      assert.equal(storage.attempts, 5);
      assert.deepEqual(troubles, ['the disk is full']);
      const [first = 0, second = 0, third = 0, fourth = 0, fifth = 0] = timers.asked;
      assert.ok(first >= 50 && first <= 100 && second >= 100 && second <= 200);
      assert.ok([third, fourth, fifth].every((wait) => wait >= 200 && wait <= 400));
      assert.equal(await isSettled(committed), false);

      add(2);
      storage.refusal = undefined;
      timers.fireNext();
      await committed;
      await commit.committed();
      assert.deepEqual(troubles, ['the disk is full', undefined]);
      assert.deepEqual(storage.content, [1, 2]);
    });

    it('starts with short waits when it refuses again', async () => {
      timers.fireNext();
      await turns();
      storage.refusal = undefined;
      timers.fireNext();
      await turns();
      storage.refusal = new LedgerError('unavailable', 'again');
      add(2);
      await turns();
      assert.deepEqual(troubles, ['the disk is full', undefined, 'again']);
      assert.ok((timers.asked.at(-1) ?? Infinity) <= 100);
    });

    it('retries once more when it is closed, and ends', async () => {
      await commit.close();
      assert.equal(storage.attempts, 2);
      assert.equal(storage.closed, 1);
      assert.deepEqual(storage.content, []);
      assert.deepEqual(timers.waits, []);
    });

    it('writes the rest when it is closed, if the storage accepts it by then', async () => {
      add(2);
      storage.refusal = undefined;
      await commit.close();
      assert.deepEqual(storage.content, [1, 2]);
      assert.equal(storage.closed, 1);
    });
  });

  it('reports any error as a ledger error', async () => {
    storage.refusal = new TypeError('a fault of the store');
    add(1);
    await turns();
    assert.match(troubles[0] ?? '', /a fault of the store/);
    await commit.close();
  });

  it('closes when all records are written', async () => {
    const gate = new Deferred();
    storage.gate = gate.promise;
    add(1);
    await turns();
    add(2);
    const closed = commit.close();
    assert.equal(await isSettled(closed), false);
    gate.resolve();
    await closed;
    assert.deepEqual(storage.content, [1, 2]);
  });

  it('does not use the storage once it is closed', async () => {
    add(1);
    await commit.close();
    add(2);
    await turns();
    assert.deepEqual(storage.content, [1]);
    assert.equal(storage.closed, 1);
  });

  describe('with a storage that is worth compacting', () => {
    beforeEach(() => (storage.worthCompacting = true));

    it('compacts it once nothing waits to be written', async () => {
      const gate = new Deferred();
      storage.gate = gate.promise;
      add(1);
      await turns();
      add(2);
      all = [2];
      gate.resolve();
      await turns();
      assert.deepEqual(storage.compacted, [[2]]);
      add(3);
      await commit.close();
      assert.deepEqual(storage.content, [2, 3]);
    });

    it('continues when that fails, and loses no record', async () => {
      storage.compact = () => Promise.reject(new LedgerError('unavailable', 'no room for a second file'));
      add(1);
      await commit.committed();
      await turns();
      add(2);
      await commit.committed();
      await commit.close();
      assert.deepEqual(troubles, []);
      assert.deepEqual(storage.content, [1, 2]);
    });
  });
});
