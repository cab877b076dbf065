import assert from 'node:assert/strict';

import { FakeNode, type FakeRun, FakeRuntime } from './support';

describe('runs that must be confirmed', () => {
  let red: FakeRuntime;
  let a: FakeNode;

  beforeEach(() => {
    red = new FakeRuntime();
    red.tracker.acquire();
    a = new FakeNode('a');
  });

  async function rested(error?: string): Promise<FakeRun> {
    const message = { payload: 1 };
    const run = red.start(message, [a], { deliveredWhen: 'confirmed' });
    run.deliveries[0]!();
    assert.equal(run.isIdle, false);
    red.done(a, message, error);
    await red.clock.turn();
    await red.clock.turn();
    return run;
  }

  it('stay open when nothing is at work', async () => {
    const run = await rested();
    assert.equal(run.status, 'running');
    assert.equal(run.isIdle, true);
    assert.equal(run.isOver, false);
  });

  it('succeed and end when they are confirmed', async () => {
    const run = await rested();
    run.handle.confirm();
    await red.clock.turn();
    assert.deepEqual(run.outcome, { status: 'succeeded' });
    assert.equal(run.isOver, true);
    assert.deepEqual(run.revisions, []);
  });

  it('succeed though another part of them fails or is at work', async () => {
    const message = {};
    const run = red.start(message, [a, a], { deliveredWhen: 'confirmed' });
    run.deliveries[0]!(() => red.done(a, message, 'no'));
    run.deliveries[1]!(() => run.handle.confirm());
    await red.clock.turn();
    assert.deepEqual(run.outcome, { status: 'succeeded' });
  });

  it('fail when nothing is at work after a failure, and may succeed late', async () => {
    const run = await rested('no');
    assert.equal(run.failure, 'a: no');
    run.handle.confirm();
    await red.clock.turn();
    assert.deepEqual(run.revisions, [{ status: 'succeeded' }]);
    assert.equal(run.isOver, true);
  });

  it('time out when nobody confirms them, and may succeed late', async () => {
    const run = await rested();
    await red.clock.advance(60_000);
    assert.deepEqual(run.outcome, { status: 'timed-out', waitingFor: [], unconfirmed: true });
    run.handle.confirm();
    await red.clock.turn();
    assert.deepEqual(run.revisions, [{ status: 'succeeded' }]);
  });

  it('time out as others do while a node is at work', async () => {
    const run = red.start({}, [a], { deliveredWhen: 'confirmed' });
    run.deliveries[0]!();
    await red.clock.advance(60_000);
    assert.deepEqual(run.outcome, {
      status: 'timed-out',
      waitingFor: [{ nodeId: 'a', nodeType: 'function' }],
    });
  });

  it('are no longer reported once they are abandoned', async () => {
    const run = await rested();
    run.handle.abandon();
    run.handle.confirm();
    await red.clock.turn();
    assert.deepEqual(run.outcome, { status: 'abandoned' });
    assert.equal(run.isOver, true);
    assert.deepEqual(run.revisions, []);
  });
});
