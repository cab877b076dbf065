import assert from 'node:assert/strict';

import type { RunOutcome } from '../../lib/runs';
import { useRunsFixture } from './support/runs-fixture';
import { catchNode, change, delay, func, node, rateLimit, sink, trigger } from './support/nodes';

const SUCCEEDED = { status: 'succeeded' };

/** `node id: message` of a failure, else the status. */
function described(outcome: RunOutcome): string {
  return outcome.status === 'failed' ? `${outcome.error.nodeId}: ${outcome.error.message}` : outcome.status;
}

describe('a run fails', () => {
  const fixture = useRunsFixture();

  it('with the node and the error when a function throws', async () => {
    const code = 'const error = new Error("boom"); error.code = "E_BOOM"; throw error;';
    await fixture.load([trigger('bad'), { ...func('bad', code, 'sink'), name: 'Bad' }, sink()]);
    const error = { nodeId: 'bad', nodeType: 'function', nodeName: 'Bad', message: 'boom', code: 'E_BOOM' };
    assert.deepEqual(await fixture.outcome(), { status: 'failed', error });
  });

  it('at the end of the branch when a Catch node does not recover', async () => {
    await fixture.load([
      trigger('bad'),
      func('bad', 'const error = new Error("boom"); error.code = "E_BOOM"; throw error;', ''),
      catchNode('catch', null, 'slow'),
      delay('slow', 40, 'sink'),
      sink(),
    ]);
    const error = { nodeId: 'bad', nodeType: 'function', message: 'boom', code: 'E_BOOM' };
    assert.deepEqual(await fixture.outcome({ payload: 1 }), { status: 'failed', error });
    assert.deepEqual(fixture.arrived, [1]);
  });

  for (const caught of [false, true]) {
    const withCatch = caught ? [catchNode('catch', null, 'slow'), delay('slow', 30, 'sink')] : [];
    const how = caught ? 'with a Catch node' : 'without a Catch node';

    it(`on node.error(text, msg) in a function, ${how}`, async () => {
      await fixture.load([
        trigger('bad'),
        func('bad', 'node.error("no good", msg); return msg;', ''),
        ...withCatch,
        sink(),
      ]);
      assert.equal(described(await fixture.outcome()), 'bad: no good');
    });

    it(`on node.error(text, msg) in a function that has waited, ${how}`, async () => {
      const code =
        'setTimeout(() => { node.error("no good", msg); setTimeout(() => node.done(), 20); }, 20);';
      await fixture.load([trigger('bad'), func('bad', code, ''), ...withCatch, sink()]);
      assert.equal(described(await fixture.outcome()), 'bad: no good');
    });

    it(`on an error thrown by a handler, ${how}`, async () => {
      await fixture.load([trigger('thrower'), node('thrower', 'thrower', {}, ''), ...withCatch, sink()]);
      assert.equal(described(await fixture.outcome()), 'thrower: thrown');
    });

    it(`on node.error(error, msg) without done, ${how}`, async () => {
      await fixture.load([trigger('error'), node('error-only', 'error', {}, ''), ...withCatch, sink()]);
      assert.equal(described(await fixture.outcome()), 'error: no done');
    });

    it(`on an error of a node without done, ${how}`, async () => {
      await fixture.load([trigger('old'), node('without-done-error', 'old', {}, ''), ...withCatch, sink()]);
      assert.equal(described(await fixture.outcome()), 'old: old style');
    });

    it(`on a link call that is not answered in time, ${how}`, async () => {
      await fixture.load([
        trigger('call'),
        node('link call', 'call', { links: ['in'], linkType: 'static', timeout: '0.05' }, 'sink'),
        node('link in', 'in', { links: [] }, ''),
        ...withCatch,
        sink(),
      ]);
      assert.equal(described(await fixture.outcome()), 'call: timeout');
    });

    it(`on an error in a subflow, ${how}`, async () => {
      await fixture.load([
        { id: 'sub', type: 'subflow', name: 'sub', in: [{ wires: [{ id: 'inner' }] }], out: [] },
        { ...func('inner', 'node.error("inside", msg);', ''), z: 'sub' },
        trigger('instance'),
        node('subflow:sub', 'instance'),
        ...withCatch,
        sink(),
      ]);
      assert.equal(described(await fixture.outcome()), 'instance-inner: inside');
    });
  }

  it('unless a Catch branch retries and succeeds', async () => {
    const code = 'if (!msg.again) throw new Error("once"); return msg;';
    await fixture.load([
      trigger('first'),
      func('first', code, 'sink'),
      catchNode('catch', null, 'again'),
      change('again', 'slow'),
      delay('slow', 30, 'first'),
      sink(),
    ]);
    assert.deepEqual(await fixture.outcome({ payload: 1 }), SUCCEEDED);
    assert.deepEqual(fixture.arrived, [1]);
  });

  it('unless the branch retries with a message of its own through a shared queue', async () => {
    const code = 'if (!msg.again) throw new Error("once"); return msg;';
    await fixture.load([
      trigger('queue'),
      rateLimit('queue', 20, 'first'),
      func('first', code, 'sink'),
      catchNode('catch', null, 'again'),
      func('again', 'return { payload: msg.payload, error: msg.error, again: true };', 'queue'),
      sink(),
    ]);
    const runs = [1, 2, 3, 4].map((payload) => fixture.start({ payload }).outcome);
    assert.deepEqual(await Promise.all(runs), [SUCCEEDED, SUCCEEDED, SUCCEEDED, SUCCEEDED]);
    assert.deepEqual(fixture.arrived, [1, 2, 3, 4]);
  });

  it('with the last error when a retry in the flow fails, too', async () => {
    const code = 'msg.tries = (msg.tries || 0) + 1; if (msg.tries <= 3) node.error("try " + msg.tries, msg);';
    await fixture.load([
      trigger('bad'),
      func('bad', code + ' else throw new Error("last try");', ''),
      catchNode('catch', ['bad'], 'enough'),
      func('enough', 'return msg.tries > 3 ? null : msg;', 'bad'),
    ]);
    assert.equal(described(await fixture.outcome({ payload: 1 })), 'bad: last try');
  });

  it('if one part of a split message fails, though later parts get through the same node', async () => {
    await fixture.load([
      trigger('split'),
      node(
        'split',
        'split',
        { splt: '\\n', spltType: 'str', arraySplt: 1, arraySpltType: 'len', stream: false },
        'part',
      ),
      func('part', 'if (msg.payload === "b") throw new Error("b is bad"); return msg;', 'sink'),
      sink(),
    ]);
    assert.equal(described(await fixture.outcome({ payload: ['a', 'b', 'c'] })), 'part: b is bad');
    assert.deepEqual(fixture.arrived, ['a', 'c']);
  });

  it('unless the message is split again after a part failed, and gets through', async () => {
    await fixture.load([
      trigger('keep'),
      func('keep', 'msg.whole = msg.payload; return msg;', 'split'),
      node(
        'split',
        'split',
        { splt: '\\n', spltType: 'str', arraySplt: 1, arraySpltType: 'len', stream: false },
        'part',
      ),
      func('part', 'if (msg.payload === "b" && !msg.again) throw new Error("b is bad"); return msg;', 'sink'),
      catchNode('catch', null, 'whole'),
      func('whole', 'return { payload: msg.whole, whole: msg.whole, again: true };', 'split'),
      sink(),
    ]);
    assert.deepEqual(await fixture.outcome({ payload: ['a', 'b'] }), SUCCEEDED);
    assert.deepEqual(fixture.arrived.sort(), ['a', 'a', 'b']);
  });

  it('if one of several messages with the same id fails, though later ones get through', async () => {
    await fixture.load([
      trigger('three'),
      func('three', 'return [[1, 2, 3].map((payload) => ({ payload }))];', 'queue'),
      rateLimit('queue', 20, 'one'),
      func('one', 'if (msg.payload === 1) throw new Error("1 is bad"); return msg;', 'sink'),
      sink(),
    ]);
    assert.equal(described(await fixture.outcome()), 'one: 1 is bad');
    assert.deepEqual(fixture.arrived, [2, 3]);
  });

  it('if one branch of two fails', async () => {
    await fixture.load([
      trigger('good,bad'),
      delay('good', 30, 'sink'),
      func('bad', 'throw new Error("boom");', ''),
      sink(),
    ]);
    assert.equal(described(await fixture.outcome({ payload: 1 })), 'bad: boom');
    assert.deepEqual(fixture.arrived, [1]);
  });

  it('once, though two Catch nodes get the error', async () => {
    const flow = [
      trigger('first'),
      func('first', 'if (!msg.again) throw new Error("once"); return msg;', 'sink'),
      catchNode('one', null, 'again'),
      func('again', 'return { payload: msg.payload, again: true };', 'first'),
      sink(),
    ];
    // The test helper loads the type of a Catch node once for each of them that a flow starts with.
    await fixture.load(flow);
    await fixture.deploy([...flow, catchNode('two', null, '')], 'full');
    assert.deepEqual(await fixture.outcome({ payload: 1 }), SUCCEEDED);
    assert.deepEqual(fixture.arrived, [1]);
  });

  it('on an error in the Catch branch', async () => {
    await fixture.load([
      trigger('bad'),
      func('bad', 'throw new Error("boom");', ''),
      catchNode('catch', ['bad'], 'mail'),
      func('mail', 'throw new Error("no mail either");', ''),
    ]);
    assert.equal(described(await fixture.outcome()), 'bad: boom');
  });
});
