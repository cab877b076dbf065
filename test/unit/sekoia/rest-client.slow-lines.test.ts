import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type http from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

import { deriveAddresses } from '../../../lib/sekoia/addresses';
import type { Alert } from '../../../lib/sekoia/alert';
import { ApiKey } from '../../../lib/sekoia/api-key';
import { SekoiaError } from '../../../lib/sekoia/errors';
import { RateLimiter } from '../../../lib/sekoia/rate-limiter';
import { RestClient } from '../../../lib/sekoia/rest-client';
import { ALERT_UUID, KEY, QUICK_REST, bareServer, endings, restClient } from './support';

const MB = 1024 * 1024;

describe('a REST client on a slow line', () => {
  const ending = endings();

  it('accepts an answer that takes longer than the allowed silence, if data keeps arriving', async () => {
    const text = JSON.stringify({ uuid: ALERT_UUID, title: 'x'.repeat(30) });
    const server = await bareServer((_, response) => {
      let sent = 0;
      const drip = setInterval(() => {
        if (sent < text.length) response.write(text.slice(sent, (sent += 2)));
        else response.end(() => clearInterval(drip));
      }, 20);
    });
    ending(() => server.stop());
    // It takes more than twice as long in all.
    const client = restClient(server.url, { silenceTimeoutMs: 400, attempts: 1 });
    ending(() => client.close());
    const startedMs = performance.now();
    assert.equal((await client.getAlert(ALERT_UUID)).uuid, ALERT_UUID);
    assert.ok(performance.now() - startedMs > 400);
  });

  for (const [encoding, pack] of [
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)
    it(`decompresses an answer in ${encoding}`, async () => {
      const asked: unknown[] = [];
      const server = await bareServer((request, response) => {
        asked.push(request.headers['accept-encoding']);
        response.writeHead(200, { 'Content-Encoding': encoding });
        response.end(pack(JSON.stringify({ uuid: ALERT_UUID, title: 'é'.repeat(100_000) })));
      });
      ending(() => server.stop());
      const client = restClient(server.url);
      ending(() => client.close());
      assert.equal((await client.getAlert(ALERT_UUID)).title, 'é'.repeat(100_000));
      assert.match(String(asked[0]), new RegExp(encoding));
    });

  describe('when an answer is too large', () => {
    /** A quarter of a megabyte of gzip that unpacks to a thousand times as much. */
    let bomb: Buffer;

    before(() => {
      bomb = gzipSync(Buffer.alloc(256 * MB, ' '));
      assert.ok(bomb.length < 0.5 * MB);
    });

    async function clientOfBomb(status: number): Promise<RestClient> {
      const server = await bareServer((_, response) => {
        response.writeHead(status, { 'Content-Encoding': 'gzip' }).end(bomb);
      });
      ending(() => server.stop());
      const client = restClient(server.url, { attempts: 1 });
      ending(() => client.close());
      return client;
    }

    it('rejects it at 64 MB, counted after decompression', async () => {
      const client = await clientOfBomb(200);
      const before = process.memoryUsage.rss();
      let most = 0;
      const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 5);
      await assert.rejects(
        client.getAlert(ALERT_UUID),
        (error) =>
          error instanceof SekoiaError &&
          error.code === 'SEKOIA_BAD_RESPONSE' &&
          error.tooLarge === true &&
          error.message.includes('larger than 64 MB'),
      );
      clearInterval(watch);
      assert.ok(most - before < 200 * MB, `${Math.round((most - before) / MB)} MB`);
    });

    it('is not harmed by an error page', async () => {
      const client = await clientOfBomb(503);
      await assert.rejects(client.getAlert(ALERT_UUID), { code: 'SEKOIA_UNAVAILABLE' });
    });
  });
});

/** A platform that only answers when few enough alerts are asked for at a time. */
async function narrowPlatform(atMost: number) {
  const alerts: Alert[] = Array.from({ length: 100 }, () => ({ uuid: randomUUID() }));
  const limits: number[] = [];
  const handle: http.RequestListener = ({ url = '' }, response) => {
    const query = new URL(url, 'http://localhost').searchParams;
    const wanted = query.get('match[uuid]')?.split(',');
    const asked = wanted?.length ?? Number(query.get('limit'));
    limits.push(asked);
    if (asked > platform.atMost) return;
    const offset = Number(query.get('offset') ?? 0);
    const items = wanted?.map((uuid) => ({ uuid })) ?? alerts.slice(offset, offset + asked);
    response.end(JSON.stringify({ items, has_more: offset + asked < alerts.length }));
  };
  const server = await bareServer(handle);
  const platform = { server, alerts, limits, atMost };
  return platform;
}

describe('a REST client on a line too slow for 100 alerts', () => {
  const ending = endings();

  /** @param silenceTimeoutMs long enough for an answer that comes at once, even on a busy machine */
  async function setUp(atMost: number, silenceTimeoutMs = 2_000) {
    const platform = await narrowPlatform(atMost);
    ending(() => platform.server.stop());
    const client = restClient(platform.server.url, { silenceTimeoutMs, attempts: 2 });
    ending(() => client.close());
    return { ...platform, platform, client };
  }

  it('requests smaller pages that fit', async () => {
    const { client, alerts, limits } = await setUp(30);
    const page = await client.listAlerts({ limit: 100 });
    assert.deepEqual(limits, [100, 50, 25]);
    assert.deepEqual(page.items, alerts.slice(0, 25));
    assert.deepEqual([page.sent, page.hasMore], [25, true]);
    const next = await client.listAlerts({ limit: 100, offset: 25 });
    assert.deepEqual(next.items, alerts.slice(25, 50));
  });

  it('requests fewer alerts at a time', async () => {
    const { client, alerts, limits } = await setUp(30);
    await client.listAlerts({ limit: 100 });
    limits.length = 0;
    const read = await Promise.all(alerts.map(({ uuid }) => client.getAlert(uuid)));
    assert.deepEqual(read, alerts);
    assert.deepEqual(limits, [25, 25, 25, 25]);
  });

  it('retries a single alert, then fails with SEKOIA_TIMEOUT', async () => {
    const { client, limits } = await setUp(0);
    await assert.rejects(client.listAlerts({ limit: 100 }), { code: 'SEKOIA_TIMEOUT' });
    assert.deepEqual(limits, [100, 50, 25, 12, 6, 3, 1, 1]);
  });

  it('keeps a limit that fits', async () => {
    const { client, limits } = await setUp(10);
    assert.equal((await client.listAlerts({ limit: 10 })).sent, 10);
    assert.deepEqual(limits, [10]);
  });

  it('requests larger pages again', async () => {
    const { client, platform, limits } = await setUp(60);
    await client.listAlerts({ limit: 100 });
    platform.atMost = 100;
    for (let i = 0; i < 12; i += 1) await client.listAlerts({ limit: 100 });
    assert.equal(limits.at(-1), 100);
  });
});

describe('a background request', () => {
  const ending = endings();

  async function setUp(status: number) {
    let requests = 0;
    const server = await bareServer((_, response) => {
      requests += 1;
      response.writeHead(status, { 'Retry-After': '1' }).end('{}');
    });
    ending(() => server.stop());
    const limiter = new RateLimiter({ requestsPerSecond: 0, timing: { errorWindowMs: 5 } });
    ending(() => limiter.close());
    const client = new RestClient({
      addresses: deriveAddresses({ baseUrl: server.url }),
      apiKey: new ApiKey(KEY),
      limiter,
      timing: QUICK_REST,
    });
    ending(() => client.close());
    return { client, limiter, count: () => requests };
  }

  for (const status of [403, 404, 429, 500, 503])
    it(`${status} is not tried again and pauses no read`, async () => {
      const { client, limiter, count } = await setUp(status);
      await assert.rejects(client.listItems('/sic/custom_statuses', { priority: 'background' }));
      await assert.rejects(client.listAlerts({}, { priority: 'background' }));
      assert.equal(count(), 2);
      assert.equal(limiter.pausedForMs, 0);
    }).timeout(10_000);
});
