import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';

import { startPlatform, type Platform } from '../../../simulator';
import { SekoiaError } from '../../../lib/sekoia/errors';
import { answering, bareServer, deferred, endings, KEY, pass, restClient, runningTimers } from './support';

const PROFILE = { uuid: 'u-1' };

describe('the connections of a REST client', () => {
  const ending = endings();

  it('are kept alive and shared by sequential requests', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on('warning', onWarning);
    ending(() => process.off('warning', onWarning));
    const server = await bareServer(answering(200, PROFILE));
    ending(() => server.stop());
    const client = restClient(server.url);
    ending(() => client.close());
    const { signal } = new AbortController();
    for (let i = 0; i < 30; i += 1) await client.me({ signal });
    assert.equal(server.connections, 1);
    await Promise.all(Array.from({ length: 30 }, () => client.me({ signal })));
    assert.deepEqual(warnings, []);
  });

  it('are kept alive after error answers', async () => {
    let requests = 0;
    const server = await bareServer((request, response) => {
      requests += 1;
      answering(requests < 4 ? 503 : 200, requests < 4 ? 'no' : PROFILE)(request, response);
    });
    ending(() => server.stop());
    const client = restClient(server.url);
    ending(() => client.close());
    await client.me();
    assert.equal(requests, 4);
    assert.equal(server.connections, 1);
  });

  it('leave no timer after a request', async () => {
    const server = await bareServer(answering(200, PROFILE));
    ending(() => server.stop());
    const client = restClient(server.url, { silenceTimeoutMs: 1e6 });
    ending(() => client.close());
    // mocha's own timer starts at the test's first wait.
    await pass(1);
    const before = runningTimers();
    await client.me();
    await assert.rejects(client.listAlerts({}));
    while (runningTimers() > before) await pass(10);
  });

  it('may be closed by the server while they are idle', async () => {
    const server = await bareServer(answering(200, PROFILE));
    ending(() => server.stop());
    const client = restClient(server.url);
    ending(() => client.close());
    for (let i = 0; i < 5; i += 1) {
      assert.deepEqual(await client.me(), PROFILE);
      server.http.closeAllConnections();
    }
  });
});

describe('a REST client times out on', () => {
  const ending = endings();
  const timing = { silenceTimeoutMs: 60, attempts: 1 };

  async function timesOut(baseUrl: string, totalTimeoutMs = 60_000): Promise<void> {
    const client = restClient(baseUrl, { ...timing, totalTimeoutMs });
    ending(() => client.close());
    const startedMs = performance.now();
    await assert.rejects(
      client.me(),
      (error) =>
        error instanceof SekoiaError &&
        error.code === 'SEKOIA_TIMEOUT' &&
        error.message.includes('did not answer in time'),
    );
    assert.ok(performance.now() - startedMs >= timing.silenceTimeoutMs - 2);
  }

  it('a server that never answers', async () => {
    const platform = await startPlatform({ apiKey: KEY });
    ending(() => platform.stop());
    platform.faults.rest({ hang: true });
    await timesOut(platform.url);
  });

  it('a body that stops in the middle', async () => {
    const server = await bareServer((_, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' }).write('{"uuid": ');
    });
    ending(() => server.stop());
    await timesOut(server.url);
  });

  it('a body that trickles in byte by byte', async () => {
    const server = await bareServer((_, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      const drip = setInterval(() => response.write(' '), 5);
      response.on('close', () => clearInterval(drip));
    });
    ending(() => server.stop());
    await timesOut(server.url, 60);
  });

  it('headers that trickle in', async () => {
    const server = await bareServer((request) => {
      request.socket.write('HTTP/1.1 200 OK\r\n');
      const drip = setInterval(() => request.socket.write('X-Drip: 1\r\n'), 5);
      request.socket.on('error', () => clearInterval(drip)).on('close', () => clearInterval(drip));
    });
    ending(() => server.stop());
    await timesOut(server.url);
  });

  it('a request whose connection is then not reused', async () => {
    const server = await bareServer((request, response) => {
      if (server.connections > 1) answering(200, PROFILE)(request, response);
    });
    ending(() => server.stop());
    const client = restClient(server.url, { silenceTimeoutMs: 500, attempts: 4 });
    ending(() => client.close());
    assert.deepEqual(await client.me(), PROFILE);
    assert.ok(server.connections >= 2);
  });
});

describe('a REST client follows no redirect with its key', () => {
  const ending = endings();

  for (const status of [301, 302, 303, 307, 308])
    it(`of ${status}, whether to another host or the same`, async () => {
      let asked = 0;
      const elsewhere = await bareServer((request, response) => {
        asked += 1;
        answering(200, PROFILE)(request, response);
      });
      ending(() => elsewhere.stop());
      const platform = await startPlatform({ apiKey: KEY });
      ending(() => platform.stop());
      const client = restClient(platform.url);
      ending(() => client.close());
      for (const redirectTo of [`${elsewhere.url}/api/v1/me?token=t0ken`, '/v1/sic/alerts']) {
        platform.clearRequests();
        platform.faults.clear();
        platform.faults.rest({ status, redirectTo });
        await assert.rejects(
          client.me(),
          (error) =>
            error instanceof SekoiaError &&
            error.code === 'SEKOIA_BAD_RESPONSE' &&
            error.message.includes('the key is never sent to redirects') &&
            !error.message.includes('t0ken'),
        );
        assert.equal(platform.requests.length, 1);
      }
      assert.equal(asked, 0);
    });
});

describe('a REST client stops on', () => {
  const ending = endings();
  let platform: Platform;

  beforeEach(async () => {
    platform = await startPlatform({ apiKey: KEY });
    ending(() => platform.stop());
  });

  it('a signal that has aborted, without a request', async () => {
    const client = restClient(platform.url);
    ending(() => client.close());
    const reason = new Error('enough');
    await assert.rejects(client.me({ signal: AbortSignal.abort(reason) }), (error) => error === reason);
    assert.equal(platform.requests.length, 0);
  });

  it('a signal that aborts while the server thinks', async () => {
    const client = restClient(platform.url, { attempts: 1 });
    ending(() => client.close());
    platform.faults.rest({ hang: true });
    const controller = new AbortController();
    const call = client.me({ signal: controller.signal });
    await once(platform, 'request');
    const reason = new Error('enough');
    controller.abort(reason);
    await assert.rejects(call, (error) => error === reason);
    assert.equal(platform.requests.length, 1);
  });

  it('a signal that aborts while the body comes', async () => {
    const begun = deferred();
    const server = await bareServer((_, response) => {
      response.writeHead(200);
      response.write('{', () => begun.resolve());
    });
    ending(() => server.stop());
    const client = restClient(server.url);
    ending(() => client.close());
    const controller = new AbortController();
    const call = client.me({ signal: controller.signal });
    await begun.promise;
    const reason = new Error('enough');
    controller.abort(reason);
    await assert.rejects(call, (error) => error === reason);
  });

  it('a signal that aborts between two attempts', async () => {
    const client = restClient(platform.url, { firstRetryMs: 60_000, maxRetryMs: 60_000 });
    ending(() => client.close());
    platform.faults.rest({ status: 503 });
    const controller = new AbortController();
    const call = client.me({ signal: controller.signal });
    await once(platform, 'request');
    await pass(20);
    const reason = new Error('enough');
    controller.abort(reason);
    await assert.rejects(call, (error) => error === reason);
    assert.equal(platform.requests.length, 1);
  });

  it('the signal of one call, which leaves the others alone', async () => {
    const client = restClient(platform.url);
    ending(() => client.close());
    platform.faults.rest({ delayMs: 30 });
    const controller = new AbortController();
    const aborted = assert.rejects(client.me({ signal: controller.signal }));
    const kept = client.me();
    controller.abort();
    await aborted;
    assert.equal(typeof (await kept).uuid, 'string');
  });

  it('close(), for all current, waiting and later calls', async () => {
    const client = restClient(platform.url, { firstRetryMs: 60_000, maxRetryMs: 60_000 });
    platform.faults.rest({ path: '/v1/me', hang: true });
    platform.faults.rest({ path: /alerts/, status: 503 });
    const calls = [client.me(), client.me(), client.listAlerts({}), client.getAlert('AL1')];
    while (platform.requests.length < calls.length) await once(platform, 'request');
    await pass(20);
    client.close();
    for (const call of calls) await assert.rejects(call, isStopped);
    await assert.rejects(client.me(), isStopped);
    assert.equal(platform.requests.length, calls.length);
    client.close();
  });

  it('close(), and ends idle connections', async () => {
    const server = await bareServer(answering(200, PROFILE));
    ending(() => server.stop());
    const connected = once(server.http, 'connection');
    const client = restClient(server.url);
    await client.me();
    const [socket] = (await connected) as [Socket];
    const gone = socket.destroyed ? Promise.resolve() : once(socket, 'close');
    client.close();
    await gone;
    assert.equal(socket.destroyed, true);
  });
});

function isStopped(error: unknown): boolean {
  return (
    error instanceof SekoiaError &&
    error.code === 'SEKOIA_UNAVAILABLE' &&
    error.message.includes('stopped or was redeployed')
  );
}
