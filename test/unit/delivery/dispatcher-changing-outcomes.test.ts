import assert from 'node:assert/strict';

import { DispatcherFixture } from './support/dispatcher-fixture';
import { FAILED, SUCCEEDED, TIMED_OUT } from './support/test-flow';
import { reopened } from './support/ledger';
import { ManualTimers } from '../support/manual-timers';
import { turns } from '../support/turns';

const NOTHING = { queued: 0, running: 0, waiting: 0, delivered: 0, filtered: 0, dead: 0 };

describe('the dispatcher', () => {
  const timers = new ManualTimers();
  let fixture: DispatcherFixture;

  beforeEach(() => timers.install());
  afterEach(() => timers.restore());

  describe('when a run times out', () => {
    it('retries it as after any other failure', async () => {
      fixture = await DispatcherFixture.create({ retries: 1 });
      await fixture.take('a');
      await fixture.end('a', TIMED_OUT);
      assert.equal(fixture.state('a'), 'waiting');
      timers.fireNext();
      await turns();
      await fixture.end('a', TIMED_OUT);
      assert.deepEqual(fixture.reports.dead, [['a', 'no answer in time']]);
      assert.equal(fixture.flow.sent.length, 2);
    });

    it('cancels the retry when the run succeeds late', async () => {
      fixture = await DispatcherFixture.create();
      await fixture.take('a');
      await fixture.end('a', TIMED_OUT);
      await fixture.flow.sent[0]!.revise({ status: 'succeeded' });
      assert.equal(fixture.state('a'), 'delivered');
      assert.equal(fixture.dispatcher.delivered, 1);
      timers.fireAll();
      await turns();
      assert.equal(fixture.flow.sent.length, 1);
    });

    it('cancels a queued retry', async () => {
      fixture = await DispatcherFixture.create({ maxInFlight: 1 });
      await fixture.take('a');
      await fixture.end('a', TIMED_OUT);
      await fixture.take('b');
      timers.fireNext();
      await turns();
      assert.equal(fixture.state('a'), 'queued');
      await fixture.flow.sent[0]!.revise({ status: 'succeeded' });
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
      await fixture.flow.sent[0]!.revise({ status: 'succeeded' });
      await fixture.end('a', FAILED);
      assert.equal(fixture.state('a'), 'delivered');
      assert.deepEqual(fixture.reports.dead, []);
      assert.deepEqual(fixture.reports.failed, [
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
      await fixture.flow.sent[0]!.revise({ status: 'succeeded' });
      assert.equal(fixture.dispatcher.delivered, 1);
      assert.equal(fixture.ledger.counts.delivered, 1);
    });

    it('sets the alert aside if the user prefers that', async () => {
      fixture = await DispatcherFixture.create({ afterTimeout: 'set-aside' });
      await fixture.take('a');
      await fixture.end('a', TIMED_OUT);
      assert.equal(fixture.state('a'), 'dead');
      assert.deepEqual(fixture.reports.dead, [['a', 'no answer in time']]);
      assert.deepEqual(timers.waits, []);
      await fixture.flow.sent[0]!.revise({ status: 'succeeded' });
      assert.equal(fixture.state('a'), 'delivered');
      assert.equal(fixture.reports.dead.length, 1, 'it was reported, once');
    });
  });

  describe('when a run fails late', () => {
    it('retries the alert', async () => {
      fixture = await DispatcherFixture.create();
      await fixture.take('a');
      await fixture.end('a', SUCCEEDED);
      await fixture.flow.sent[0]!.revise({ status: 'failed', error: new Error('the function failed later') });
      assert.equal(fixture.state('a'), 'waiting');
      assert.equal(fixture.dispatcher.delivered, 0);
      timers.fireNext();
      await turns();
      await fixture.end('a', SUCCEEDED);
      assert.deepEqual(
        fixture.flow.sent.map(({ attempt, source }) => [attempt, source]),
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
      await fixture.flow.sent[0]!.revise({ status: 'failed', error: new Error('later') });
      assert.equal(fixture.state('a'), 'waiting');
      const next = await reopened(fixture.ledger, fixture.storage);
      assert.deepEqual([next.next()?.uuid, next.counts.running], ['a', 1]);
    });

    it('reports a dead letter when no retry is left', async () => {
      fixture = await DispatcherFixture.create({ retries: 0 });
      await fixture.take('a');
      await fixture.end('a', SUCCEEDED);
      await fixture.flow.sent[0]!.revise({ status: 'failed', error: new Error('later') });
      assert.equal(fixture.state('a'), 'dead');
      assert.deepEqual(fixture.reports.dead, [['a', 'later']]);
    });

    it('does nothing if the alert was already sent again', async () => {
      fixture = await DispatcherFixture.create();
      await fixture.take('a');
      await fixture.end('a', FAILED);
      timers.fireNext();
      await turns();
      await fixture.end('a', SUCCEEDED);
      await fixture.flow.sent[0]!.revise({ status: 'failed', error: new Error('later') });
      assert.equal(fixture.state('a'), 'delivered');
    });
  });

  describe('when runs only wait for their confirmation', () => {
    it('gives their slot to others', async () => {
      fixture = await DispatcherFixture.create({ maxInFlight: 1 });
      await fixture.take('a', 'b', 'c');
      await fixture.flow.sent[0]!.idle();
      assert.deepEqual(fixture.sentUuids, ['a', 'b']);
      await fixture.flow.sent[1]!.idle();
      assert.deepEqual(fixture.sentUuids, ['a', 'b', 'c']);
      await fixture.endAll(SUCCEEDED);
      assert.equal(fixture.ledger.counts.delivered, 3);
    });

    it('delivers on a confirmation after their time-out', async () => {
      fixture = await DispatcherFixture.create();
      await fixture.take('a');
      await fixture.flow.sent[0]!.idle();
      await fixture.end('a', TIMED_OUT);
      assert.equal(fixture.dispatcher.confirm(fixture.ledger.entry('a')!), true);
      assert.equal(fixture.state('a'), 'delivered');
      assert.equal(fixture.dispatcher.confirm(fixture.ledger.entry('a')!), false);
      timers.fireAll();
      await turns();
      assert.equal(fixture.flow.sent.length, 1);
    });
  });
});
