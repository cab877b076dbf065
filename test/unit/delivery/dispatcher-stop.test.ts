import assert from 'node:assert/strict';

import { Ledger } from '../../../lib/delivery/ledger';
import { LedgerError } from '../../../lib/storage/ledger-error';
import { DispatcherFixture } from './support/dispatcher-fixture';
import { FAILED, SUCCEEDED, TIMED_OUT } from './support/test-flow';
import { ManualTimers } from '../support/manual-timers';
import { openLedger } from './support/ledger';
import { MemoryStorage } from '../support/memory-storage';
import { Deferred, turns } from '../support/turns';

describe('the dispatcher, at most once,', () => {
  const timers = new ManualTimers();
  let fixture: DispatcherFixture;

  beforeEach(async () => {
    timers.install();
    fixture = await DispatcherFixture.create({ atMostOnce: true, maxInFlight: 2 });
  });
  afterEach(() => timers.restore());

  function nextStart(): Promise<Ledger> {
    return openLedger(new MemoryStorage([...fixture.storage.content]));
  }

  it('sends an alert only after the attempt is committed', async () => {
    const gate = new Deferred();
    fixture.storage.gate = gate.promise;
    await fixture.take('a');
    await turns(20);
    assert.deepEqual(fixture.sentUuids, []);
    gate.resolve();
    await turns();
    assert.deepEqual(fixture.sentUuids, ['a']);
    assert.ok((await nextStart()).entry('a')?.state === 'delivered');
  });

  it('ends a stop that comes as the record becomes durable, and sends nothing after it', async () => {
    for (let turn = 0; turn < 12; turn += 1) {
      const stopping = await DispatcherFixture.create({ atMostOnce: true });
      const gate = new Deferred();
      stopping.storage.gate = gate.promise;
      await stopping.take('a');
      gate.resolve();
      // So many promises are settled in between.
      for (let settled = 0; settled < turn; settled += 1) await Promise.resolve();
      const sentBefore = stopping.flow.sent.length;
      await stopping.stop();
      assert.equal(stopping.flow.sent.length, sentBefore, `stopped after ${turn}`);
      await stopping.ledger.close();
    }
  });

  it('does not retry a failed run, and reports it once', async () => {
    await fixture.take('a');
    await fixture.end('a', FAILED);
    assert.deepEqual(timers.waits, []);
    assert.deepEqual(fixture.reports.dead, [['a', 'the other tool is down']]);
    assert.equal(fixture.state('a'), 'delivered');
  });

  it('does not retry what a flow threw on', async () => {
    fixture.flow.emit = () => {
      throw new Error('a fault of the flow');
    };
    await fixture.take('a');
    assert.deepEqual(fixture.reader.reads, ['a']);
    assert.equal(fixture.reports.dead.length, 1);
    assert.equal((await nextStart()).next(), undefined);
  });

  it('stops though the ledger cannot write, and the next start sends the rest', async () => {
    fixture.storage.refusal = new LedgerError('unavailable', 'the disk is full');
    await fixture.take('a');
    assert.deepEqual(fixture.sentUuids, []);
    await fixture.stop();
    fixture.storage.refusal = undefined;
    await fixture.ledger.close();
    assert.deepEqual(fixture.sentUuids, []);
    assert.equal((await nextStart()).next()?.uuid, 'a');
    assert.deepEqual(timers.waits, []);
  });

  it('stops also when the alert was forgotten by then', async () => {
    const gate = new Deferred();
    fixture.storage.gate = gate.promise;
    await fixture.take('a');
    fixture.ledger.advance(10_000);
    assert.equal(fixture.ledger.entry('a'), undefined);
    const stopped = fixture.stop();
    gate.resolve();
    await stopped;
    await fixture.ledger.close();
    assert.deepEqual(fixture.sentUuids, []);
    assert.equal((await nextStart()).next()?.uuid, 'a');
  });
});

describe('the dispatcher, when it stops,', () => {
  const timers = new ManualTimers();
  let fixture: DispatcherFixture;

  beforeEach(async () => {
    timers.install();
    fixture = await DispatcherFixture.create({ maxInFlight: 5 });
  });
  afterEach(() => timers.restore());

  async function nextStart(): Promise<Ledger> {
    await fixture.ledger.close();
    return openLedger(new MemoryStorage([...fixture.storage.content]));
  }

  it('sends nothing more, and the next start sends abandoned alerts', async () => {
    await fixture.take('a', 'b', 'c', 'd', 'e', 'f');
    await fixture.stop();
    await fixture.take('g');
    assert.equal(fixture.flow.sent.length, 5);
    const ledger = await nextStart();
    assert.equal(ledger.counts.queued, 7);
    assert.deepEqual([ledger.next()?.source, ledger.entry('a')?.attempt], ['retry', 1]);
  });

  it('does not send alerts that are being read', async () => {
    const read = new Deferred();
    fixture.reader.answer = () => read.promise;
    await fixture.take('a');
    const stopped = fixture.stop();
    read.resolve();
    await stopped;
    assert.deepEqual(fixture.flow.sent, []);
    const entry = (await nextStart()).next();
    assert.deepEqual([entry?.uuid, entry?.attempt], ['a', 0]);
  });

  it('does not report an interrupted read', async () => {
    fixture.reader.answer = async () => {
      await turns(1);
      throw new Error('aborted');
    };
    fixture.ledger.take('a', 1, 'live');
    fixture.dispatcher.dispatch();
    await fixture.stop();
    assert.deepEqual(fixture.reports.troubles, []);
    assert.deepEqual(fixture.reports.dead, []);
  });

  it('leaves no timer of retries, probes or reads', async () => {
    await fixture.take('a', 'b', 'c', 'd', 'e', 'f');
    await fixture.endAll(FAILED);
    await fixture.endAll(FAILED);
    assert.ok(timers.waits.length > 0);
    await fixture.stop();
    assert.deepEqual(timers.waits, []);
  });

  for (const [what, outcome] of [
    ['fails', FAILED],
    ['times out', TIMED_OUT],
  ] as const)
    it(`does not count a run that ${what}, and the next start sends it again`, async () => {
      const last = await DispatcherFixture.create({ retries: 0 });
      await last.take('a');
      const stopped = last.dispatcher.stop(60_000);
      await last.end('a', outcome);
      await stopped;
      assert.deepEqual(last.reports.dead, []);
      assert.deepEqual(last.reports.failed, [['a', true]]);
      assert.deepEqual(timers.waits, []);
      await last.ledger.close();
      const next = await Ledger.open({ storage: last.storage, onTrouble: () => undefined });
      const entry = next.entry('a');
      assert.deepEqual([entry?.state, entry?.source, entry?.failures], ['queued', 'retry', 0]);
    });

  it('commits a late success', async () => {
    await fixture.take('a');
    await fixture.end('a', TIMED_OUT);
    await fixture.take('b');
    const stopped = fixture.stop();
    await fixture.flow.sent[0]!.revise({ status: 'succeeded' });
    await stopped;
    assert.equal((await nextStart()).entry('a')?.state, 'delivered');
  });

  it('commits a late failure', async () => {
    await fixture.take('a');
    await fixture.end('a', SUCCEEDED);
    const stopped = fixture.stop();
    await fixture.flow.sent[0]!.revise({ status: 'failed', error: new Error('later') });
    await stopped;
    const entry = (await nextStart()).entry('a');
    assert.deepEqual([entry?.state, entry?.failures], ['queued', 0]);
  });

  it('commits a success', async () => {
    await fixture.take('a');
    const run = [...fixture.flow.running][0]!;
    void run.end(SUCCEEDED);
    await fixture.stop();
    assert.equal((await nextStart()).entry('a')?.state, 'delivered');
  });
});
