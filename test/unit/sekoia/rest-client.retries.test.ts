import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';

import { startPlatform, type Platform } from '../../../simulator';
import { deriveAddresses } from '../../../lib/sekoia/addresses';
import { ApiKey } from '../../../lib/sekoia/api-key';
import { SekoiaError, type SekoiaErrorCode } from '../../../lib/sekoia/errors';
import { RateLimiter } from '../../../lib/sekoia/rate-limiter';
import { RestClient, type RestTiming } from '../../../lib/sekoia/rest-client';
import { KEY, QUICK_REST, bareServer, endings, restClient } from './support';

/** Node.js counts timers in whole milliseconds. */
const SLACK_MS = 2;

describe('a REST client retries', () => {
  const ending = endings();
  let platform: Platform;

  beforeEach(async () => {
    platform = await startPlatform({ apiKey: KEY });
    ending(() => platform.stop());
  });

  function clientWith(timing: Partial<RestTiming> = {}): RestClient {
    const client = restClient(platform.url, timing);
    ending(() => client.close());
    return client;
  }

  /** Between the arrivals of the requests. */
  function gapsMs(): number[] {
    const { requests } = platform;
    return requests.slice(1).map((request, i) => request.at - requests[i]!.at);
  }

  for (const status of [408, 429, 500, 502, 503, 504])
    it(`${status} until it succeeds`, async () => {
      platform.faults.rest({ status, times: 3 });
      assert.equal(typeof (await clientWith().me()).uuid, 'string');
      assert.deepEqual(
        platform.requests.map((request) => request.status),
        [status, status, status, 200],
      );
    });

  it('resets', async () => {
    platform.faults.rest({ reset: true, times: 2 });
    await clientWith().me();
    assert.equal(platform.requests.length, 3);
  });

  it('bodies that a reset cut off', async () => {
    platform.faults.rest({ truncate: true, times: 2 });
    await clientWith().me();
    assert.equal(platform.requests.length, 3);
  });

  it('requests without an answer in time', async () => {
    platform.faults.rest({ hang: true, times: 1 });
    await clientWith({ silenceTimeoutMs: 500 }).me();
    assert.ok(platform.requests.length >= 2);
  });

  const passing: [status: number, code: SekoiaErrorCode][] = [
    [408, 'SEKOIA_TIMEOUT'],
    [429, 'SEKOIA_RATE_LIMITED'],
    [500, 'SEKOIA_UNAVAILABLE'],
  ];
  for (const [status, code] of passing)
    it(`${status} up to \`attempts\` times, then fails with ${code}`, async () => {
      platform.faults.rest({ status });
      const error = await failure(clientWith({ attempts: 3 }).me());
      assert.equal(error.code, code);
      assert.equal(error.status, status);
      assert.equal(platform.requests.length, 3);
    });

  it('nothing when only one attempt is allowed', async () => {
    platform.faults.rest({ status: 503 });
    await failure(clientWith({ attempts: 1 }).me());
    assert.equal(platform.requests.length, 1);
  });

  for (const status of [301, 302, 400, 401, 402, 403, 404, 405, 409, 422])
    it(`no ${status}`, async () => {
      platform.faults.rest({ status });
      assert.equal((await failure(clientWith().me())).status, status);
      assert.equal(platform.requests.length, 1);
    });

  it('no broken JSON', async () => {
    platform.faults.rest({ brokenJson: true });
    assert.equal((await failure(clientWith().me())).code, 'SEKOIA_BAD_RESPONSE');
    assert.equal(platform.requests.length, 1);
  });

  it('with waits that grow', async () => {
    platform.faults.rest({ status: 503 });
    await failure(clientWith({ attempts: 5, firstRetryMs: 10, maxRetryMs: 40 }).me());
    const leastMs = [5, 10, 20, 20];
    const gaps = gapsMs();
    assert.equal(gaps.length, leastMs.length);
    gaps.forEach((gap, i) => assert.ok(gap >= leastMs[i]! - SLACK_MS, `wait ${i} was ${gap} ms`));
  });
});

describe('Retry-After of the REST API', () => {
  const ending = endings();
  let platform: Platform;

  beforeEach(async () => {
    platform = await startPlatform({ apiKey: KEY });
    ending(() => platform.stop());
  });

  function clientWith(timing: Partial<RestTiming> = {}): RestClient {
    const client = restClient(platform.url, timing);
    ending(() => client.close());
    return client;
  }

  async function waitedMs(client: RestClient): Promise<number> {
    await client.me();
    const [first, second] = platform.requests;
    return second!.at - first!.at;
  }

  for (const status of [429, 503])
    it(`is respected in seconds, with ${status}`, async () => {
      platform.faults.rest({ status, retryAfter: 0.1, times: 1 });
      assert.ok((await waitedMs(clientWith())) >= 100 - SLACK_MS);
    });

  it('is compared with the answer’s own Date, not with this machine’s clock, if it is a date', async () => {
    // A day behind: by this machine's clock the date would be long past, and by the other way round far off.
    platform.clockOffsetMs = -86_400_000;
    const date = new Date(Math.ceil(platform.now() / 1000) * 1000 + 1000).toUTCString();
    platform.faults.rest({ retryAfter: date, times: 1 });
    // Both dates are in whole seconds, so between one and two are left.
    assert.ok((await waitedMs(clientWith({ maxRetryAfterMs: 5000 }))) >= 1000 - SLACK_MS);
  });

  it('does not shorten the growing wait if it is empty or past', async () => {
    platform.faults.rest({ retryAfter: 0, times: 1 });
    assert.ok((await waitedMs(clientWith({ firstRetryMs: 60, maxRetryMs: 60 }))) >= 30 - SLACK_MS);
    platform.clearRequests();
    platform.faults.rest({ retryAfter: 'Mon, 05 Jan 1998 07:00:00 GMT', times: 1 });
    assert.ok((await waitedMs(clientWith({ firstRetryMs: 60, maxRetryMs: 60 }))) >= 30 - SLACK_MS);
  });

  it('fails the call at once if it is longer than the client waits', async () => {
    platform.faults.rest({ retryAfter: 3600 });
    const error = await failure(clientWith().me());
    assert.equal(error.code, 'SEKOIA_RATE_LIMITED');
    assert.equal(error.retryAfterMs, 3_600_000);
    assert.equal(platform.requests.length, 1);
  });

  it('keeps the growing wait if it is unreadable', async () => {
    platform.faults.rest({ retryAfter: 'soon', times: 1 });
    await clientWith().me();
    assert.equal(platform.requests.length, 2);
  });
});

function restClientWith(baseUrl: string, limiter: RateLimiter): RestClient {
  return new RestClient({
    addresses: deriveAddresses({ baseUrl }),
    apiKey: new ApiKey(KEY),
    limiter,
    timing: QUICK_REST,
  });
}

describe('an alert that was just announced', () => {
  const ending = endings();

  async function setUp(): Promise<{ platform: Platform; client: RestClient }> {
    const platform = await startPlatform({ apiKey: KEY });
    ending(() => platform.stop());
    const client = restClient(platform.url);
    ending(() => client.close());
    return { platform, client };
  }

  it('may be missing for a while', async () => {
    const { platform, client } = await setUp();
    const { uuid } = platform.raise({}, { visibleAfterMs: 60 });
    assert.equal((await client.getAlert(uuid, { notFoundForMs: 60_000 })).uuid, uuid);
    assert.equal(platform.requests.at(-1)!.status, 200);
  });

  it('is requested until the end of that while, however long the waits are', async () => {
    const { platform } = await setUp();
    const client = restClient(platform.url, { firstRetryMs: 1e6, maxRetryMs: 1e6 });
    ending(() => client.close());
    const { uuid } = platform.raise({}, { announce: false, visibleAfterMs: 200 });
    assert.equal((await client.getAlert(uuid, { notFoundForMs: 1000 })).uuid, uuid);
  });

  it('fails as not found when the while is over', async () => {
    const { platform, client } = await setUp();
    const startedMs = performance.now();
    const error = await failure(client.getAlert('AL404', { notFoundForMs: 400 }));
    assert.equal(error.code, 'SEKOIA_NOT_FOUND');
    assert.ok(performance.now() - startedMs >= 400 - SLACK_MS);
    assert.ok(platform.requests.length >= 2);
  });

  it('is requested once unless the caller knows that it exists', async () => {
    const { platform, client } = await setUp();
    assert.equal((await failure(client.getAlert('AL404'))).code, 'SEKOIA_NOT_FOUND');
    assert.equal(platform.requests.length, 1);
  });

  it('pauses no requests while it is missing', async () => {
    const { platform } = await setUp();
    const limiter = new RateLimiter({ requestsPerSecond: 0 });
    const client = restClientWith(platform.url, limiter);
    ending(() => client.close());
    const uuids = platform.raiseMany(6, {}, { announce: false, visibleAfterMs: 150 });
    await Promise.all(uuids.map((uuid) => client.getAlert(uuid, { notFoundForMs: 60_000 })));
    assert.equal(limiter.pausedForMs, 0);
    // Each is asked for alone once at most, whereas the list answers with 200.
    assert.ok(platform.requests.filter(({ status }) => status === 404).length <= uuids.length);
  });

  it('does not keep others that are missing from pausing requests', async () => {
    const { platform } = await setUp();
    const limiter = new RateLimiter({ requestsPerSecond: 0 });
    const client = restClientWith(platform.url, limiter);
    ending(() => client.close());
    await failure(client.getAlert('AL404'));
    await failure(client.getAlert('AL405'));
    assert.ok(limiter.pausedForMs > 0);
  });

  it('is retried on network problems as usual', async () => {
    const { platform, client } = await setUp();
    const { uuid } = platform.raise();
    platform.faults.rest({ status: 404, times: 6 });
    platform.faults.rest({ status: 503, times: 3 });
    assert.equal((await client.getAlert(uuid, { notFoundForMs: 60_000 })).uuid, uuid);
  });
});

describe('a network problem of the REST client', () => {
  const ending = endings();

  it('is retried, then SEKOIA_UNAVAILABLE, for a refused connection', async () => {
    const server = await bareServer();
    await server.stop();
    const client = restClient(server.url, { attempts: 2 });
    ending(() => client.close());
    const error = await failure(client.me());
    assert.equal(error.code, 'SEKOIA_UNAVAILABLE');
    assert.match(error.message, /^127\.0\.0\.1:\d+ refused the connection/);
    assert.equal((error.cause as NodeJS.ErrnoException).code, 'ECONNREFUSED');
  });

  it('is SEKOIA_UNAVAILABLE for an unknown host', async () => {
    const client = restClient('http://nowhere.invalid', { attempts: 1 });
    ending(() => client.close());
    const error = await failure(client.me());
    assert.equal(error.code, 'SEKOIA_UNAVAILABLE');
    assert.match(error.message, /nowhere\.invalid/);
  });

  it('is SEKOIA_UNAVAILABLE for an answer that is not HTTP', async () => {
    const server = await bareServer((request) => request.socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    ending(() => server.stop());
    const client = restClient(server.url, { attempts: 1 });
    ending(() => client.close());
    assert.equal((await failure(client.me())).code, 'SEKOIA_UNAVAILABLE');
  });
});

async function failure(call: Promise<unknown>): Promise<SekoiaError> {
  const error: unknown = await call.then(
    () => assert.fail('it succeeded'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof SekoiaError, String(error));
  return error;
}
