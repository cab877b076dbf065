import assert from 'node:assert/strict';

import { useRunsFixture } from './support/runs-fixture';
import { catchNode, delay, func, node, post, rateLimit, sink, trigger } from './support/nodes';
import { useTarget } from './support/target';

/** Gives every message the same id. */
function sameId(...wires: string[]) {
  return node(
    'change',
    'same',
    { rules: [{ t: 'set', p: '_msgid', pt: 'msg', to: 'x', tot: 'str' }] },
    ...wires,
  );
}

describe('message ids that a flow sets', () => {
  const fixture = useRunsFixture();
  const target = useTarget();

  beforeEach(() => {
    target.answer = ({ body }) => (body === 'b' ? 500 : 200);
  });

  async function statuses(): Promise<string[]> {
    const runs = ['a', 'b', 'c'].map((payload) => fixture.start({ payload }).outcome);
    return (await Promise.all(runs)).map(({ status }) => status);
  }

  it('do not mix up the runs', async () => {
    await fixture.load([
      trigger('same'),
      sameId('slow'),
      delay('slow', 20, 'parts'),
      func(
        'parts',
        'await new Promise((go) => setTimeout(go, 10)); return { payload: msg.payload };',
        'send',
      ),
      post('send', target.url, 'sink'),
      sink(),
    ]);
    assert.deepEqual(await statuses(), ['succeeded', 'failed', 'succeeded']);
  });

  it('do not mix up the messages of Catch nodes', async () => {
    await fixture.load([
      trigger('same'),
      sameId('check'),
      func('check', 'if (msg.payload === "b") throw new Error("no"); return msg;', 'sink'),
      catchNode('catch', null, 'slow'),
      delay('slow', 30, 'sink'),
      sink(),
    ]);
    assert.deepEqual(await statuses(), ['succeeded', 'failed', 'succeeded']);
    assert.deepEqual(fixture.arrived.sort(), ['a', 'b', 'c']);
  });

  it('are not trusted behind a queue: the right run fails', async () => {
    await fixture.load([
      trigger('same'),
      sameId('queue'),
      rateLimit('queue', 20, 'send'),
      post('send', target.url),
    ]);
    assert.equal((await statuses())[1], 'failed');
  });

  it('may be the id of another run', async () => {
    await fixture.load([
      trigger('own'),
      func('own', 'msg.mine = msg._msgid; return msg;', 'set'),
      func('note', '', ''),
      node(
        'change',
        'set',
        { rules: [{ t: 'set', p: '_msgid', pt: 'msg', to: 'other', tot: 'msg' }] },
        'slow',
      ),
      delay('slow', 20, 'send'),
      post('send', target.url),
    ]);
    const first = { payload: 'a' } as { payload: string; _msgid?: string };
    const a = fixture.start(first).outcome;
    const b = fixture.start({ payload: 'b', other: first._msgid }).outcome;
    assert.deepEqual([(await a).status, (await b).status], ['succeeded', 'failed']);
  });
});
