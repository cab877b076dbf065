import assert from 'node:assert/strict';

import { ReadAhead } from '../../../lib/delivery/read-ahead';
import type { Alert } from '../../../lib/sekoia/alert';
import { SekoiaError } from '../../../lib/sekoia/errors';
import { useMonotonicClock } from './support/monotonic';
import { Deferred, turns } from '../support/turns';

const FOREVER_MS = 3_600_000;

/** How long alerts that were read are good for, where they may grow old; the clock is then set past it. */
const GOOD_FOR_MS = 60_000;
const PAST_S = 61;

/** Alerts that wait for their turn, and a platform that has them. */
class ReadAheadFixture {
  readonly waiting: string[];
  /** What was read, in order. */
  readonly reads: string[] = [];
  /** What is read next fails with it. */
  failure: SekoiaError | undefined;
  /** Holds back what is read. */
  gate = Promise.resolve();
  readonly readAhead: ReadAhead;

  constructor(count: number, goodForMs = FOREVER_MS) {
    this.waiting = Array.from({ length: count }, (_, at) => `alert-${at}`);
    this.readAhead = new ReadAhead({
      client: { getAlert: (uuid) => this.#getAlert(uuid) },
      ledger: { upcoming: (upTo) => this.waiting.slice(0, upTo).map((uuid) => ({ uuid })) },
      goodForMs,
      notFoundForMs: 0,
      signal: new AbortController().signal,
    });
  }

  /** Reads those whose turn it is. @returns how many were read from the platform meanwhile */
  async take(count: number): Promise<number> {
    const before = this.reads.length;
    for (const uuid of this.waiting.splice(0, count))
      assert.equal((await this.readAhead.read(uuid)).uuid, uuid);
    return this.reads.length - before;
  }

  async #getAlert(uuid: string): Promise<Alert> {
    this.reads.push(uuid);
    const { failure } = this;
    await this.gate;
    if (failure !== undefined) throw failure;
    return { uuid };
  }
}

describe('read-ahead', () => {
  const clock = useMonotonicClock();

  it('reads the next alerts along with the first, a hundred in all', async () => {
    const fixture = new ReadAheadFixture(250);
    const expected = fixture.waiting.slice(0, 100);
    const gate = new Deferred();
    fixture.gate = gate.promise;
    void fixture.take(1);
    assert.deepEqual(fixture.reads, expected);
    gate.resolve();
    await turns();
  });

  it('reads each alert once when they are sent quickly', async () => {
    const fixture = new ReadAheadFixture(1_000);
    const all = [...fixture.waiting];
    await fixture.take(1_000);
    assert.deepEqual(fixture.reads, all);
  });

  it('reads more when a quarter is left, and not before', async () => {
    const fixture = new ReadAheadFixture(250);
    await fixture.take(1);
    assert.equal(await fixture.take(74), 0);
    assert.equal(await fixture.take(1), 75);
  });

  it('reads a single waiting alert alone', async () => {
    const fixture = new ReadAheadFixture(1);
    assert.equal(await fixture.take(1), 1);
  });

  it('returns no alert that was read too long ago', async () => {
    const fixture = new ReadAheadFixture(10, GOOD_FOR_MS);
    await fixture.take(1);
    clock.pass(PAST_S);
    assert.equal(await fixture.take(1), 9, 'all that is left is read again');
  });

  it('reads fewer ahead when they grow old, and more again when they are used', async () => {
    const fixture = new ReadAheadFixture(2_000, GOOD_FOR_MS);
    await fixture.take(1);
    const slow: number[] = [];
    for (let i = 0; i < 6; i += 1) {
      clock.pass(PAST_S);
      slow.push(await fixture.take(1));
    }
    assert.deepEqual(slow, [50, 25, 12, 6, 3, 1]);
    const before = fixture.reads.length;
    await fixture.take(1_000);
    assert.ok(fixture.reads.length - before < 1_300, String(fixture.reads.length - before));
  });

  it('reads an alert again that could not be read ahead', async () => {
    const fixture = new ReadAheadFixture(3);
    fixture.failure = new SekoiaError('SEKOIA_NOT_FOUND', 'not yet');
    const [first = '', second = ''] = fixture.waiting.splice(0, 2);
    await assert.rejects(fixture.readAhead.read(first), fixture.failure);
    fixture.failure = undefined;
    assert.equal((await fixture.readAhead.read(second)).uuid, second);
  });

  it('reports a failure only for the requested alerts', async () => {
    const fixture = new ReadAheadFixture(100);
    fixture.failure = new SekoiaError('SEKOIA_UNAVAILABLE', '503');
    const [first = ''] = fixture.waiting.splice(0, 1);
    await assert.rejects(fixture.readAhead.read(first), fixture.failure);
    await turns();
  });
});
