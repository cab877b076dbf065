import assert from 'node:assert/strict';

import { useRunsFixture } from './support/runs-fixture';
import {
  catchNode,
  change,
  delay,
  func,
  httpRequest,
  rateLimit,
  sink,
  switchOn,
  trigger,
} from './support/nodes';
import { type TestServer, startServer } from './support/server';

const SUCCEEDED = { status: 'succeeded' };

describe('a run with an http request', () => {
  const fixture = useRunsFixture();
  let server: TestServer;

  beforeEach(async () => (server = await startServer()));
  afterEach(() => server.stop());

  const failure = (message: string, code?: string): object => ({
    status: 'failed',
    error: { nodeId: 'http', nodeType: 'http request', message, ...(code === undefined ? {} : { code }) },
  });

  it('succeeds though nothing is wired to it', async () => {
    await fixture.load([trigger('http'), httpRequest('http', false)]);
    assert.deepEqual(await fixture.outcome({ url: `${server.url}/ok` }), SUCCEEDED);
    assert.equal(server.count('/ok'), 1);
  });

  it('fails on a status of 400 or more, wired or not, if that counts', async () => {
    await fixture.load([trigger('http'), httpRequest('http', false)]);
    const message = (): object => ({ url: `${server.url}/500` });
    const failed = failure('The answer was HTTP 500 (Internal Server Error)', 'HTTP_500');
    assert.deepEqual(await fixture.outcome(message()), failed);
    assert.deepEqual(await fixture.outcome(message(), { failOnHttpError: false }), SUCCEEDED);
  });

  for (const senderr of [false, true])
    for (const caught of [false, true]) {
      const how = `senderr ${String(senderr)}, ${caught ? 'with' : 'without'} a Catch node`;
      const flow = [
        trigger('http'),
        httpRequest('http', senderr, 'sink'),
        ...(caught ? [catchNode('catch', null, 'slow'), delay('slow', 20, 'sink')] : []),
        sink(),
      ];

      it(`fails when nobody listens: ${how}`, async () => {
        await fixture.load(flow);
        for (const failOnHttpError of [false, true]) {
          const outcome = await fixture.outcome({ url: server.refused }, { failOnHttpError });
          assert.ok(outcome.status === 'failed');
          assert.equal(outcome.error.nodeId, 'http');
          assert.equal(outcome.error.code, 'ECONNREFUSED');
          assert.match(outcome.error.message, /^connect ECONNREFUSED/);
        }
      });

      it(`fails when there is no answer in time: ${how}`, async () => {
        await fixture.load(flow);
        const outcome = await fixture.outcome({ url: `${server.url}/hang`, requestTimeout: 60 });
        assert.equal(outcome.status, 'failed');
      });
    }

  it('fails without a URL', async () => {
    await fixture.load([trigger('http'), httpRequest('http', false)]);
    assert.equal((await fixture.outcome()).status, 'failed');
  });

  it('succeeds when a Catch branch retries and gets through', async () => {
    await fixture.load([
      trigger('http'),
      httpRequest('http', true, 'sink'),
      catchNode('catch', ['http'], 'wait'),
      delay('wait', 30, 'http'),
      sink(),
    ]);
    assert.deepEqual(await fixture.outcome({ url: `${server.url}/first-cut` }), SUCCEEDED);
    assert.equal(server.count('/first-cut'), 2);
  });

  it('succeeds when the flow checks the status, retries and gets through', async () => {
    const status = {
      ...switchOn('status', '', 'wait', 'sink'),
      property: 'statusCode',
      rules: [{ t: 'gte', v: '500', vt: 'num' }, { t: 'else' }],
    };
    await fixture.load([
      trigger('http'),
      httpRequest('http', true, 'status'),
      status,
      delay('wait', 30, 'http'),
      sink(),
    ]);
    assert.deepEqual(await fixture.outcome({ url: `${server.url}/first-500` }), SUCCEEDED);
    assert.equal(server.count('/first-500'), 2);
  });

  it('succeeds when the retry goes through a queue that other runs use', async () => {
    const status = {
      ...switchOn('status', '', 'queue', 'sink'),
      property: 'statusCode',
      rules: [{ t: 'gte', v: '500', vt: 'num' }, { t: 'else' }],
    };
    await fixture.load([
      trigger('queue'),
      rateLimit('queue', 20, 'http'),
      httpRequest('http', true, 'status'),
      status,
      sink(),
    ]);
    const runs = [1, 2, 3, 4].map((n) => fixture.start({ url: `${server.url}/first-500/${n}` }).outcome);
    assert.deepEqual(await Promise.all(runs), [SUCCEEDED, SUCCEEDED, SUCCEEDED, SUCCEEDED]);
  });

  it('fails when the Catch branch gives up after two attempts', async () => {
    await fixture.load([
      trigger('http'),
      httpRequest('http', true, 'sink'),
      catchNode('catch', ['http'], 'enough'),
      func('enough', 'msg.tries = (msg.tries || 0) + 1; return msg.tries < 2 ? msg : null;', 'http'),
      sink(),
    ]);
    const outcome = await fixture.outcome({ url: server.refused });
    assert.ok(outcome.status === 'failed');
    assert.equal(outcome.error.code, 'ECONNREFUSED');
  });

  it('has its own outcome when 200 run at once', async () => {
    await fixture.load([
      trigger('before'),
      change('before', 'http'),
      httpRequest('http', true, 'after'),
      change('after', 'sink'),
      sink(),
    ]);
    const kinds = [
      { path: '/ok', expected: 'succeeded' },
      { path: '/500', expected: 'HTTP_500' },
      { path: '/ok', expected: 'succeeded' },
      { path: '/hang', requestTimeout: 150, expected: 'no answer' },
      { path: '/ok', expected: 'succeeded' },
      { path: '', expected: 'ECONNREFUSED' },
    ];
    const runs = Array.from({ length: 200 }, async (_, n) => {
      const { path, expected, ...settings } = kinds[n % kinds.length]!;
      const url = path === '' ? server.refused : `${server.url}${path}/${n}`;
      const outcome = await fixture.start({ url, payload: n, ...settings }).outcome;
      const result = outcome.status === 'failed' ? (outcome.error.code ?? 'no answer') : outcome.status;
      assert.equal(result, expected, `run ${n}, ${url}`);
      return result === 'succeeded';
    });
    const succeeded = (await Promise.all(runs)).filter(Boolean).length;
    assert.equal(succeeded, 100);
    fixture.release();
    assert.deepEqual(fixture.tracker.size, { runs: 0, ended: 0, messageIds: 0 });
  });
});
