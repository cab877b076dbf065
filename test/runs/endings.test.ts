import assert from 'node:assert/strict';

import type { RunHandle, RunOutcome } from '../../lib/runs';
import { hooks, useRunsFixture } from './support/runs-fixture';
import { delay, func, httpRequest, node, rateLimit, sink, trigger } from './support/nodes';
import { startServer } from './support/server';

const SUCCEEDED = { status: 'succeeded' };
const NOTHING = { runs: 0, ended: 0, messageIds: 0 };

describe('a run whose nodes do not end', () => {
  const fixture = useRunsFixture();

  it('times out and names the node that is not done', async () => {
    await fixture.load([trigger('held'), node('held', 'held', { name: 'Held' }, 'sink'), sink()]);
    const run = fixture.start();
    await fixture.taken('held');
    fixture.passTimeout();
    const waitingFor = [{ nodeId: 'held', nodeType: 'held', nodeName: 'Held' }];
    assert.deepEqual(await run.outcome, { status: 'timed-out', waitingFor });
    assert.deepEqual(fixture.tracker.size, { runs: 0, ended: 1, messageIds: 1 });
  });

  it('may succeed late', async () => {
    await fixture.load([
      trigger('held'),
      node('held', 'held', {}, 'slow'),
      delay('slow', 30, 'sink'),
      sink(),
    ]);
    let run!: RunHandle;
    const revised = new Promise<RunOutcome>((onRevised) => {
      run = fixture.start({ payload: 1 }, { onRevised });
    });
    await fixture.taken('held');
    fixture.passTimeout();
    assert.equal((await run.outcome).status, 'timed-out');
    fixture.sendHeld('held');
    assert.deepEqual(await revised, SUCCEEDED);
    assert.deepEqual(fixture.arrived, [1]);
    fixture.release();
    assert.deepEqual(fixture.tracker.size, NOTHING);
  });

  it('stays timed out if it fails late', async () => {
    await fixture.load([
      trigger('held'),
      node('held', 'held', {}, 'bad'),
      func('bad', 'throw new Error("boom");', ''),
    ]);
    const revisions: RunOutcome[] = [];
    const run = fixture.start({}, { onRevised: (outcome) => void revisions.push(outcome) });
    await fixture.taken('held');
    fixture.passTimeout();
    assert.equal((await run.outcome).status, 'timed-out');
    fixture.sendHeld('held');
    await fixture.taken('bad');
    fixture.tooLate();
    await run.over;
    assert.deepEqual(revisions, []);
  });

  it('is no longer followed in the end', async () => {
    await fixture.load([trigger('held'), node('held', 'held', {}, '')]);
    const run = fixture.start();
    await fixture.taken('held');
    fixture.passTimeout();
    fixture.tooLate();
    await run.over;
    assert.deepEqual(fixture.tracker.size, NOTHING);
  });

  it('times out on a join that waits for a part that never comes', async () => {
    const join = node('join', 'join', { mode: 'custom', count: '2', build: 'array' }, 'sink');
    await fixture.load([trigger('join'), join, sink()]);
    const run = fixture.start({ payload: 1 });
    await fixture.taken('join');
    fixture.passTimeout();
    assert.deepEqual(await run.outcome, {
      status: 'timed-out',
      waitingFor: [{ nodeId: 'join', nodeType: 'join' }],
    });
  });

  it('can be abandoned', async () => {
    await fixture.load([trigger('held'), node('held', 'held', {}, 'sink'), sink()]);
    const run = fixture.start({ payload: 1 });
    await fixture.taken('held');
    run.abandon();
    assert.deepEqual(await run.outcome, { status: 'abandoned' });
    assert.deepEqual(fixture.tracker.size, NOTHING);
    fixture.sendHeld('held');
    await fixture.arrivals(1);
  });
});

describe('a deploy in the middle of a run', () => {
  const fixture = useRunsFixture();

  for (const type of ['full', 'nodes'] as const) {
    it(`fails what a stopped delay node drops (${type})`, async () => {
      const flow = (ms: number) => [trigger('slow'), delay('slow', ms, 'sink'), sink()];
      await fixture.load(flow(60_000));
      const run = fixture.start({ payload: 1 });
      await fixture.taken('slow');
      await fixture.deploy(flow(59_000), type);
      const outcome = await run.outcome;
      assert.ok(outcome.status === 'failed');
      assert.equal(outcome.error.nodeId, 'slow');
      assert.equal(outcome.error.code, 'NODE_STOPPED');
      assert.deepEqual(fixture.arrived, []);
    });

    it(`fails what a stopped queue drops (${type})`, async () => {
      const flow = (ms: number) => [trigger('queue'), rateLimit('queue', ms, 'sink'), sink()];
      await fixture.load(flow(60_000));
      assert.deepEqual(await fixture.outcome({ payload: 1 }), SUCCEEDED);
      const run = fixture.start({ payload: 2 });
      await fixture.taken('queue');
      await fixture.deploy(flow(59_000), type);
      assert.equal((await run.outcome).status, 'failed');
      assert.deepEqual(fixture.arrived, [1]);
    });

    it(`fails, at the time-out, what a stopped function never finishes (${type})`, async () => {
      const flow = (ms: number) => [
        trigger('later'),
        func('later', `setTimeout(() => node.done(), ${ms});`, ''),
      ];
      await fixture.load(flow(60_000));
      const run = fixture.start();
      await fixture.taken('later');
      await fixture.deploy(flow(59_000), type);
      fixture.passTimeout();
      const outcome = await run.outcome;
      assert.ok(outcome.status === 'failed');
      assert.equal(outcome.error.code, 'NODE_STOPPED');
    });

    it(`succeeds with a request that gets its answer all the same (${type})`, async () => {
      const server = await startServer();
      try {
        const flow = (ret: string) => [trigger('http'), { ...httpRequest('http', true), ret }];
        await fixture.load(flow('txt'));
        const run = fixture.start({ url: `${server.url}/slow` });
        await fixture.taken('http');
        await fixture.deploy(flow('obj'), type);
        server.answer();
        assert.deepEqual(await run.outcome, SUCCEEDED);
      } finally {
        await server.stop();
      }
    });

    it(`fails with a request whose answer has nowhere to go any more (${type})`, async () => {
      const server = await startServer();
      try {
        await fixture.load([trigger('http'), httpRequest('http', true, 'sink'), sink()]);
        const run = fixture.start({ url: `${server.url}/slow` });
        await fixture.taken('http');
        await fixture.deploy([trigger('http'), httpRequest('http', true)], type);
        server.answer();
        // A full deploy stops the http request node, which then sends to a node that is gone. Otherwise it is
        // rewired: nothing is behind it any more, so that nothing is missing.
        assert.equal((await run.outcome).status, type === 'full' ? 'failed' : 'succeeded');
      } finally {
        await server.stop();
      }
    });
  }
});

describe('ended runs', () => {
  const fixture = useRunsFixture();

  it('leave no hook once nobody needs one', async () => {
    await fixture.load([trigger('slow'), delay('slow', 50, '')]);
    assert.equal(hooks.has('onReceive.sekoia-runs'), true);
    const run = fixture.start();
    fixture.release();
    assert.equal(hooks.has('onReceive.sekoia-runs'), true);
    await run.outcome;
    for (const hook of ['preDeliver', 'onReceive', 'postReceive', 'onComplete'])
      assert.equal(hooks.has(`${hook}.sekoia-runs`), false, hook);
  });

  it('leave nothing behind, also when there were 2,000', async () => {
    await fixture.load([
      trigger('split'),
      node(
        'split',
        'split',
        { splt: '\\n', spltType: 'str', arraySplt: 1, arraySpltType: 'len', stream: false },
        'part',
      ),
      func(
        'part',
        'if (msg.payload === 2 && msg.n % 10 === 0) throw new Error("every tenth"); return msg;',
        '',
      ),
    ]);
    let failed = 0;
    for (let n = 0; n < 2_000; n += 500) {
      const runs = Array.from({ length: 500 }, (_, k) => fixture.outcome({ n: n + k, payload: [1, 2] }));
      failed += (await Promise.all(runs)).filter(({ status }) => status === 'failed').length;
    }
    assert.equal(failed, 200);
    fixture.release();
    assert.deepEqual(fixture.tracker.size, NOTHING);
  });
});
