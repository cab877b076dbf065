import assert from 'node:assert/strict';

import { useTempFolder } from '../support/temp-folder';
import { TestHistory } from './support/history';
import { REQUEST, SWITCH, TestSteps } from './support/test-steps';

describe('history: what a run sent', () => {
  const steps = new TestSteps();
  const { reached, ended, succeeded, summary } = steps;

  beforeEach(() => steps.begin());

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
      const details = await steps.rig.history.get('run');
      assert.deepEqual(details!.requests, requests);
      assert.equal(details!.requestsLeftOut, undefined);
      assert.equal(details!.nothingSent, undefined);
    });

    it('of a run that is under way, too', async () => {
      ended(reached(REQUEST), { method: 'POST', url: 'https://tool.example.org/', status: 201 });
      assert.equal((await steps.rig.history.get('run'))!.requests?.length, 1);
    });

    it('of a run that fails, times out or is sent again', () => {
      ended(reached(REQUEST), { method: 'POST', url: 'https://tool.example.org/', status: 503 }, true);
      for (const status of ['timed-out', 'waiting', 'failed', 'succeeded'] as const) {
        steps.rig.history.settle('run', { status, error: { message: 'no' } });
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
      steps.rig.history.settle('run', { status: 'timed-out', error: { message: 'late' } });
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
      steps.rig.history.redact(secret);
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
      await steps.begin(new TestHistory(undefined, { folder: inTemp('runs') }));
      const { rig } = steps;
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
});
