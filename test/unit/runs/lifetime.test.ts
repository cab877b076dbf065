import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import type { RunObserver } from '../../../lib/runs';
import { FakeNode, FakeRuntime } from './support';

const NOTHING = { runs: 0, ended: 0, messageIds: 0 };

describe('a run that times out', () => {
  let red: FakeRuntime;
  const slow = new FakeNode('slow', { type: 'slow type', name: 'Slow' });

  beforeEach(() => (red = new FakeRuntime()));

  it('says what it waits for and is still followed', async () => {
    const release = red.tracker.acquire();
    const message = {};
    const run = red.start(message, [slow]);
    run.deliveries[0]!();
    await red.clock.advance(60_000);
    const waitingFor = [{ nodeId: 'slow', nodeType: 'slow type', nodeName: 'Slow' }];
    assert.deepEqual(run.outcome, { status: 'timed-out', waitingFor });
    red.done(slow, message);
    await red.clock.turn();
    assert.equal(run.status, 'timed-out');
    assert.deepEqual(run.revisions, [{ status: 'succeeded' }]);
    release();
    assert.deepEqual(red.tracker.size, NOTHING);
    assert.equal(red.clock.timers, 0);
  });

  it('is no longer followed in the end', async () => {
    red.tracker.acquire();
    const run = red.start({}, [slow]);
    await red.clock.advance(60_000);
    assert.deepEqual(run.outcome, { status: 'timed-out', waitingFor: [] }, 'in transit');
    await red.clock.advance(3_600_000);
    assert.equal(run.isOver, true);
    assert.deepEqual(red.tracker.size, NOTHING);
  });

  it('is one of at most 1,000 that are still followed', async () => {
    red.tracker.acquire();
    const runs = Array.from({ length: 1_001 }, () => red.start({}, [slow]));
    await red.clock.advance(60_000);
    assert.equal(red.tracker.size.ended, 1_000);
    assert.equal(runs[0]!.isOver, true);
    assert.equal(runs[1]!.isOver, false);
  });

  it('does not wait for done beyond the time-out when an error is known', async () => {
    const run = red.start({}, [slow], { timeoutMs: 500 });
    run.deliveries[0]!(() => red.error(slow, 'early'));
    await red.clock.turn();
    await red.clock.advance(500);
    assert.equal(run.failure, 'slow: early');
  });

  it('is no longer followed once it is abandoned', async () => {
    const message = {};
    const run = red.start(message, [slow]);
    run.deliveries[0]!();
    run.handle.abandon();
    run.handle.abandon();
    await red.clock.turn();
    assert.deepEqual(run.outcome, { status: 'abandoned' });
    assert.equal(run.isOver, true);
    red.done(slow, message);
    assert.deepEqual(red.tracker.size, NOTHING);
    assert.equal(red.clock.timers, 0);
  });

  it('is forgotten when the trigger throws as it sends', () => {
    const emit = (): void => {
      throw new Error('cannot send');
    };
    assert.throws(() => red.start({}, [], { emit }), /cannot send/);
    assert.deepEqual(red.tracker.size, NOTHING);
  });
});

describe('the hooks of runs', () => {
  let red: FakeRuntime;
  const a = new FakeNode('a');

  beforeEach(() => (red = new FakeRuntime()));

  it('are there while a trigger or a run needs them', async () => {
    assert.equal(red.registered.size, 0);
    const [release, releaseOther] = [red.tracker.acquire(), red.tracker.acquire()];
    const labels = ['preDeliver', 'onReceive', 'postReceive', 'onComplete'].map(
      (hook) => `${hook}.sekoia-runs`,
    );
    assert.deepEqual([...red.registered.keys()], labels);
    assert.equal(red.logHandlers.length, 1);
    release();
    release();
    assert.equal(red.registered.size, 4);
    red.start({}, []);
    releaseOther();
    assert.equal(red.registered.size, 4);
    await red.clock.turn();
    assert.equal(red.registered.size, 0);
    assert.equal(red.logHandlers.length, 0);
    red.tracker.acquire();
    assert.equal(red.registered.size, 4);
  });

  it('declare one parameter and return nothing', () => {
    const run = red.start({}, [a]);
    for (const hook of red.registered.values()) {
      assert.equal(hook.length, 1);
      const node = { id: 'a', node: a };
      assert.equal(hook({ msg: {}, source: node, destination: node, node } as never), undefined);
    }
    run.handle.abandon();
  });

  it('never keep a message from its node, whatever fails', async () => {
    const observer: RunObserver = {
      stepBegan: () => {
        throw new Error('observer');
      },
      stepSent: () => undefined,
      stepEnded: () => undefined,
    };
    red = new FakeRuntime({ observer });
    const warned = once(process, 'warning');
    const message = {};
    const run = red.start(message, [a]);
    red.pass(run.deliveries[0]!, a, message);
    await red.clock.turn();
    assert.equal(run.status, 'succeeded');
    assert.match(String((await warned)[0]), /observer/);
  });
});

describe('the observer of a run', () => {
  it('sees each step, what it sends and how it ends', async () => {
    const seen: string[] = [];
    const red = new FakeRuntime({
      observer: {
        stepBegan: (run, { node }) => seen.push(`${run.id} ${node.id} began`),
        stepSent: ({ step, source, port, destination, run }) =>
          seen.push(
            `${run.id} ${step === undefined ? 'trigger' : source.id} sent ${port} to ${destination.id}`,
          ),
        stepEnded: (_run, { node }, message, error) =>
          seen.push(`${node.id} ended ${String(message?.n)} ${error?.message ?? 'well'}`),
      },
    });
    const [a, b] = [new FakeNode('a', { wired: true }), new FakeNode('b')];
    const message: { n?: number } = {};
    const run = red.start(message, [a]);
    let onward!: (handle: () => void) => void;
    run.deliveries[0]!(() => {
      message.n = 1;
      onward = red.send(a, message, b);
      red.done(a, message);
    });
    onward(() => {
      throw new Error('boom');
    });
    await red.clock.turn();
    assert.deepEqual(seen, [
      'run trigger sent 0 to a',
      'run a began',
      'run a sent 0 to b',
      'a ended 1 well',
      'run b began',
      'b ended undefined boom',
    ]);
  });
});

/** Outside of any function, so as to hold on to nothing of a test. */
function nothing(): void {
  // What a node would do from time to time.
}

describe('the memory of runs', () => {
  it('holds no message of an ended run, though a node keeps its context', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const red = new FakeRuntime();
    const a = new FakeNode('a');
    red.tracker.acquire();
    const timers: NodeJS.Timeout[] = [];
    const kept = await (async () => {
      const message = { payload: Buffer.alloc(1_000) };
      const run = red.start(message, [a]);
      run.deliveries[0]!(() => {
        timers.push(setInterval(nothing, 10_000));
        red.done(a, message);
      });
      await red.clock.turn();
      assert.equal(run.status, 'succeeded');
      // They hold the message, and the run holds them as long as it stays known, by the function that adds its revisions.
      run.deliveries.length = 0;
      return new WeakRef(message);
    })();
    for (let n = 0; n < 20 && kept.deref() !== undefined; n += 1) {
      await new Promise(setImmediate);
      collect();
    }
    for (const timer of timers) clearInterval(timer);
    assert.equal(kept.deref(), undefined);
  });

  it('keeps no id of an abandoned run, though another run of the same step goes on', async () => {
    const red = new FakeRuntime();
    const [join, next] = [new FakeNode('join', { wired: true }), new FakeNode('next', { wired: true })];
    const [other, last] = [new FakeNode('other'), new FakeNode('last')];
    const release = red.tracker.acquire();
    const [one, two, joined] = [{}, {}, {}];
    const [abandoned, run] = [red.start(one, [join]), red.start(two, [join])];
    let onward!: (handle: () => void) => void;
    abandoned.deliveries[0]!();
    run.deliveries[0]!(() => {
      onward = red.send(join, joined, next);
      for (const message of [one, two]) red.done(join, message);
    });
    await red.clock.turn();
    onward(() => {
      abandoned.handle.abandon();
      red.send(other, { _msgid: 'new' }, last);
      red.done(next, joined);
    });
    run.handle.abandon();
    release();
    assert.deepEqual(red.tracker.size, NOTHING);
  });
});
