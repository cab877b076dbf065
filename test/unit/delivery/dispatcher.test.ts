import assert from 'node:assert/strict';

import { DispatcherFixture, FAILED, SUCCEEDED, TIMED_OUT } from './support/dispatcher-fixture';
import { ManualTimers } from '../support/manual-timers';
import { reopened } from './support/ledger';
import { Deferred, turns } from '../support/turns';

const NOTHING = { queued: 0, running: 0, waiting: 0, delivered: 0, filtered: 0, dead: 0 };

describe('the dispatcher', () => {
  const timers = new ManualTimers();
  let fixture: DispatcherFixture;

  beforeEach(() => timers.install());
  afterEach(() => timers.restore());

  it('sends the oldest first, and never more than maxInFlight at a time', async () => {
    fixture = await DispatcherFixture.create({ maxInFlight: 2 });
    for (const [uuid, createdAt] of [
      ['c', 3],
      ['a', 1],
      ['d', 4],
      ['b', 2],
    ] as const)
      fixture.ledger.take(uuid, createdAt, 'live');
    fixture.dispatcher.dispatch();
    await turns();
    assert.deepEqual(fixture.sentUuids, ['a', 'b']);
    await fixture.end('b', SUCCEEDED);
    assert.deepEqual(fixture.sentUuids, ['a', 'b', 'c']);
    await fixture.endAll(SUCCEEDED);
    await fixture.endAll(SUCCEEDED);
    assert.deepEqual(fixture.sentUuids, ['a', 'b', 'c', 'd']);
    assert.equal(fixture.mostRunning, 2);
    assert.equal(fixture.ledger.counts.delivered, 4);
  });

  it('tells the number of the attempt and how the alert was found', async () => {
    fixture = await DispatcherFixture.create();
    await fixture.take('a');
    await fixture.end('a', FAILED);
    timers.fireNext();
    await turns();
    await fixture.end('a', SUCCEEDED);
    fixture.ledger.rerun('a', 0);
    fixture.dispatcher.dispatch();
    await turns();
    assert.deepEqual(
      fixture.sent.map(({ attempt, source }) => [attempt, source]),
      [
        [1, 'live'],
        [2, 'retry'],
        [3, 'rerun'],
      ],
    );
  });

  it('frees a slot only after the delivery is committed', async () => {
    fixture = await DispatcherFixture.create({ maxInFlight: 1 });
    await fixture.take('a', 'b');
    const gate = new Deferred();
    fixture.storage.gate = gate.promise;
    await fixture.end('a', SUCCEEDED);
    await turns(20);
    assert.deepEqual(fixture.sentUuids, ['a']);
    gate.resolve();
    await turns();
    assert.deepEqual(fixture.sentUuids, ['a', 'b']);
    assert.ok(fixture.storage.content.some(([kind, uuid]) => kind === 'delivered' && uuid === 'a'));
  });

  it('sends nothing while the ledger cannot write', async () => {
    fixture = await DispatcherFixture.create();
    fixture.dispatcher.pause(true);
    await fixture.take('a');
    assert.deepEqual(fixture.reads, []);
    fixture.dispatcher.pause(false);
    await turns();
    assert.deepEqual(fixture.sentUuids, ['a']);
  });

  it('records what does not pass the filters, and continues', async () => {
    fixture = await DispatcherFixture.create({ maxInFlight: 1 });
    fixture.read = (uuid) => (uuid === 'a' ? 'filtered' : Promise.resolve());
    await fixture.take('a', 'b');
    assert.deepEqual(fixture.sentUuids, ['b']);
    assert.equal(fixture.state('a'), 'filtered');
  });

  describe('when runs fail', () => {
    it('retries after growing waits, until the retries are used up', async () => {
      fixture = await DispatcherFixture.create({
        timing: { firstRetryMs: 100, maxRetryMs: 300 },
        retries: 3,
      });
      await fixture.take('a');
      for (const [least, most] of [
        [50, 100],
        [100, 200],
        [150, 300],
      ] as const) {
        await fixture.end('a', FAILED);
        // Successes in between, so that this is not taken for an outage.
        assert.equal(fixture.state('a'), 'waiting');
        assert.equal(timers.waits.length, 1);
        assert.ok(timers.waits[0]! >= least && timers.waits[0]! <= most, String(timers.waits[0]));
        timers.fireNext();
        await turns();
      }
      assert.deepEqual(fixture.dead, []);
      await fixture.end('a', FAILED);
      assert.deepEqual(
        fixture.sent.map(({ attempt }) => attempt),
        [1, 2, 3, 4],
      );
      assert.deepEqual(fixture.dead, [['a', 'the other tool is down']]);
      assert.deepEqual(fixture.ledger.entry('a')?.died, {
        at: 1_000,
        reason: 'the other tool is down',
        code: '',
      });
      assert.deepEqual(timers.waits, []);
    });

    it('sends others meanwhile', async () => {
      fixture = await DispatcherFixture.create({ maxInFlight: 1 });
      await fixture.take('a', 'b');
      await fixture.end('a', FAILED);
      assert.deepEqual(fixture.sentUuids, ['a', 'b']);
    });

    it('makes a dead letter at once without retries', async () => {
      fixture = await DispatcherFixture.create({ retries: 0 });
      await fixture.take('a');
      await fixture.end('a', FAILED);
      assert.equal(fixture.state('a'), 'dead');
      assert.equal(fixture.dead.length, 1);
    });

    it('sends a dead letter again on request, with all its retries', async () => {
      fixture = await DispatcherFixture.create({ retries: 1 });
      await fixture.take('a');
      await fixture.end('a', FAILED);
      timers.fireNext();
      await turns();
      await fixture.end('a', FAILED);
      assert.equal(fixture.dead.length, 1);
      fixture.ledger.rerun('a', 0);
      fixture.dispatcher.dispatch();
      await turns();
      await fixture.end('a', FAILED);
      assert.equal(fixture.state('a'), 'waiting');
    });

    it('counts what a flow throws as a failed run, not as a platform problem', async () => {
      fixture = await DispatcherFixture.create({ retries: 0 });
      fixture.emit = () => {
        throw new Error('a fault of the flow');
      };
      await fixture.take('a');
      assert.deepEqual(fixture.dead, [['a', 'a fault of the flow']]);
      assert.deepEqual(fixture.troubles, []);
    });
  });

  describe('when a run times out', () => {
    it('retries it as after any other failure', async () => {
      fixture = await DispatcherFixture.create({ retries: 1 });
      await fixture.take('a');
      await fixture.end('a', TIMED_OUT);
      assert.equal(fixture.state('a'), 'waiting');
      timers.fireNext();
      await turns();
      await fixture.end('a', TIMED_OUT);
      assert.deepEqual(fixture.dead, [['a', 'no answer in time']]);
      assert.equal(fixture.sent.length, 2);
    });

    it('cancels the retry when the run succeeds late', async () => {
      fixture = await DispatcherFixture.create();
      await fixture.take('a');
      await fixture.end('a', TIMED_OUT);
      await fixture.sent[0]!.revise({ status: 'succeeded' });
      assert.equal(fixture.state('a'), 'delivered');
      assert.equal(fixture.dispatcher.delivered, 1);
      timers.fireAll();
      await turns();
      assert.equal(fixture.sent.length, 1);
    });

    it('cancels a queued retry', async () => {
      fixture = await DispatcherFixture.create({ maxInFlight: 1 });
      await fixture.take('a');
      await fixture.end('a', TIMED_OUT);
      await fixture.take('b');
      timers.fireNext();
      await turns();
      assert.equal(fixture.state('a'), 'queued');
      await fixture.sent[0]!.revise({ status: 'succeeded' });
      await fixture.end('b', SUCCEEDED);
      assert.deepEqual(fixture.sentUuids, ['a', 'b']);
      assert.deepEqual({ ...fixture.ledger.counts, filtered: 0 }, { ...NOTHING, delivered: 2 });
    });

    it('keeps a late success though the second attempt fails after it', async () => {
      fixture = await DispatcherFixture.create({ retries: 1 });
      await fixture.take('a');
      await fixture.end('a', TIMED_OUT);
      timers.fireNext();
      await turns();
      await fixture.sent[0]!.revise({ status: 'succeeded' });
      await fixture.end('a', FAILED);
      assert.equal(fixture.state('a'), 'delivered');
      assert.deepEqual(fixture.dead, []);
      assert.deepEqual(fixture.failed, [
        ['a', true],
        ['a', false],
      ]);
      assert.equal(fixture.dispatcher.delivered, 1);
    });

    it('counts an alert that two attempts deliver once', async () => {
      fixture = await DispatcherFixture.create();
      await fixture.take('a');
      await fixture.end('a', TIMED_OUT);
      timers.fireNext();
      await turns();
      await fixture.end('a', SUCCEEDED);
      await fixture.sent[0]!.revise({ status: 'succeeded' });
      assert.equal(fixture.dispatcher.delivered, 1);
      assert.equal(fixture.ledger.counts.delivered, 1);
    });

    it('sets the alert aside if the user prefers that', async () => {
      fixture = await DispatcherFixture.create({ afterTimeout: 'set-aside' });
      await fixture.take('a');
      await fixture.end('a', TIMED_OUT);
      assert.equal(fixture.state('a'), 'dead');
      assert.deepEqual(fixture.dead, [['a', 'no answer in time']]);
      assert.deepEqual(timers.waits, []);
      await fixture.sent[0]!.revise({ status: 'succeeded' });
      assert.equal(fixture.state('a'), 'delivered');
      assert.equal(fixture.dead.length, 1, 'it was reported, once');
    });
  });

  describe('when a run fails late', () => {
    it('retries the alert', async () => {
      fixture = await DispatcherFixture.create();
      await fixture.take('a');
      await fixture.end('a', SUCCEEDED);
      await fixture.sent[0]!.revise({ status: 'failed', error: new Error('the function failed later') });
      assert.equal(fixture.state('a'), 'waiting');
      assert.equal(fixture.dispatcher.delivered, 0);
      timers.fireNext();
      await turns();
      await fixture.end('a', SUCCEEDED);
      assert.deepEqual(
        fixture.sent.map(({ attempt, source }) => [attempt, source]),
        [
          [1, 'live'],
          [2, 'retry'],
        ],
      );
      assert.equal(fixture.dispatcher.delivered, 1);
    });

    it('retries it though the ledger forgot it meanwhile, also after a restart', async () => {
      fixture = await DispatcherFixture.create();
      await fixture.take('a');
      await fixture.end('a', SUCCEEDED);
      fixture.ledger.advance(100_000);
      assert.equal(fixture.ledger.entry('a'), undefined);
      await fixture.sent[0]!.revise({ status: 'failed', error: new Error('later') });
      assert.equal(fixture.state('a'), 'waiting');
      const next = await reopened(fixture.ledger, fixture.storage);
      assert.deepEqual([next.next()?.uuid, next.counts.running], ['a', 1]);
    });

    it('reports a dead letter when no retry is left', async () => {
      fixture = await DispatcherFixture.create({ retries: 0 });
      await fixture.take('a');
      await fixture.end('a', SUCCEEDED);
      await fixture.sent[0]!.revise({ status: 'failed', error: new Error('later') });
      assert.equal(fixture.state('a'), 'dead');
      assert.deepEqual(fixture.dead, [['a', 'later']]);
    });

    it('does nothing if the alert was already sent again', async () => {
      fixture = await DispatcherFixture.create();
      await fixture.take('a');
      await fixture.end('a', FAILED);
      timers.fireNext();
      await turns();
      await fixture.end('a', SUCCEEDED);
      await fixture.sent[0]!.revise({ status: 'failed', error: new Error('later') });
      assert.equal(fixture.state('a'), 'delivered');
    });
  });

  describe('when runs only wait for their confirmation', () => {
    it('gives their slot to others', async () => {
      fixture = await DispatcherFixture.create({ maxInFlight: 1 });
      await fixture.take('a', 'b', 'c');
      await fixture.sent[0]!.idle();
      assert.deepEqual(fixture.sentUuids, ['a', 'b']);
      await fixture.sent[1]!.idle();
      assert.deepEqual(fixture.sentUuids, ['a', 'b', 'c']);
      await fixture.endAll(SUCCEEDED);
      assert.equal(fixture.ledger.counts.delivered, 3);
    });

    it('delivers on a confirmation after their time-out', async () => {
      fixture = await DispatcherFixture.create();
      await fixture.take('a');
      await fixture.sent[0]!.idle();
      await fixture.end('a', TIMED_OUT);
      assert.equal(fixture.dispatcher.confirm(fixture.ledger.entry('a')!), true);
      assert.equal(fixture.state('a'), 'delivered');
      assert.equal(fixture.dispatcher.confirm(fixture.ledger.entry('a')!), false);
      timers.fireAll();
      await turns();
      assert.equal(fixture.sent.length, 1);
    });
  });
});
