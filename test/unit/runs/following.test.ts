import assert from 'node:assert/strict';
import { AsyncResource } from 'node:async_hooks';

import { FakeNode, FakeRuntime } from './support';

describe('the tracker', () => {
  let red: FakeRuntime;
  let a: FakeNode;
  let b: FakeNode;

  beforeEach(() => {
    red = new FakeRuntime();
    a = new FakeNode('a', { wired: true });
    b = new FakeNode('b');
  });

  it('gives the message of a trigger an id of its own, even one that had one', () => {
    const message = { _msgid: 'old' };
    red.start(message, []);
    assert.match(message._msgid, /^[0-9a-f]{16}$/);
    assert.equal(red.tracker.size.messageIds, 1);
  });

  it('completes a run one turn after nothing is in transit or at work', async () => {
    const message = {};
    const run = red.start(message, [a]);
    await red.clock.turn();
    assert.equal(run.status, 'running', 'in transit');
    run.deliveries[0]!();
    await red.clock.turn();
    assert.equal(run.status, 'running', 'at work');
    red.done(a, message);
    assert.equal(run.status, 'running', 'in the same turn');
    await red.clock.turn();
    assert.equal(run.status, 'succeeded');
  });

  it('completes a run at once when the trigger sends nothing', async () => {
    const run = red.start({}, []);
    await red.clock.turn();
    assert.equal(run.status, 'succeeded');
  });

  it('waits another turn when a message came and went meanwhile', async () => {
    const message = {};
    const run = red.start(message, [a]);
    red.pass(run.deliveries[0]!, a, message);
    const clone = { ...message };
    red.pass(red.send(a, clone, b), b, clone);
    await red.clock.turn();
    assert.equal(run.status, 'running');
    await red.clock.turn();
    assert.equal(run.status, 'succeeded');
  });

  it('follows a message that is sent after done in the same turn', async () => {
    const message = {};
    const run = red.start(message, [a]);
    let onward: (() => void) | undefined;
    run.deliveries[0]!(() => {
      red.done(a, message);
      onward = red.send(a, message, b);
    });
    await red.clock.turn();
    onward!();
    red.done(b, message);
    await red.clock.turn();
    await red.clock.turn();
    assert.equal(run.status, 'succeeded');
  });

  it('recognizes a clone by its id, wherever it is sent from', async () => {
    const message = {};
    const run = red.start(message, [a]);
    run.deliveries[0]!();
    const clone = { ...message };
    const outside = new AsyncResource('queue');
    red.done(a, message);
    const onward = outside.runInAsyncScope(() => red.send(a, clone, b));
    await red.clock.turn();
    assert.equal(run.status, 'running');
    red.pass(onward, b, clone);
    await red.clock.turn();
    await red.clock.turn();
    assert.equal(run.status, 'succeeded');
  });

  it('recognizes an object whose id was changed', async () => {
    const message: { _msgid?: string } = {};
    const outside = new AsyncResource('queue');
    const run = red.start(message, [a]);
    run.deliveries[0]!();
    message._msgid = 'changed';
    const onward = outside.runInAsyncScope(() => red.send(a, message, b));
    red.done(a, message);
    await red.clock.turn();
    assert.equal(run.status, 'running');
    assert.equal(red.tracker.size.messageIds, 2);
    red.pass(onward, b, message);
    await red.clock.turn();
    await red.clock.turn();
    assert.equal(run.status, 'succeeded');
    assert.equal(red.tracker.size.messageIds, 0);
  });

  it('recognizes a new message by the context that sends it, and then by its id', async () => {
    const message = {};
    const run = red.start(message, [a]);
    const part = { _msgid: 'part' };
    let later!: () => void;
    run.deliveries[0]!(() => {
      later = AsyncResource.bind(() => red.send(a, part, b));
    });
    later();
    const clone = { ...part };
    const outside = red.send(b, clone, b);
    red.done(a, message);
    await red.clock.turn();
    assert.equal(run.status, 'running');
    red.pass(outside, b, clone);
    await red.clock.turn();
    assert.equal(run.status, 'running', 'the part is still in transit');
  });

  it('ignores messages of no run, before, during and after one', async () => {
    const stranger = { _msgid: 'stranger' };
    red.pass(red.send(b, stranger, b), b, stranger);
    const message = {};
    const run = red.start(message, [a]);
    red.pass(red.send(b, stranger, b), b, stranger);
    assert.equal(red.tracker.size.messageIds, 1);
    red.pass(run.deliveries[0]!, a, message);
    red.send(b, stranger, b);
    await red.clock.turn();
    assert.equal(run.status, 'succeeded');
  });

  it('counts a message that is passed on without being sent', async () => {
    const message = {};
    const run = red.start(message, [a]);
    run.deliveries[0]!(() => red.receive(b, message));
    red.done(a, message);
    await red.clock.turn();
    assert.equal(run.status, 'running');
    red.done(b, message);
    await red.clock.turn();
    assert.equal(run.status, 'succeeded');
  });

  it('returns to the context of a handler that passed a message to another node', async () => {
    const message = {};
    const run = red.start(message, [a]);
    const clone = { _msgid: 'clone' };
    run.deliveries[0]!(() => {
      red.receive(b, clone, () => red.done(b, clone));
      red.error(a, 'mine');
    });
    await red.clock.turn();
    red.done(a, message);
    await red.clock.turn();
    assert.equal(run.failure, 'a: mine');
  });

  it('counts the same object at two nodes, and twice in transit, each time', async () => {
    const message = {};
    const run = red.start(message, [a, b]);
    run.deliveries[0]!();
    red.done(a, message);
    red.done(a, message);
    await red.clock.turn();
    assert.equal(run.status, 'running', 'done twice is done once');
    red.pass(run.deliveries[1]!, b, message);
    await red.clock.turn();
    assert.equal(run.status, 'succeeded');
  });

  it('waits for a quiet time after a node without done got its message', async () => {
    const old = new FakeNode('old', { takesDone: false, wired: true });
    const message = {};
    const run = red.start(message, [old, a]);
    run.deliveries[0]!();
    run.deliveries[1]!();
    await red.clock.advance(30);
    red.done(a, message);
    await red.clock.turn();
    assert.equal(run.status, 'running');
    await red.clock.advance(19);
    assert.equal(run.status, 'running');
    await red.clock.advance(1);
    assert.equal(run.status, 'succeeded');
  });

  it('follows what such a node sends in its quiet time', async () => {
    const old = new FakeNode('old', { takesDone: false, wired: true });
    const message = {};
    const run = red.start(message, [old]);
    run.deliveries[0]!();
    await red.clock.advance(40);
    const onward = red.send(old, message, b);
    await red.clock.advance(1_000);
    assert.equal(run.status, 'running');
    red.pass(onward, b, message);
    await red.clock.turn();
    await red.clock.turn();
    assert.equal(run.status, 'succeeded');
  });

  it('follows nothing of a run that has ended', async () => {
    const message = {};
    const run = red.start(message, [a]);
    let later!: () => () => void;
    run.deliveries[0]!(() => {
      red.done(a, message);
      later = AsyncResource.bind(() => red.send(a, { _msgid: 'late' }, b));
    });
    await red.clock.turn();
    assert.equal(run.status, 'succeeded');
    red.start({}, [a]);
    later()();
    red.error(b, 'late', message);
    assert.deepEqual(red.tracker.size, { runs: 1, ended: 0, messageIds: 1 });
  });

  it('assigns a kept message to the run that sends it again', async () => {
    const kept = {};
    const first = red.start(kept, [a]);
    red.pass(first.deliveries[0]!, a, kept);
    await red.clock.turn();
    const message = {};
    const second = red.start(message, [a]);
    let onward!: () => void;
    second.deliveries[0]!(() => {
      onward = red.send(a, kept, b);
      red.done(a, message);
    });
    await red.clock.turn();
    assert.equal(second.status, 'running');
    onward();
    red.done(b, kept);
    await red.clock.turn();
    await red.clock.turn();
    assert.equal(second.status, 'succeeded');
  });
});
