import assert from 'node:assert/strict';

import { useRunsFixture } from './support/runs-fixture';
import { catchNode, change, func, httpRequest, node, post, sink, trigger } from './support/nodes';
import { useTarget } from './support/target';

describe('a failure is forgotten when the same request succeeds later', () => {
  const fixture = useRunsFixture();
  const target = useTarget();

  const refuse = (...bodies: string[]): void => {
    target.answer = ({ body }) => (bodies.includes(body) ? 500 : 200);
  };

  async function status(message: object): Promise<string> {
    return (await fixture.outcome(message)).status;
  }

  it('but not when a loop sends the next item through the same node', async () => {
    refuse('first');
    const next = 'const [payload, ...left] = msg.left; return payload && { ...msg, payload, left };';
    await fixture.load([trigger('next'), func('next', next, 'send'), post('send', target.url, 'next')]);
    assert.equal(await status({ left: ['first', 'second'] }), 'failed');
    assert.deepEqual(
      target.record.map(({ body }) => body),
      ['first', 'second'],
    );
  });

  it('but not when a notice of the failure goes through the same node', async () => {
    refuse('alert');
    const failed = 'if (msg.statusCode < 400) return null; return { ...msg, payload: "It failed" };';
    await fixture.load([
      trigger('send'),
      post('send', `${target.url}/{{{sekoia}}}`, 'failed'),
      func('failed', failed, 'send'),
    ]);
    assert.equal(await status({ payload: 'alert', sekoia: 'a' }), 'failed');
    assert.equal(target.record.length, 2);
  });

  it('but not when a shared flow is called again with something else', async () => {
    refuse('one');
    const call = (id: string, ...wires: string[]) =>
      node('link call', id, { links: ['in'], linkType: 'static', timeout: '30' }, ...wires);
    await fixture.load([
      trigger('first'),
      call('first', 'two'),
      func('two', 'msg.payload = "two"; return msg;', 'second'),
      call('second', 'sink'),
      node('link in', 'in', { links: [] }, 'send'),
      post('send', target.url, 'return'),
      node('link out', 'return', { mode: 'return', links: [] }),
      sink(),
    ]);
    assert.equal(await status({ payload: 'one' }), 'failed');
    assert.equal(target.record.length, 2);
  });

  it('but not when only the URL or the method differs', async () => {
    target.answer = ({ path, method }) => (path === '/a' && method === 'PUT' ? 500 : 200);
    const use = { ...httpRequest('send', false, 'next'), method: 'use' };
    const next = 'const [first, ...left] = msg.left; return first && { payload: "x", ...first, left };';
    await fixture.load([trigger('next'), func('next', next, 'send'), use]);
    const url = (path: string): string => target.url + path;
    const put = { method: 'PUT', url: url('/a') };
    assert.equal(await status({ left: [put, { method: 'PUT', url: url('/b') }] }), 'failed');
    assert.equal(await status({ left: [put, { method: 'POST', url: url('/a') }] }), 'failed');
  });

  it('whatever way it takes and whatever else the message contains', async () => {
    let refused = 0;
    target.answer = () => ((refused += 1) < 3 ? 500 : 200);
    const again =
      'if (msg.statusCode < 400) return null; return { payload: msg.kept, kept: msg.kept, n: 1 };';
    await fixture.load([
      trigger('keep'),
      func('keep', 'msg.kept = msg.payload; return msg;', 'send'),
      post('send', target.url, 'again'),
      func('again', again, 'send'),
    ]);
    assert.equal(await status({ payload: { alert: [1, 2] } }), 'succeeded');
    assert.equal(target.record.length, 3);
  });

  it('also when it is a query', async () => {
    let asked = 0;
    target.answer = () => ((asked += 1) < 2 ? 503 : 200);
    const get = { ...httpRequest('send', false, 'again'), paytoqs: 'query', url: `${target.url}/?n={{n}}` };
    const again = 'return msg.statusCode < 400 ? null : { payload: { a: "1" }, n: msg.n };';
    await fixture.load([trigger('send'), get, func('again', again, 'send')]);
    assert.equal(await status({ payload: { a: '1' }, n: 7 }), 'succeeded');
    assert.deepEqual(
      target.record.map(({ path }) => path),
      ['/?n=7&a=1', '/?n=7&a=1'],
    );
  });

  it('also in a subflow whose address comes from its environment', async () => {
    let asked = 0;
    target.answer = () => ((asked += 1) < 2 ? 503 : 200);
    await fixture.load([
      {
        ...{ id: 'sub', type: 'subflow', name: 'sub', in: [{ wires: [{ id: 'send' }] }] },
        out: [{ wires: [{ id: 'send', port: 0 }] }],
        env: [{ name: 'TARGET', type: 'str', value: target.url }],
      },
      { ...post('send', '${TARGET}'), z: 'sub', wires: [[]] },
      trigger('instance'),
      node('subflow:sub', 'instance', {}, 'again'),
      func('again', 'return msg.statusCode < 400 ? null : { payload: "x", other: 1 };', 'instance'),
    ]);
    assert.equal(await status({ payload: 'x' }), 'succeeded');
  });

  it('but not for other nodes with another input', async () => {
    const code = 'if (msg.payload === "bad") throw new Error("bad"); return msg;';
    await fixture.load([
      trigger('check'),
      func('check', code, 'sink'),
      catchNode('catch', null, 'notice'),
      func('notice', 'return { ...msg, payload: "It failed" };', 'check'),
      sink(),
    ]);
    assert.equal(await status({ payload: 'bad' }), 'failed');
    assert.deepEqual(fixture.arrived, ['It failed']);
  });

  it('also for other nodes with the same input and the counter of the Catch branch', async () => {
    const code = 'if ((msg.tries || 0) < 2) throw new Error("not yet"); return msg;';
    await fixture.load([
      trigger('check'),
      func('check', code, 'sink'),
      catchNode('catch', null, 'count'),
      func('count', 'msg.tries = (msg.tries || 0) + 1; return msg;', 'again'),
      change('again', 'check'),
      sink(),
    ]);
    assert.equal(await status({ payload: { deep: ['value'] } }), 'succeeded');
  });
});
