import assert from 'node:assert/strict';

import { useRunsFixture } from './support/runs-fixture';
import { change, delay, func, node, sink, switchOn, trigger } from './support/nodes';

const SUCCEEDED = { status: 'succeeded' };

describe('a run covers', () => {
  const fixture = useRunsFixture();

  it('a trigger that is wired to nothing', async () => {
    await fixture.load([trigger()]);
    assert.deepEqual(await fixture.outcome({ payload: 1 }), SUCCEEDED);
  });

  it('one node after the other', async () => {
    await fixture.load([trigger('a'), change('a', 'b'), change('b', 'sink'), sink()]);
    assert.deepEqual(await fixture.outcome({ payload: 1 }), SUCCEEDED);
    assert.deepEqual(fixture.arrived, [1]);
  });

  it('a Switch, which does not report when it is done', async () => {
    await fixture.load([
      trigger('switch'),
      switchOn('switch', 'x', 'x', 'y'),
      change('x', 'sink'),
      change('y', 'sink'),
      sink(),
    ]);
    assert.deepEqual(await fixture.outcome({ payload: 'x' }), SUCCEEDED);
    assert.deepEqual(fixture.arrived, ['x']);
  });

  it('a delay of 2 s', async () => {
    await fixture.load([trigger('delay'), delay('delay', 2_000, 'sink'), sink()]);
    assert.deepEqual(await fixture.outcome({ payload: 1 }), SUCCEEDED);
    assert.deepEqual(fixture.arrived, [1]);
  });

  it('link out to link in', async () => {
    await fixture.load([
      trigger('out'),
      node('link out', 'out', { mode: 'link', links: ['in'] }),
      node('link in', 'in', { links: ['out'] }, 'delay'),
      delay('delay', 30, 'sink'),
      sink(),
    ]);
    assert.deepEqual(await fixture.outcome({ payload: 1 }), SUCCEEDED);
    assert.deepEqual(fixture.arrived, [1]);
  });

  it('a link call and what comes after its return', async () => {
    await fixture.load([
      trigger('call'),
      node('link call', 'call', { links: ['in'], linkType: 'static', timeout: '30' }, 'after'),
      node('link in', 'in', { links: [] }, 'inside'),
      delay('inside', 30, 'return'),
      node('link out', 'return', { mode: 'return', links: [] }),
      delay('after', 30, 'sink'),
      sink(),
    ]);
    assert.deepEqual(await fixture.outcome({ payload: 1 }), SUCCEEDED);
    assert.deepEqual(fixture.arrived, [1]);
  });

  it('a subflow with a switch inside', async () => {
    await fixture.load([
      {
        id: 'sub',
        type: 'subflow',
        name: 'sub',
        in: [{ wires: [{ id: 'inner' }] }],
        out: [{ wires: [{ id: 'slow', port: 0 }] }],
      },
      { ...switchOn('inner', 'x', 'slow', ''), z: 'sub' },
      { ...delay('slow', 120, ''), z: 'sub' },
      trigger('instance'),
      node('subflow:sub', 'instance', {}, 'after'),
      delay('after', 30, 'sink'),
      sink(),
    ]);
    assert.deepEqual(await fixture.outcome({ payload: 'x' }), SUCCEEDED);
    assert.deepEqual(fixture.arrived, ['x']);
  });

  it('a message that is split, its parts taking their time, and joined', async () => {
    await fixture.load([
      trigger('split'),
      node(
        'split',
        'split',
        { splt: '\\n', spltType: 'str', arraySplt: 1, arraySpltType: 'len', stream: false },
        'slow',
      ),
      delay('slow', 30, 'join'),
      node('join', 'join', { mode: 'auto' }, 'after'),
      delay('after', 30, 'sink'),
      sink(),
    ]);
    assert.deepEqual(await fixture.outcome({ payload: ['a', 'b', 'c'] }), SUCCEEDED);
    assert.deepEqual(fixture.arrived, [['a', 'b', 'c']]);
  });

  it('a function that sends later and then calls node.done()', async () => {
    await fixture.load([
      trigger('later'),
      func('later', 'setTimeout(() => { node.send({ payload: "new" }); node.done(); }, 80);', 'slow'),
      delay('slow', 30, 'sink'),
      sink(),
    ]);
    assert.deepEqual(await fixture.outcome({ payload: 1 }), SUCCEEDED);
    assert.deepEqual(fixture.arrived, ['new']);
  });

  it('a function that awaits something and returns', async () => {
    await fixture.load([
      trigger('later'),
      func('later', 'await new Promise((resolve) => setTimeout(resolve, 80)); return msg;', 'sink'),
      sink(),
    ]);
    assert.deepEqual(await fixture.outcome({ payload: 1 }), SUCCEEDED);
    assert.deepEqual(fixture.arrived, [1]);
  });

  it('what a node sends after done, though the run has ended by then', async () => {
    await fixture.load([trigger('early'), node('done-first', 'early', {}, 'sink'), sink()]);
    assert.deepEqual(await fixture.outcome({ payload: 1 }), SUCCEEDED);
    fixture.sendHeld('early');
    await fixture.arrivals(1);
    assert.deepEqual(fixture.tracker.size, { runs: 0, ended: 1, messageIds: 2 });
  });

  it('what a node sends after done while something else of the run is under way', async () => {
    await fixture.load([
      trigger('early,held'),
      node('done-first', 'early', {}, 'slow'),
      node('held', 'held', {}, 'sink'),
      delay('slow', 80, 'sink'),
      sink(),
    ]);
    const run = fixture.start({ payload: 1 });
    await fixture.taken('held');
    fixture.sendHeld('early');
    fixture.sendHeld('held');
    assert.deepEqual(await run.outcome, SUCCEEDED);
    assert.deepEqual(fixture.arrived, [1, 'after done']);
  });

  it('parallel branches, one of them slow', async () => {
    await fixture.load([
      trigger('a,b,c'),
      change('a', 'sink'),
      delay('b', 80, 'sink'),
      switchOn('c', 'x', '', 'sink'),
      sink(),
    ]);
    assert.deepEqual(await fixture.outcome({ payload: 1 }), SUCCEEDED);
    assert.deepEqual(fixture.arrived, [1, 1, 1]);
  });

  it('a node without done that sends on in the next turn', async () => {
    await fixture.load([
      trigger('old'),
      node('without-done', 'old', {}, 'slow'),
      delay('slow', 30, 'sink'),
      sink(),
    ]);
    assert.deepEqual(await fixture.outcome({ payload: 1 }), SUCCEEDED);
    assert.deepEqual(fixture.arrived, [1]);
  });

  it('a node that calls done twice', async () => {
    await fixture.load([
      trigger('twice'),
      node('twice', 'twice', {}, 'slow'),
      delay('slow', 30, 'sink'),
      sink(),
    ]);
    assert.deepEqual(await fixture.outcome({ payload: 1 }), SUCCEEDED);
    assert.deepEqual(fixture.arrived, [1]);
  });

  it('the branch of a Complete node', async () => {
    await fixture.load([
      trigger('a'),
      change('a', ''),
      node('complete', 'complete', { scope: ['a'] }, 'slow'),
      delay('slow', 30, 'sink'),
      sink(),
    ]);
    assert.deepEqual(await fixture.outcome({ payload: 1 }), SUCCEEDED);
    assert.deepEqual(fixture.arrived, [1]);
  });

  it('the branch of a Status node', async () => {
    await fixture.load([
      trigger('a'),
      func('a', 'node.status({ text: "on" });', ''),
      node('status', 'status', { scope: ['a'] }, 'slow'),
      delay('slow', 30, 'sink'),
      sink(),
    ]);
    assert.deepEqual(await fixture.outcome({ payload: 1 }), SUCCEEDED);
    assert.equal(fixture.arrived.length, 1);
  });

  it('messages that wait in a queue', async () => {
    const code = 'return [[1, 2, 3].map((payload) => ({ payload }))];';
    await fixture.load([
      trigger('three'),
      func('three', code, 'queue'),
      node(
        'delay',
        'queue',
        { pauseType: 'rate', rate: 20, nbRateUnits: 1, rateUnits: 'second', drop: false },
        'sink',
      ),
      sink(),
    ]);
    assert.deepEqual(await fixture.outcome({ payload: 1 }), SUCCEEDED);
    assert.deepEqual(fixture.arrived, [1, 2, 3]);
  });

  it('each of two triggers that send at once', async () => {
    await fixture.load([
      node('test-trigger', 'one', {}, 'slow'),
      node('test-trigger', 'two', {}, 'slow,fail'),
      delay('slow', 30, 'sink'),
      func('fail', 'throw new Error("two fails");', ''),
      sink(),
    ]);
    const [one, two] = await Promise.all([
      fixture.startFrom('one', { payload: 1 }).outcome,
      fixture.startFrom('two', { payload: 2 }).outcome,
    ]);
    assert.equal(one.status, 'succeeded');
    assert.equal(two.status, 'failed');
    assert.deepEqual(fixture.arrived, [1, 2]);
  });

  it('no message that no trigger sent', async () => {
    await fixture.load([trigger('held'), change('a', 'sink'), node('held', 'held', {}, 'sink'), sink()]);
    const run = fixture.start({ payload: 1 });
    const { messageIds } = fixture.tracker.size;
    fixture.send('a', { payload: 'stranger' });
    await fixture.arrivals(1);
    assert.deepEqual(fixture.tracker.size, { runs: 1, ended: 0, messageIds });
    fixture.sendHeld('held');
    assert.deepEqual(await run.outcome, SUCCEEDED);
  });
});
