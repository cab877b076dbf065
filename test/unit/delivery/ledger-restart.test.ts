import assert from 'node:assert/strict';

import type { Entry } from '../../../lib/delivery/entry';
import type { Ledger } from '../../../lib/delivery/ledger';
import { beginAttempt, openLedger, reopened, reopenedCompacted } from './support/ledger';
import { MemoryStorage } from '../support/memory-storage';

/** An alert in each state, and some that came back from one. */
async function prepare(storage: MemoryStorage): Promise<Ledger> {
  const ledger = await openLedger(storage);
  ledger.start(100);
  const take = (uuid: string): Entry => {
    ledger.take(uuid, 1_000, 'live');
    const entry = ledger.next()!;
    assert.equal(entry.uuid, uuid);
    return entry;
  };
  const fail = (entry: Entry): void => {
    void beginAttempt(ledger, entry);
    ledger.failed(entry, true);
  };
  const die = (entry: Entry): void => {
    fail(entry);
    ledger.dead(entry, { at: 1_100, reason: 'it failed', code: 'SEKOIA_NOT_FOUND' });
  };
  ledger.delivered(take('delivered'));
  ledger.filtered(take('filtered'));
  die(take('dead'));
  const late = take('late');
  die(late);
  ledger.delivered(late);
  void beginAttempt(ledger, take('running'));
  take('being read');
  fail(take('waiting'));
  const retried = take('retried');
  fail(retried);
  ledger.due(retried);
  void beginAttempt(ledger, ledger.next()!);
  fail(retried);
  const again = take('again');
  die(again);
  ledger.rerun('again', 0);
  ledger.take('queued', 1_000, 'catch-up');
  ledger.take('queued', 1_030, 'catch-up');
  ledger.advance(1_000);
  return ledger;
}

type Expected = Pick<Entry, 'state' | 'attempt' | 'failures' | 'source'>;

const EXPECTED: Record<string, Expected> = {
  delivered: { state: 'delivered', source: 'live', attempt: 0, failures: 0 },
  filtered: { state: 'filtered', source: 'live', attempt: 0, failures: 0 },
  dead: { state: 'dead', source: 'live', attempt: 1, failures: 1 },
  late: { state: 'delivered', source: 'live', attempt: 1, failures: 1 },
  running: { state: 'queued', source: 'retry', attempt: 1, failures: 0 },
  'being read': { state: 'queued', source: 'live', attempt: 0, failures: 0 },
  waiting: { state: 'queued', source: 'retry', attempt: 1, failures: 1 },
  retried: { state: 'queued', source: 'retry', attempt: 3, failures: 2 },
  again: { state: 'queued', source: 'rerun', attempt: 1, failures: 0 },
  queued: { state: 'queued', source: 'catch-up', attempt: 0, failures: 0 },
};

for (const [how, reopen] of [
  ['a restart', reopened],
  ['a compaction and a restart', reopenedCompacted],
] as const)
  describe(`the ledger after ${how}`, () => {
    let ledger: Ledger;

    beforeEach(async () => {
      const storage = new MemoryStorage();
      ledger = await reopen(await prepare(storage), storage);
    });

    for (const [uuid, expected] of Object.entries(EXPECTED))
      it(`has ${uuid} as ${expected.state}, with its history`, () => {
        const { state, attempt, failures, source } = ledger.entry(uuid)!;
        assert.deepEqual({ state, attempt, failures, source }, expected);
      });

    it('has the alerts that passed the filters', () => {
      const passed = Object.keys(EXPECTED).filter((uuid) => ledger.entry(uuid)?.passed);
      assert.deepEqual(passed.toSorted(), ['again', 'dead', 'late', 'retried', 'running', 'waiting']);
    });

    it('has the right counts', () => {
      assert.deepEqual(
        { ...ledger.counts },
        { queued: 6, running: 0, waiting: 0, delivered: 2, filtered: 1, dead: 1 },
      );
      assert.equal(ledger.size, 10);
    });

    it('returns each queued alert once', () => {
      const given: string[] = [];
      for (let entry = ledger.next(); entry !== undefined; entry = ledger.next()) given.push(entry.uuid);
      assert.deepEqual(given, ['again', 'being read', 'retried', 'running', 'waiting', 'queued']);
    });

    it('has the start, the cursor, the reason of a dead letter and a corrected time', () => {
      assert.deepEqual([ledger.since, ledger.cursor], [100, 1_000]);
      assert.deepEqual(ledger.entry('dead')?.died, {
        at: 1_100,
        reason: 'it failed',
        code: 'SEKOIA_NOT_FOUND',
      });
      assert.equal(ledger.entry('queued')?.createdAt, 1_030);
      assert.equal(ledger.entry('late')?.died, undefined);
    });

    it('accepts no alert again', () => {
      for (const uuid of Object.keys(EXPECTED)) assert.equal(ledger.take(uuid, 1_000, 'catch-up'), false);
    });
  });
