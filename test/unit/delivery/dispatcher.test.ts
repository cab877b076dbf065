import assert from 'node:assert/strict';

import { DispatcherRig, FAILED, SUCCEEDED, timedOut } from './support/dispatcher-rig';
import { ManualTimers } from './support/manual-timers';
import { Deferred, turns } from './support/turns';

describe('dispatcher: at least once', () => {
  const timers = new ManualTimers();
  let rig: DispatcherRig;

  beforeEach(() => timers.install());
  afterEach(() => timers.restore());

  it('sends the oldest first, and never more than maxInFlight at a time', async () => {
    rig = await DispatcherRig.create({ maxInFlight: 2 });
    for (const [uuid, createdAt] of [
      ['c', 3],
      ['a', 1],
      ['d', 4],
      ['b', 2],
    ] as const)
      rig.ledger.take(uuid, createdAt, 'live');
    rig.dispatcher.fill();
    await turns();
    assert.deepEqual(rig.sentUuids, ['a', 'b']);
    await rig.end('b', SUCCEEDED);
    assert.deepEqual(rig.sentUuids, ['a', 'b', 'c']);
    await rig.endAll(SUCCEEDED);
    await rig.endAll(SUCCEEDED);
    assert.deepEqual(rig.sentUuids, ['a', 'b', 'c', 'd']);
    assert.equal(rig.mostRunning, 2);
    assert.equal(rig.ledger.counts.delivered, 4);
  });

  it('says which time it is and how the alert came', async () => {
    rig = await DispatcherRig.create();
    await rig.take('a');
    await rig.end('a', FAILED);
    timers.fireNext();
    await turns();
    await rig.end('a', SUCCEEDED);
    rig.ledger.rerun('a', 0);
    rig.dispatcher.fill();
    await turns();
    assert.deepEqual(
      rig.sent.map(({ attempt, source }) => [attempt, source]),
      [
        [1, 'live'],
        [2, 'retry'],
        [3, 'rerun'],
      ],
    );
  });

  it('frees a place only when it is written down that the alert was delivered', async () => {
    rig = await DispatcherRig.create({ maxInFlight: 1 });
    await rig.take('a', 'b');
    const gate = new Deferred();
    rig.storage.gate = gate.promise;
    await rig.end('a', SUCCEEDED);
    await turns(20);
    assert.deepEqual(rig.sentUuids, ['a']);
    gate.resolve();
    await turns();
    assert.deepEqual(rig.sentUuids, ['a', 'b']);
    assert.ok(rig.storage.content.some(([kind, uuid]) => kind === 'delivered' && uuid === 'a'));
  });

  it('sends nothing while the ledger cannot write', async () => {
    rig = await DispatcherRig.create();
    rig.dispatcher.hold(true);
    await rig.take('a');
    assert.deepEqual(rig.reads, []);
    rig.dispatcher.hold(false);
    await turns();
    assert.deepEqual(rig.sentUuids, ['a']);
  });

  it('remembers what does not pass the filters, and goes on', async () => {
    rig = await DispatcherRig.create({ maxInFlight: 1 });
    rig.read = (uuid) => (uuid === 'a' ? 'filtered' : Promise.resolve());
    await rig.take('a', 'b');
    assert.deepEqual(rig.sentUuids, ['b']);
    assert.equal(rig.state('a'), 'filtered');
  });

  describe('when runs fail', () => {
    it('sends again after growing waits, and gives up after all retries', async () => {
      rig = await DispatcherRig.create({ timing: { firstRetryMs: 100, maxRetryMs: 300 }, retries: 3 });
      await rig.take('a');
      for (const [least, most] of [
        [50, 100],
        [100, 200],
        [150, 300],
      ] as const) {
        await rig.end('a', FAILED);
        // Successes in between, so that this is not taken for an outage.
        assert.equal(rig.state('a'), 'waiting');
        assert.equal(timers.waits.length, 1);
        assert.ok(timers.waits[0]! >= least && timers.waits[0]! <= most, String(timers.waits[0]));
        timers.fireNext();
        await turns();
      }
      assert.deepEqual(rig.dead, []);
      await rig.end('a', FAILED);
      assert.deepEqual(
        rig.sent.map(({ attempt }) => attempt),
        [1, 2, 3, 4],
      );
      assert.deepEqual(rig.dead, [['a', 'the other tool is down']]);
      assert.deepEqual(rig.ledger.entry('a')?.died, { at: 1_000, reason: 'the other tool is down' });
      assert.deepEqual(timers.waits, []);
    });

    it('does not make others wait meanwhile', async () => {
      rig = await DispatcherRig.create({ maxInFlight: 1 });
      await rig.take('a', 'b');
      await rig.end('a', FAILED);
      assert.deepEqual(rig.sentUuids, ['a', 'b']);
    });

    it('gives up at once without retries', async () => {
      rig = await DispatcherRig.create({ retries: 0 });
      await rig.take('a');
      await rig.end('a', FAILED);
      assert.equal(rig.state('a'), 'dead');
      assert.equal(rig.dead.length, 1);
    });

    it('sends what was given up again when somebody asks for it, with all its retries', async () => {
      rig = await DispatcherRig.create({ retries: 1 });
      await rig.take('a');
      await rig.end('a', FAILED);
      timers.fireNext();
      await turns();
      await rig.end('a', FAILED);
      assert.equal(rig.dead.length, 1);
      rig.ledger.rerun('a', 0);
      rig.dispatcher.fill();
      await turns();
      await rig.end('a', FAILED);
      assert.equal(rig.state('a'), 'waiting');
    });

    it('counts what a flow throws when it is sent as a failure, not as trouble with the platform', async () => {
      rig = await DispatcherRig.create({ retries: 0 });
      rig.emit = () => {
        throw new Error('a fault of the flow');
      };
      await rig.take('a');
      assert.deepEqual(rig.dead, [['a', 'a fault of the flow']]);
      assert.deepEqual(rig.troubles, []);
    });
  });

  describe('when a run times out', () => {
    it('does not send again by itself: it may still be at work', async () => {
      rig = await DispatcherRig.create();
      await rig.take('a');
      await rig.end('a', timedOut());
      assert.equal(rig.state('a'), 'dead');
      assert.deepEqual(rig.dead, [['a', 'no answer in time']]);
      assert.deepEqual(timers.waits, []);
    });

    it('counts a late success as a delivery', async () => {
      rig = await DispatcherRig.create();
      const late = new Deferred();
      await rig.take('a');
      await rig.end('a', timedOut(late.promise));
      const { changes } = rig;
      late.resolve();
      await turns();
      assert.equal(rig.state('a'), 'delivered');
      assert.equal(rig.changes, changes + 1);
      assert.equal(rig.dead.length, 1, 'it was reported, once');
    });

    it('leaves an alert alone that was sent again meanwhile', async () => {
      rig = await DispatcherRig.create();
      const late = new Deferred();
      await rig.take('a');
      await rig.end('a', timedOut(late.promise));
      rig.ledger.rerun('a', 0);
      rig.dispatcher.fill();
      await turns();
      late.resolve();
      await turns();
      assert.equal(rig.state('a'), 'running');
      await rig.end('a', SUCCEEDED);
      assert.equal(rig.state('a'), 'delivered');
    });
  });
});
