import assert from 'node:assert/strict';

import type { FlowNode } from '../../scripts/node-red-process';
import { TestHistory, startingOf } from '../unit/history/support/history';
import { useRunsFixture } from './support/runs-fixture';
import {
  catchNode,
  change,
  delay,
  func,
  httpRequest,
  node,
  rateLimit,
  sink,
  switchOn,
  trigger,
} from './support/nodes';
import { type TestServer, startServer } from './support/server';

describe('the history of a run contains', () => {
  const fixture = useRunsFixture();
  let server: TestServer;

  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());

  /** Sends a message through a flow, and tells its steps: `node: port:payload …`, and its error. */
  async function steps(nodes: FlowNode[], message: Record<string, unknown>): Promise<string[]> {
    const kept = new TestHistory();
    const history = await kept.open();
    await fixture.load([trigger(nodes[0]!.id), ...nodes], history.observer);
    history.begin(startingOf('run'), message);
    const outcome = await fixture.outcome(message);
    assert.notEqual(outcome.status, 'timed-out');
    if (outcome.status === 'succeeded') history.settle('run', { status: 'succeeded' });
    else if (outcome.status === 'failed') history.settle('run', outcome);
    const run = (await history.get('run'))!;
    assert.equal(run.stepsLeftOut, 0);
    assert.doesNotMatch(JSON.stringify(run), /hunter2/);
    return run.steps.map(({ nodeId, status, outputs, error }) => {
      assert.notEqual(status, 'running');
      const sent = outputs.map(({ port, message: put }) => {
        const { payload } = put as { payload: unknown };
        return ` ${port}:${typeof payload === 'string' ? payload : JSON.stringify(payload)}`;
      });
      return `${nodeId}:${sent.join('')}${error === null ? '' : ` (${error.message})`}`;
    });
  }

  it('a function with two outputs, one of them to two nodes', async () => {
    const code = 'return [[{ payload: 1 }, { payload: 2 }], { payload: 3 }];';
    assert.deepEqual(await steps([func('f', code, 'a,b', 'b'), sink('a'), sink('b')], { payload: 0 }), [
      'trigger: 0:0',
      'f: 0:1 0:2 1:3',
      ...['a:', 'a:', 'b:', 'b:', 'b:'],
    ]);
  });

  it('messages that the next node changes', async () => {
    const code = (n: number): string => `msg.payload.n = ${n}; return msg;`;
    assert.deepEqual(
      await steps([func('a', code(1), 'b'), func('b', code(2), 'sink'), sink()], { payload: { n: 0 } }),
      ['trigger: 0:{"n":0}', 'a: 0:{"n":1}', 'b: 0:{"n":2}', 'sink:'],
    );
  });

  it('a Switch', async () => {
    assert.deepEqual(await steps([switchOn('s', 'x', 'x', 'y'), sink('x'), sink('y')], { payload: 'z' }), [
      'trigger: 0:z',
      's: 1:z',
      'y:',
    ]);
  });

  it('Split and Join nodes', async () => {
    assert.deepEqual(
      await steps(
        [
          node('split', 'split', { splt: '\\n', spltType: 'str', arraySplt: 1, arraySpltType: 'len' }, 'f'),
          func('f', 'msg.payload += 1; return msg;', 'join'),
          node('join', 'join', { mode: 'auto' }, 'sink'),
          sink(),
        ],
        { payload: [1, 2] },
      ),
      ['trigger: 0:[1,2]', 'split: 0:1 0:2', 'f: 0:2', 'f: 0:3', 'join:', 'join: 0:[2,3]', 'sink:'],
    );
  });

  it('a Delay node, also one that limits the rate', async () => {
    assert.deepEqual(await steps([delay('d', 20, 'r'), rateLimit('r', 20, 'sink'), sink()], { payload: 1 }), [
      'trigger: 0:1',
      'd: 0:1',
      'r: 0:1',
      'sink:',
    ]);
  });

  it('an http request, without the credentials it sent', async () => {
    const message = { payload: '', url: `${server.url}/ok`, headers: { Authorization: 'Bearer hunter2' } };
    assert.deepEqual(await steps([httpRequest('h', false, 'sink'), sink()], message), [
      'trigger: 0:',
      'h: 0:/ok',
      'sink:',
    ]);
  });

  it('an http request that fails', async () => {
    assert.deepEqual(
      await steps([httpRequest('h', false, 'sink'), sink()], { payload: '', url: `${server.url}/500` }),
      ['trigger: 0:', 'h: 0:/500 (The answer was HTTP 500 (Internal Server Error))', 'sink:'],
    );
  });

  it('a failing step and the branch of the Catch node', async () => {
    const code = 'throw new Error("boom");';
    assert.deepEqual(
      await steps([func('f', code, ''), catchNode('c', null, 'sink'), sink()], { payload: 1 }),
      ['trigger: 0:1', 'f: (boom)', 'c: 0:1', 'sink:'],
    );
  });

  it('a subflow, with the steps inside it', async () => {
    const inside = { ...change('inside', ''), z: 'sub', wires: [] as string[][] };
    const subflow: FlowNode = {
      ...{ id: 'sub', type: 'subflow', name: 'Sub', info: '' },
      in: [{ x: 0, y: 0, wires: [{ id: 'inside' }] }],
      out: [{ x: 0, y: 0, wires: [{ id: 'inside', port: 0 }] }],
    };
    assert.deepEqual(
      await steps([node('subflow:sub', 's', {}, 'sink'), subflow, inside, sink()], { payload: 1 }),
      ['trigger: 0:1', 's: 0:1', 's-inside: 0:1', 'sink:'],
    );
  });

  it('a link call and the step it returns to', async () => {
    assert.deepEqual(
      await steps(
        [
          node('link call', 'call', { links: ['in'], linkType: 'static', timeout: '30' }, 'sink'),
          node('link in', 'in', { links: [] }, 'f'),
          func('f', 'msg.payload = 2; return msg;', 'return'),
          node('link out', 'return', { mode: 'return', links: [] }),
          sink(),
        ],
        { payload: 1 },
      ),
      ['trigger: 0:1', 'call: 0:2', 'in: 0:1', 'f: 0:2', 'return:', 'sink:'],
    );
  });
});
