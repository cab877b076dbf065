import assert from 'node:assert/strict';

import type { RunOutcome } from '../../lib/runs';
import { useRunsFixture } from './support/runs-fixture';
import { delay, func, join, node, post, rateLimit, sink, trigger } from './support/nodes';
import { useTarget } from './support/target';

describe('several alerts in one message', () => {
  const fixture = useRunsFixture();
  const target = useTarget();

  async function statuses(payloads: unknown[], more: object = {}): Promise<string[]> {
    const runs = payloads.map((payload) => fixture.start({ payload, ...more }).outcome);
    return (await Promise.all(runs)).map(({ status }: RunOutcome) => status);
  }

  const refuseAll = (): void => {
    target.answer = () => 500;
  };
  const FAILED = ['failed', 'failed', 'failed'];
  const SUCCEEDED = ['succeeded', 'succeeded', 'succeeded'];

  it('share their outcome when they are joined', async () => {
    await fixture.load([trigger('join'), join('join', 3, 'send'), post('send', target.url)]);
    assert.deepEqual(await statuses(['a', 'b', 'c']), SUCCEEDED);
    refuseAll();
    assert.deepEqual(await statuses(['a', 'b', 'c']), FAILED);
    assert.deepEqual(
      target.record.map(({ body }) => body),
      ['["a","b","c"]', '["a","b","c"]'],
    );
  });

  it('share it through queues and copies, too', async () => {
    refuseAll();
    await fixture.load([
      trigger('join'),
      join('join', 3, 'queue,delay'),
      rateLimit('queue', 10, 'send'),
      delay('delay', 10, 'sink'),
      post('send', target.url),
      sink(),
    ]);
    assert.deepEqual(await statuses(['a', 'b', 'c']), FAILED);
  });

  it('share it when they are joined on a time-out', async () => {
    refuseAll();
    const settings = { ...join('join', 0, 'send'), count: '', timeout: '0.1' };
    await fixture.load([trigger('join'), settings, post('send', target.url)]);
    assert.deepEqual(await statuses(['a', 'b', 'c']), FAILED);
  });

  it('share it in overlapping batches', async () => {
    target.answer = ({ body }) => (body.includes('c') ? 500 : 200);
    const batch = { mode: 'count', count: 2, overlap: 1 };
    await fixture.load([
      trigger('batch'),
      node('batch', 'batch', batch, 'join'),
      node('join', 'join', { mode: 'auto' }, 'send'),
      post('send', target.url),
    ]);
    const runs = ['a', 'b', 'c', 'd'].map((payload) => fixture.start({ payload, topic: 'x' }));
    await Promise.all(runs.slice(0, 3).map(({ outcome }) => outcome));
    const outcomes = await Promise.all(runs.slice(0, 3).map(({ outcome }) => outcome));
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['succeeded', 'failed', 'failed'],
    );
  });

  for (const order of ['send first', 'done first'])
    it(`share it when a function is done with all of them as it sends: ${order}`, async () => {
      refuseAll();
      const code = `const list = context.get('list') ?? [];
        list.push({ payload: msg.payload, done: node.done });
        context.set('list', list);
        if (list.length < 3) return;
        ${order === 'send first' ? 'node.send({ payload: list.map((one) => one.payload) });' : ''}
        for (const { done } of list) done();
        ${order === 'done first' ? 'node.send({ payload: list.map((one) => one.payload) });' : ''}
        if (false) node.done();`;
      await fixture.load([trigger('collect'), func('collect', code, 'send'), post('send', target.url)]);
      assert.deepEqual(await statuses(['a', 'b', 'c']), FAILED);
    });

  it('each have their own outcome when they are sorted', async () => {
    target.answer = ({ body }) => (body === 'b' ? 500 : 200);
    const settings = {
      order: 'ascending',
      target: '',
      targetType: 'seq',
      seqKey: 'payload',
      seqKeyType: 'msg',
    };
    await fixture.load([
      trigger('number'),
      func('number', 'msg.parts = { id: "x", index: msg.n, count: 3 }; return msg;', 'sort'),
      node('sort', 'sort', settings, 'send'),
      post('send', target.url),
    ]);
    assert.deepEqual(await statuses(['c', 'a', 'b']), ['succeeded', 'succeeded', 'failed']);
  });

  it('do not share it when a node drops the first of two', async () => {
    refuseAll();
    await fixture.load([
      trigger('filter'),
      func('filter', 'return msg.payload === "c" ? msg : null;', 'send'),
      post('send', target.url),
    ]);
    assert.deepEqual(await statuses(['a', 'b', 'c']), ['succeeded', 'succeeded', 'failed']);
  });

  it('do not share it when a queue sends them all at once', async () => {
    target.answer = ({ body }) => (body === 'b' ? 500 : 200);
    await fixture.load([trigger('queue'), rateLimit('queue', 60_000, 'send'), post('send', target.url)]);
    const runs = ['first', 'a', 'b', 'c'].map((payload) => fixture.start({ payload }));
    await fixture.taken('queue');
    await new Promise(setImmediate);
    fixture.send('queue', { flush: true });
    const outcomes = await Promise.all(runs.map(({ outcome }) => outcome));
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['succeeded', 'succeeded', 'failed', 'succeeded'],
    );
  });

  it('fail together when the node reports the error of one of them', async () => {
    const sort = {
      order: 'ascending',
      target: '',
      targetType: 'seq',
      seqKey: '$nothing(',
      seqKeyType: 'msg',
    };
    await fixture.load([
      trigger('number'),
      func('number', 'msg.parts = { id: "x", index: msg.n, count: 3 }; return msg;', 'reduce'),
      node(
        'join',
        'reduce',
        { mode: 'reduce', reduceExp: '$error("no")', reduceInit: '', reduceInitType: 'str', reduceFixup: '' },
        'sink',
      ),
      node('sort', 'sort', sort, 'sink'),
      sink(),
    ]);
    const runs = [0, 1, 2].map((n) => fixture.start({ payload: n, n }).outcome);
    assert.deepEqual(
      (await Promise.all(runs)).map(({ status }) => status),
      FAILED,
    );
  });
});
