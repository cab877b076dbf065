import assert from 'node:assert/strict';

import { DispatcherFixture } from './support/dispatcher-fixture';
import { FAILED, SUCCEEDED } from './support/test-flow';
import { ManualTimers } from '../support/manual-timers';
import { Deferred, turns } from '../support/turns';

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
    assert.equal(fixture.flow.mostRunning, 2);
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
      fixture.flow.sent.map(({ attempt, source }) => [attempt, source]),
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
    assert.deepEqual(fixture.reader.reads, []);
    fixture.dispatcher.pause(false);
    await turns();
    assert.deepEqual(fixture.sentUuids, ['a']);
  });

  it('records what does not pass the filters, and continues', async () => {
    fixture = await DispatcherFixture.create({ maxInFlight: 1 });
    fixture.reader.answer = (uuid) => (uuid === 'a' ? 'filtered' : Promise.resolve());
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
      assert.deepEqual(fixture.reports.dead, []);
      await fixture.end('a', FAILED);
      assert.deepEqual(
        fixture.flow.sent.map(({ attempt }) => attempt),
        [1, 2, 3, 4],
      );
      assert.deepEqual(fixture.reports.dead, [['a', 'the other tool is down']]);
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
      assert.equal(fixture.reports.dead.length, 1);
    });

    it('sends a dead letter again on request, with all its retries', async () => {
      fixture = await DispatcherFixture.create({ retries: 1 });
      await fixture.take('a');
      await fixture.end('a', FAILED);
      timers.fireNext();
      await turns();
      await fixture.end('a', FAILED);
      assert.equal(fixture.reports.dead.length, 1);
      fixture.ledger.rerun('a', 0);
      fixture.dispatcher.dispatch();
      await turns();
      await fixture.end('a', FAILED);
      assert.equal(fixture.state('a'), 'waiting');
    });

    it('counts what a flow throws as a failed run, not as a platform problem', async () => {
      fixture = await DispatcherFixture.create({ retries: 0 });
      fixture.flow.emit = () => {
        throw new Error('a fault of the flow');
      };
      await fixture.take('a');
      assert.deepEqual(fixture.reports.dead, [['a', 'a fault of the flow']]);
      assert.deepEqual(fixture.reports.troubles, []);
    });
  });
});
