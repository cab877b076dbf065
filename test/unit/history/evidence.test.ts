import assert from 'node:assert/strict';

import type { RunSummary } from '../../../lib/history';
import { Step } from '../../../lib/runs/step';
import { useTempFolder } from '../support/temp-folder';
import { TestHistory } from './support/history';

interface NodeOfTest {
  id: string;
  type: string;
  name?: string;
  libs?: unknown;
}

const RUN = { id: 'run' } as never;
const SWITCH = { id: 's', type: 'switch', name: 'Urgent?' };
const REQUEST = { id: 'r', type: 'http request', name: 'Send' };
const ERROR = { message: 'no', nodeId: 'r', nodeType: 'http request' };

describe('history: what a run sent', () => {
  let rig: TestHistory;

  beforeEach(async () => {
    rig = new TestHistory();
    await rig.open();
    rig.begin('run');
  });

  /** A step that has begun, since the one before sent a message to it. */
  function reached(node: NodeOfTest, from?: Step): Step {
    const { observer } = rig.history;
    const source = from?.node ?? { id: 'trigger', type: 'sekoia-alert-created' };
    observer.stepSent({ run: RUN, step: from, source, port: 0, destination: node }, {});
    return began(node);
  }

  /** A step that has begun without that, as behind a link or a Catch node. */
  function began(node: NodeOfTest): Step {
    const step = new Step([RUN], node, undefined);
    rig.history.observer.stepBegan(RUN, step, {});
    return step;
  }

  function ended(step: Step, request?: Step['request'], failed = false): void {
    step.request = request;
    rig.history.observer.stepEnded(RUN, step, {}, failed ? ERROR : undefined);
  }

  /** Of a run that went through these nodes, one behind the other. */
  function through(...nodes: NodeOfTest[]): void {
    let last: Step | undefined;
    for (const node of nodes) {
      const step = reached(node, last);
      ended(step);
      last = step;
    }
  }

  function succeeded(): RunSummary {
    rig.history.settle('run', { status: 'succeeded' });
    return summary();
  }

  function summary(): RunSummary {
    return rig.history.list({ limit: 1 }).runs[0]!;
  }

  describe('requests', () => {
    it('with node, method, address and status, in the list and in the run', async () => {
      const step = reached(REQUEST);
      ended(step, { method: 'POST', url: 'https://tool.example.org/api?x=1', status: 201 });
      const requests = [
        {
          nodeId: 'r',
          nodeName: 'Send',
          method: 'POST',
          url: 'https://tool.example.org/api?x=1',
          status: 201,
        },
      ];
      assert.deepEqual(succeeded().requests, requests);
      const details = await rig.history.get('run');
      assert.deepEqual(details!.requests, requests);
      assert.equal(details!.requestsLeftOut, undefined);
      assert.equal(details!.nothingSent, undefined);
    });

    it('of a run that is under way, too', async () => {
      ended(reached(REQUEST), { method: 'POST', url: 'https://tool.example.org/', status: 201 });
      assert.equal((await rig.history.get('run'))!.requests?.length, 1);
    });

    it('of a run that fails, times out or is sent again', () => {
      ended(reached(REQUEST), { method: 'POST', url: 'https://tool.example.org/', status: 503 }, true);
      for (const status of ['timed-out', 'waiting', 'failed', 'succeeded'] as const) {
        rig.history.settle('run', { status, error: { message: 'no' } });
        assert.deepEqual(
          summary().requests?.map((request) => request.status),
          [503],
          status,
        );
        assert.equal(summary().nothingSent, undefined);
      }
    });

    it('that come late', () => {
      const step = reached(REQUEST);
      rig.history.settle('run', { status: 'timed-out', error: { message: 'late' } });
      assert.equal(summary().requests, undefined);
      ended(step, { method: 'PUT', url: 'https://tool.example.org/', status: 200 });
      assert.deepEqual(
        succeeded().requests?.map(({ method }) => method),
        ['PUT'],
      );
    });

    it('without an answer: the code, or nothing', () => {
      ended(
        reached(REQUEST),
        { method: 'POST', url: 'https://a.example.org/', status: 'ECONNREFUSED' },
        true,
      );
      ended(reached({ id: 'q', type: 'http request' }), { method: 'GET', url: 'https://b.example.org/' });
      assert.deepEqual(succeeded().requests, [
        {
          nodeId: 'r',
          nodeName: 'Send',
          method: 'POST',
          url: 'https://a.example.org/',
          status: 'ECONNREFUSED',
        },
        { nodeId: 'q', method: 'GET', url: 'https://b.example.org/', status: null },
      ]);
    });

    it('without credentials and secrets, and of no endless length', () => {
      const secret = 'key-that-nobody-may-see';
      rig.history.redact(secret);
      for (const url of [
        'https://me:pass-word@tool.example.org/api',
        'https://tool.example.org/api?token=pass-word',
        `https://tool.example.org/${secret}/api`,
        `https://tool.example.org/${'a'.repeat(290)}${secret}`,
        `https://tool.example.org/?q=${encodeURIComponent(secret)}`,
      ])
        ended(reached({ ...REQUEST, name: secret }), { method: `POST${secret}`, url, status: `E${secret}` });
      const told = JSON.stringify(succeeded().requests);
      for (const hidden of [secret, secret.slice(0, 8), 'pass-word'])
        assert.ok(!told.includes(hidden), hidden);
      for (const { url } of summary().requests!) assert.ok(url.length <= 300 + '<API key>'.length);
    });

    it('each once, however often its step ends', () => {
      const step = reached(REQUEST);
      ended(step, { method: 'POST', url: 'https://tool.example.org/' }, true);
      ended(step, { method: 'POST', url: 'https://tool.example.org/', status: 500 }, true);
      assert.deepEqual(
        succeeded().requests?.map(({ status }) => status),
        [500],
      );
    });

    it('20 of them; the others are counted', () => {
      for (let status = 1; status <= 300; status += 1)
        ended(reached(REQUEST), { method: 'POST', url: 'https://tool.example.org/', status });
      const { requests, requestsLeftOut } = succeeded();
      assert.deepEqual([requests?.length, requests?.at(-1)?.status, requestsLeftOut], [20, 20, 280]);
    });

    it('of a run with more steps than are kept', () => {
      for (let n = 0; n < 250; n += 1) ended(reached(SWITCH));
      ended(reached(REQUEST), { method: 'POST', url: 'https://tool.example.org/', status: 201 });
      assert.equal(succeeded().requests?.length, 1);
    });
  });

  describe('after a restart', () => {
    const inTemp = useTempFolder();

    it('both are still there', async () => {
      rig = new TestHistory(undefined, { folder: inTemp('runs') });
      await rig.open();
      rig.begin('run');
      ended(reached(REQUEST), { method: 'POST', url: 'https://tool.example.org/', status: 201 });
      succeeded();
      rig.begin('silent');
      rig.history.settle('silent', { status: 'succeeded' });
      const evidence = (): unknown =>
        rig.history
          .list({ limit: 10 })
          .runs.map(({ id, requests, nothingSent }) => [id, requests, nothingSent]);
      const before = evidence();
      await rig.history.close();
      await rig.open();
      assert.deepEqual(evidence(), before);
      assert.equal((await rig.history.get('run'))!.requests?.length, 1);
      assert.deepEqual((await rig.history.get('silent'))!.nothingSent, { endedAt: ['Alert Created'] });
      await rig.history.close();
    });
  });

  describe('nothing', () => {
    it('when it ended at a Switch, which is said', async () => {
      through({ id: 'f', type: 'function', name: 'Prepare' }, SWITCH);
      assert.deepEqual(succeeded().nothingSent, { endedAt: ['Urgent?'] });
      assert.deepEqual((await rig.history.get('run'))!.nothingSent, { endedAt: ['Urgent?'] });
    });

    it('when the trigger is wired to nothing', () => {
      assert.deepEqual(succeeded().nothingSent, { endedAt: ['Alert Created'] });
    });

    it('when it ended at several nodes: each once, nameless ones by their type, five at most', () => {
      const start = reached({ id: 'f', type: 'function', name: 'Prepare' });
      for (const node of [
        SWITCH,
        SWITCH,
        { id: 'x', type: 'switch', name: '' },
        { id: 'g', type: 'sekoia-get-alert' },
      ])
        ended(reached(node, start));
      ended(start);
      for (let n = 0; n < 5; n += 1)
        ended(reached({ id: `d${n}`, type: 'debug', name: `debug ${n}` }, start));
      assert.deepEqual(succeeded().nothingSent, {
        endedAt: ['Urgent?', 'Switch', 'Get Alert', 'debug 0', 'debug 1'],
      });
    });

    it('when it went through a link or a subflow: where it ended behind it', () => {
      ended(reached({ id: 'o', type: 'link out' }));
      const inside = began({ id: 'i', type: 'link in' });
      ended(inside);
      const subflow = reached({ id: 'u', type: 'subflow:1234' }, inside);
      ended(subflow);
      ended(reached({ id: 'u-d', type: 'delay', name: 'Wait' }, subflow));
      assert.deepEqual(succeeded().nothingSent, { endedAt: ['Wait'] });
    });

    it('when a node failed and a Catch node took it: where that ended', () => {
      ended(reached({ id: 'f', type: 'function', name: 'Broken' }), undefined, true);
      const caught = began({ id: 'c', type: 'catch' });
      ended(caught);
      ended(reached({ id: 'd', type: 'debug', name: 'Log' }, caught));
      assert.deepEqual(succeeded().nothingSent, { endedAt: ['Log'] });
    });

    it('when it succeeded late', () => {
      through(SWITCH);
      rig.history.settle('run', { status: 'timed-out', error: { message: 'late' } });
      assert.equal(summary().nothingSent, undefined);
      assert.deepEqual(succeeded().nothingSent, { endedAt: ['Urgent?'] });
    });

    it('is not said any more when it turns out to have failed', () => {
      through(SWITCH);
      assert.notEqual(succeeded().nothingSent, undefined);
      rig.history.settle('run', { status: 'failed', error: { message: 'later' } });
      assert.equal(summary().nothingSent, undefined);
    });

    for (const type of [
      'http request',
      'exec',
      'file',
      'mqtt out',
      'tcp request',
      'e-mail',
      'unknown',
      'link',
    ])
      it(`is not said of a run that reached ${type}, on its way or at its end`, () => {
        const other = reached({ id: 'n', type });
        ended(other);
        ended(reached(SWITCH, other));
        assert.equal(succeeded().nothingSent, undefined);
      });

    it('is not said of a function with modules', () => {
      through({ id: 'f', type: 'function', libs: [{ var: 'axios', module: 'axios' }] }, SWITCH);
      assert.equal(succeeded().nothingSent, undefined);
    });

    it('is said of a function without', () => {
      through({ id: 'f', type: 'function', name: 'Drop', libs: [] });
      assert.deepEqual(succeeded().nothingSent, { endedAt: ['Drop'] });
    });

    it('is not said when the flow says what is delivered: a batch was sent by another run', async () => {
      rig.begin('batched', { deliveredWhen: 'confirmed' });
      rig.history.settle('batched', { status: 'succeeded' });
      assert.equal((await rig.history.get('batched'))!.nothingSent, undefined);
    });

    it('is not said of a run with more steps than are kept', () => {
      for (let n = 0; n < 250; n += 1) ended(reached(SWITCH));
      assert.equal(succeeded().nothingSent, undefined);
    });

    for (const status of ['failed', 'waiting', 'timed-out'] as const)
      it(`is not said of a run that has ${status}`, () => {
        through(SWITCH);
        rig.history.settle('run', { status, error: { message: 'no' } });
        assert.equal(summary().nothingSent, undefined);
      });
  });
});
