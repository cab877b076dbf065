import assert from 'node:assert/strict';

import { beginAttempt } from '../delivery/support/ledger';
import { Ledger } from '../../../lib/delivery/ledger';
import { LedgerError } from '../../../lib/storage/ledger-error';
import type { LedgerRecord } from '../../../lib/delivery/ledger-record';
import { SnapshotStorage, type StoredValue } from '../../../lib/storage/snapshot-storage';
import { turns } from '../support/turns';

/** A context store whose answers take a while, and that keeps text only, as most that are not in memory do. */
class AsyncStore implements StoredValue {
  text: string | undefined;
  failure: Error | undefined;
  writes = 0;

  async get(): Promise<unknown> {
    await turns();
    if (this.failure !== undefined) throw this.failure;
    return this.text === undefined ? undefined : (JSON.parse(this.text) as unknown);
  }

  async set(value: unknown): Promise<void> {
    await turns();
    if (this.failure !== undefined) throw this.failure;
    this.text = JSON.stringify(value);
    this.writes += 1;
  }
}

describe('a ledger in a context store', () => {
  let store: AsyncStore;
  let troubles: (LedgerError | undefined)[];

  beforeEach(() => {
    store = new AsyncStore();
    troubles = [];
  });

  function open(): Promise<Ledger> {
    const storage = new SnapshotStorage<LedgerRecord>('the context store "redis"', store);
    return Ledger.open({ storage, onTrouble: (error) => troubles.push(error) });
  }

  async function refusal(kind: LedgerError['kind']): Promise<LedgerError> {
    let refused: unknown;
    await assert.rejects(open(), (error) => Boolean((refused = error)));
    assert.ok(refused instanceof LedgerError);
    assert.equal(refused.kind, kind);
    assert.match(refused.message, /the context store "redis"/);
    return refused;
  }

  it('is empty if nothing is stored', async () => {
    assert.equal((await open()).size, 0);
    store.text = 'null';
    assert.equal((await open()).size, 0);
    assert.equal(store.writes, 0);
  });

  it('is written at each group commit, and read back whole', async () => {
    const ledger = await open();
    ledger.start(1_000);
    for (const uuid of ['a', 'b', 'c']) ledger.take(uuid, 1_000, 'live');
    await ledger.committed();
    assert.equal(store.writes, 1);
    ledger.delivered(ledger.next()!);
    const failed = ledger.next()!;
    void beginAttempt(ledger, failed);
    ledger.failed(failed, true);
    await ledger.committed();
    assert.equal(store.writes, 2);
    await ledger.close();

    const again = await open();
    assert.deepEqual([again.since, again.cursor], [1_000, 1_000]);
    assert.equal(again.entry('a')?.state, 'delivered');
    const { state, source, attempt, failures } = again.entry('b')!;
    assert.deepEqual(
      { state, source, attempt, failures },
      {
        state: 'queued',
        source: 'retry',
        attempt: 1,
        failures: 1,
      },
    );
    assert.equal(again.counts.queued, 2);
    await again.close();
  });

  it('reports an unavailable store, and writes everything once it is back', async () => {
    const ledger = await open();
    store.failure = new Error('ECONNREFUSED');
    ledger.take('a', 1, 'live');
    await turns(20);
    assert.match(troubles[0]?.message ?? '', /redis.*cannot be used: ECONNREFUSED/);
    store.failure = undefined;
    await ledger.close();
    assert.equal((await open()).entry('a')?.state, 'queued');
  });

  it('cannot be opened while the store is unavailable', async () => {
    store.failure = new Error('ECONNREFUSED');
    assert.match((await refusal('unavailable')).message, /ECONNREFUSED/);
  });

  for (const [what, text] of [
    ['something else', '{"my":"data"}'],
    ['a text', '"text"'],
    ['a list', '[]'],
    ['another version', '{"version":2,"records":[]}'],
    ['no records', '{"version":1}'],
  ] as const)
    it(`rejects ${what}, says what to do and leaves it untouched`, async () => {
      store.text = text;
      assert.match((await refusal('foreign')).message, /Remove it from the store and deploy/);
      assert.equal(store.text, text);
      assert.equal(store.writes, 0);
    });
});
