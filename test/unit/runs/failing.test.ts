import assert from 'node:assert/strict';

import { FakeNode, type FakeRun, FakeRuntime } from './support';

describe('a run', () => {
  let red: FakeRuntime;
  let a: FakeNode;
  let http: FakeNode;

  beforeEach(() => {
    red = new FakeRuntime();
    a = new FakeNode('a');
    http = new FakeNode('http', { type: 'http request', name: 'Create case' });
  });

  /** Two turns and the time that a node has to call done after an error. */
  async function rest(run: FakeRun): Promise<FakeRun> {
    await red.clock.turn();
    await red.clock.turn();
    return run;
  }

  it('fails on done(error)', async () => {
    const message = {};
    const run = red.start(message, [http]);
    run.deliveries[0]!();
    red.done(http, message, Object.assign(new Error('refused'), { code: 'SEKOIA_AUTH' }));
    await rest(run);
    const error = {
      nodeId: 'http',
      nodeType: 'http request',
      nodeName: 'Create case',
      message: 'refused',
      code: 'SEKOIA_AUTH',
    };
    assert.deepEqual(run.outcome, { status: 'failed', error });
  });

  for (const nothing of [null, '', 0, undefined])
    it(`does not fail on done(${String(nothing)})`, async () => {
      const message = {};
      const run = red.start(message, [a]);
      run.deliveries[0]!();
      red.done(a, message, nothing);
      assert.equal((await rest(run)).status, 'succeeded');
    });

  it('fails on an ERROR entry and done() in the same turn, from outside the context', async () => {
    const message = {};
    const run = red.start(message, [http]);
    run.deliveries[0]!();
    red.error(http, new Error('no answer'));
    red.done(http, message);
    assert.equal((await rest(run)).failure, 'http: no answer');
  });

  it('does not fail on an ERROR entry of another node, of another turn or at another level', async () => {
    const message = {};
    const run = red.start(message, [http]);
    run.deliveries[0]!();
    red.error(a, 'other node');
    red.logs({ level: 30, id: 'http', msg: 'a warning' });
    red.logs({ level: 99, event: 'node.http request.done', nodeid: 'http' });
    red.done(http, message);
    assert.equal((await rest(run)).status, 'succeeded');

    const next = red.start(message, [http]);
    next.deliveries[0]!();
    red.error(http, 'another turn');
    await Promise.resolve();
    red.done(http, message);
    assert.equal((await rest(next)).status, 'succeeded');
  });

  it('fails for the one of two messages at a node whose done() follows', async () => {
    const [one, two] = [{}, {}];
    const [first, second] = [red.start(one, [http]), red.start(two, [http])];
    first.deliveries[0]!();
    second.deliveries[0]!();
    red.error(http, 'no answer');
    red.done(http, two);
    red.done(http, one);
    await rest(first);
    assert.deepEqual([first.status, second.status], ['succeeded', 'failed']);
  });

  it('fails for the one of two messages that ends with done(error) in the same turn', async () => {
    const [one, two] = [{}, {}];
    const [first, second] = [red.start(one, [a]), red.start(two, [a])];
    first.deliveries[0]!();
    second.deliveries[0]!();
    red.done(a, two, 'group failed');
    red.done(a, one);
    await rest(first);
    assert.deepEqual([first.status, second.status], ['succeeded', 'failed']);
  });

  it('fails on an ERROR entry in the context of the node, though done() comes later', async () => {
    const message = {};
    const run = red.start(message, [a]);
    run.deliveries[0]!(() => red.error(a, 'soon'));
    await red.clock.turn();
    red.done(a, message);
    assert.equal((await rest(run)).failure, 'a: soon');
  });

  it('fails on an error that a handler throws, though done() never comes', async () => {
    for (const catchNode of [undefined, new FakeNode('catch', { type: 'catch' })]) {
      red.catchNode = catchNode;
      const run = red.start({}, [a]);
      run.deliveries[0]!(() => {
        throw new Error('thrown');
      });
      await red.clock.turn();
      await red.clock.advance(999);
      assert.equal(run.status, 'running', 'it may still be at work');
      await red.clock.advance(1);
      assert.equal(run.failure, 'a: thrown');
    }
  });

  it('does not wait for done() once it has failed', async () => {
    const message = {};
    const run = red.start(message, [a]);
    run.deliveries[0]!(() => red.error(a, 'soon'));
    await red.clock.advance(10);
    assert.equal(run.status, 'running');
    red.done(a, message);
    assert.equal((await rest(run)).failure, 'a: soon');
    assert.equal(red.clock.timers, 0);
  });

  it('does not fail on what was made good before the node was done', async () => {
    const message = { payload: 1 };
    const run = red.start(message, [a]);
    run.deliveries[0]!(() => red.error(a, 'soon'));
    await red.clock.turn();
    const again = { ...message, error: { message: 'soon', source: { id: 'a', type: 'function' } } };
    red.pass(red.send(a, again, a), a, again);
    red.done(a, message);
    assert.equal((await rest(run)).status, 'succeeded');
  });

  it('fails once, with the last error', async () => {
    const message = {};
    const run = red.start(message, [a]);
    run.deliveries[0]!(() => red.error(a, 'soon'));
    await red.clock.turn();
    red.done(a, message, 'in the end');
    assert.equal((await rest(run)).failure, 'a: in the end');
  });

  it('fails on what the core Debug node makes of an error in the log', async () => {
    const data = {
      name: 'RequestError',
      message: 'connect "x"\nECONNREFUSED',
      code: 'ECONNREFUSED',
      stack: 'x'.repeat(2_000),
    };
    const encoded = `${JSON.stringify({ __enc__: true, type: 'error', data }).slice(0, 1_000)}...`;
    const message = {};
    const run = red.start(message, [http]);
    run.deliveries[0]!();
    red.logs({ level: 20, id: 'http', msg: encoded });
    red.done(http, message);
    await rest(run);
    assert.ok(run.outcome?.status === 'failed');
    assert.equal(run.outcome.error.message, data.message);
    assert.equal(run.outcome.error.code, 'ECONNREFUSED');
  });

  it('fails on an ERROR entry with the id of a subflow instance of a module', async () => {
    const inner = new FakeNode('instance-inner', { z: 'instance', _alias: 'inner' });
    const message = {};
    const run = red.start(message, [inner]);
    run.deliveries[0]!();
    red.logs({ level: 20, id: 'instance', z: 'instance', _alias: 'inner', msg: 'inside' });
    red.done(inner, message);
    assert.equal((await rest(run)).failure, 'instance-inner: inside');
  });

  describe('with an http request', () => {
    for (const { statusCode, fails } of [
      { statusCode: 200, fails: undefined },
      { statusCode: 304, fails: undefined },
      { statusCode: 400, fails: 'The answer was HTTP 400 (Bad Request)' },
      { statusCode: 599, fails: 'The answer was HTTP 599' },
      { statusCode: 'ECONNRESET', fails: 'The request failed: ECONNRESET' },
      { statusCode: undefined, fails: undefined },
    ])
      it(`that answers ${String(statusCode)} ${fails === undefined ? 'does not fail' : 'fails if that counts'}`, async () => {
        for (const failOnHttpError of [true, false]) {
          const message = { statusCode };
          const run = red.start(message, [http], { failOnHttpError });
          red.pass(run.deliveries[0]!, http, message);
          await rest(run);
          const expected = failOnHttpError && fails !== undefined ? `http: ${fails}` : undefined;
          assert.equal(run.failure, expected);
        }
      });

    it('ignores nodes that are not the core node', async () => {
      const message = { statusCode: 500 };
      const run = red.start(message, [a]);
      red.pass(run.deliveries[0]!, a, message);
      assert.equal((await rest(run)).status, 'succeeded');
    });

    it('does not fail when the message comes back and gets through', async () => {
      const message = { payload: 1, statusCode: 500 };
      const run = red.start(message, [http]);
      red.pass(run.deliveries[0]!, http, message);
      const again = red.send(http, message, http);
      again(() => {
        message.statusCode = 200;
        red.done(http, message);
      });
      assert.equal((await rest(run)).status, 'succeeded');
    });
  });

  describe('with a stopped node', () => {
    it('fails while a message is on its way to it', async () => {
      const run = red.start({}, [a]);
      a.close();
      run.deliveries[0]!();
      await rest(run);
      assert.ok(run.outcome?.status === 'failed');
      assert.equal(run.outcome.error.code, 'NODE_STOPPED');
    });

    it('fails when it calls done without sending on what it had', async () => {
      const queue = new FakeNode('queue', { wired: true });
      const message = {};
      const run = red.start(message, [queue]);
      run.deliveries[0]!();
      red.done(queue, message);
      queue.close();
      await rest(run);
      assert.ok(run.outcome?.status === 'failed');
      assert.equal(run.outcome.error.code, 'NODE_STOPPED');
    });

    it('does not fail when nothing is behind it', async () => {
      const message = {};
      const run = red.start(message, [http]);
      run.deliveries[0]!();
      http.close();
      red.done(http, message);
      assert.equal((await rest(run)).status, 'succeeded');
    });

    it('fails when it is not done by the time-out', async () => {
      const run = red.start({}, [a]);
      run.deliveries[0]!();
      a.close();
      await red.clock.advance(60_000);
      assert.ok(run.outcome?.status === 'failed');
      assert.equal(run.outcome.error.code, 'NODE_STOPPED');
    });
  });
});
