import assert from 'node:assert/strict';

import type { Entry } from '../../../lib/delivery/entry';
import type { Ledger } from '../../../lib/delivery/ledger';
import { beginAttempt, openLedger } from './support/ledger';
import { MemoryStorage } from '../support/memory-storage';

describe('the ledger', () => {
  let storage: MemoryStorage;
  let ledger: Ledger;

  beforeEach(async () => {
    storage = new MemoryStorage();
    ledger = await openLedger(storage);
  });

  function taken(uuid: string, createdAt = 1): Entry {
    ledger.take(uuid, createdAt, 'live');
    return ledger.entry(uuid)!;
  }

  /** Only those that are not 0. */
  function counts(): object {
    return Object.fromEntries(Object.entries(ledger.counts).filter(([, count]) => count !== 0));
  }

  it('accepts an alert once', () => {
    assert.equal(ledger.take('a', 10, 'live'), true);
    assert.equal(ledger.take('a', 10, 'catch-up'), false);
    assert.deepEqual(ledger.entry('a'), {
      uuid: 'a',
      createdAt: 10,
      state: 'queued',
      source: 'live',
      attempt: 0,
      failures: 0,
      passed: false,
    });
    assert.equal(ledger.size, 1);
  });

  it('does not accept again what was delivered, filtered or a dead letter', () => {
    ledger.delivered(taken('a'));
    ledger.filtered(taken('b'));
    ledger.dead(taken('c'), { at: 5, reason: 'it failed', code: '' });
    for (const uuid of ['a', 'b', 'c']) assert.equal(ledger.take(uuid, 1, 'catch-up'), false);
    assert.deepEqual(counts(), { delivered: 1, filtered: 1, dead: 1 });
  });

  it('returns alerts oldest first, each once', () => {
    for (const [uuid, createdAt] of [
      ['c', 3],
      ['a', 1],
      ['d', 4],
      ['b', 2],
    ] as const)
      taken(uuid, createdAt);
    const given = Array.from({ length: 5 }, () => ledger.next()?.uuid);
    assert.deepEqual(given, ['a', 'b', 'c', 'd', undefined]);
    assert.deepEqual(counts(), { running: 4 });
  });

  it('returns released alerts again, in order', () => {
    taken('a', 1);
    taken('b', 2);
    ledger.putBack(ledger.next()!);
    assert.deepEqual([ledger.next()?.uuid, ledger.next()?.uuid], ['a', 'b']);
    assert.equal(ledger.entry('a')?.attempt, 0);
  });

  it('counts the attempts and failures of an alert', async () => {
    taken('a');
    const entry = ledger.next()!;
    assert.equal(await beginAttempt(ledger, entry), 1);
    ledger.failed(entry, true);
    assert.deepEqual(counts(), { waiting: 1 });
    assert.equal(ledger.next(), undefined);
    ledger.due(entry);
    assert.equal(entry.source, 'retry');
    assert.equal(ledger.next(), entry);
    assert.equal(await beginAttempt(ledger, entry), 2);
    ledger.failed(entry, false);
    assert.deepEqual([entry.attempt, entry.failures], [2, 1]);
  });

  it('ignores the end of a wait for an alert that does not wait', () => {
    const entry = taken('a');
    ledger.due(entry);
    assert.equal(ledger.next(), entry);
    ledger.due(entry);
    ledger.delivered(entry);
    ledger.due(entry);
    assert.equal(ledger.next(), undefined);
    assert.deepEqual(counts(), { delivered: 1 });
  });

  it('keeps when and why an alert became a dead letter, until it is delivered', () => {
    const entry = taken('a');
    ledger.dead(ledger.next()!, { at: 42, reason: 'it failed', code: '' });
    assert.deepEqual(entry.died, { at: 42, reason: 'it failed', code: '' });
    ledger.delivered(entry);
    assert.equal(entry.died, undefined);
    assert.deepEqual(counts(), { delivered: 1 });
  });

  it('queues an alert again on request, with all its retries', () => {
    const entry = taken('a', 7);
    ledger.next();
    void beginAttempt(ledger, entry);
    ledger.failed(entry, true);
    ledger.dead(entry, { at: 42, reason: 'it failed', code: '' });
    assert.equal(ledger.rerun('a', 99), true);
    assert.equal(ledger.next(), entry);
    assert.deepEqual(entry, {
      uuid: 'a',
      createdAt: 7,
      state: 'running',
      source: 'rerun',
      attempt: 1,
      failures: 0,
      passed: true,
    });
  });

  it('queues delivered and forgotten alerts again on request, but none in flight', () => {
    assert.equal(ledger.rerun('forgotten', 5), true);
    assert.equal(ledger.rerun('forgotten', 5), false);
    const entry = ledger.next()!;
    assert.equal(ledger.rerun('forgotten', 5), false);
    ledger.failed(entry, true);
    assert.equal(ledger.rerun('forgotten', 5), false);
    ledger.delivered(entry);
    assert.equal(ledger.rerun('forgotten', 5), true);
    assert.equal(ledger.next(), entry);
    assert.deepEqual(counts(), { running: 1 });
  });

  it('begins at the cursor and only moves it forward', () => {
    assert.deepEqual([ledger.since, ledger.cursor], [undefined, undefined]);
    ledger.start(100);
    assert.deepEqual([ledger.since, ledger.cursor], [100, 100]);
    ledger.advance(150);
    ledger.advance(120);
    assert.deepEqual([ledger.since, ledger.cursor], [100, 150]);
  });

  it('commits an alert before the cursor that passed it', async () => {
    ledger.start(1);
    ledger.take('a', 5, 'catch-up');
    ledger.advance(5);
    await ledger.committed();
    assert.deepEqual(storage.content, [
      ['since', 1],
      ['queued', 'a', 5, 'catch-up'],
      ['cursor', 5],
    ]);
  });

  it('uses the later time when an alert is younger than its notice said', () => {
    taken('a', 10);
    taken('b', 20);
    ledger.take('a', 30, 'catch-up');
    ledger.take('b', 5, 'catch-up');
    assert.deepEqual([ledger.entry('a')?.createdAt, ledger.entry('b')?.createdAt], [30, 20]);
    assert.deepEqual([ledger.next()?.uuid, ledger.next()?.uuid], ['b', 'a']);
  });
});
