import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { startPlatform, type Platform } from '../../simulator';
import { call, get, LiveClient, refusal } from './clients';

describe('faults', () => {
  let platform: Platform;

  beforeEach(async () => {
    platform = await startPlatform();
  });

  afterEach(() => platform.stop());

  const status = async (path = '/v1/me', method = 'GET') => (await call(platform, path, { method })).status;

  describe('of the REST API', () => {
    it('answer in place of the platform, as often as configured', async () => {
      const fault = platform.faults.rest({ status: 503, times: 2 });
      assert.deepEqual([await status(), await status(), await status()], [503, 503, 200]);
      assert.equal(fault.hits, 2);
      assert.deepEqual(
        platform.requests.map((request) => request.status),
        [503, 503, 200],
      );
    });

    it('apply to chosen paths and methods only, with or without /api', async () => {
      platform.faults.rest({ path: '/v1/me', status: 500 });
      platform.faults.rest({ path: /^\/v1\/sic\/alerts\/./g, method: 'patch', status: 502 });
      assert.equal(await status('/api/v1/me'), 500);
      assert.equal(await status('/v1/me?x=1'), 500);
      assert.equal(await status('/v1/sic/alerts'), 200);
      for (let i = 0; i < 2; i++) assert.equal(await status('/v1/sic/alerts/x', 'PATCH'), 502);
      assert.equal(await status('/v1/sic/alerts/x'), 404);
    });

    it('apply in turn, and are cleared one by one or all together', async () => {
      const first = platform.faults.rest({ status: 500 });
      platform.faults.rest({ status: 501 });
      assert.equal(await status(), 500);
      first.clear();
      assert.equal(await status(), 501);
      platform.faults.clear();
      assert.equal(await status(), 200);
    });

    it('carry a body, headers and Retry-After', async () => {
      platform.faults.rest({
        status: 403,
        body: '<html>blocked</html>',
        headers: { 'X-WAF': 'yes' },
        times: 1,
      });
      const blocked = await call(platform, '/v1/me');
      assert.deepEqual([blocked.status, blocked.body], [403, '<html>blocked</html>']);
      assert.equal(blocked.headers.get('x-waf'), 'yes');
      platform.faults.rest({ retryAfter: 7, times: 1 });
      const limited = await call(platform, '/v1/me');
      assert.deepEqual([limited.status, limited.headers.get('retry-after')], [429, '7']);
      platform.faults.rest({ status: 500, body: { message: 'm', code: 'C' }, times: 1 });
      assert.deepEqual((await call(platform, '/v1/me')).body, { message: 'm', code: 'C' });
      assert.equal((await call(platform, '/v1/me')).headers.get('x-waf'), null);
    });

    it('redirect', async () => {
      platform.faults.rest({ redirectTo: 'http://127.0.0.1:1/elsewhere' });
      const { status, headers } = await call(platform, '/v1/me');
      assert.deepEqual([status, headers.get('location')], [302, 'http://127.0.0.1:1/elsewhere']);
    });

    it('delay an answer', async () => {
      platform.faults.rest({ delayMs: 30, times: 1 });
      const before = performance.now();
      await get(platform, '/v1/me');
      assert.ok(performance.now() - before >= 29);
    });

    it('reset the connection', async () => {
      platform.faults.rest({ reset: true });
      const answered = once(platform, 'request');
      await assert.rejects(fetch(`${platform.url}/v1/me`), TypeError);
      await answered;
      assert.equal(platform.requests[0]?.status, 0);
    });

    it('cut an answer in half', async () => {
      platform.faults.rest({ truncate: true });
      await assert.rejects(call(platform, '/v1/me'), TypeError);
    });

    it('break the JSON', async () => {
      platform.faults.rest({ brokenJson: true });
      const response = await fetch(`${platform.url}/v1/me`, {
        headers: { Authorization: `Bearer ${platform.apiKey}` },
      });
      assert.equal(response.status, 200);
      await assert.rejects(response.json(), SyntaxError);
    });

    it('never answer', async () => {
      const fault = platform.faults.rest({ hang: true });
      const hanging = once(platform, 'request');
      const abort = new AbortController();
      const answer = fetch(`${platform.url}/v1/me`, { signal: abort.signal });
      await hanging;
      abort.abort();
      await assert.rejects(answer, { name: 'AbortError' });
      assert.equal(fault.hits, 1);
    });
  });

  describe('of the LiveAPI', () => {
    const open = () => new LiveClient(platform, { Cookie: `access_token_cookie=${platform.apiKey}` });

    it('refuse the handshake', async () => {
      const fault = platform.faults.live({ refuse: 503, times: 2 });
      assert.equal(await refusal(open()), 503);
      assert.equal(await refusal(open()), 503);
      assert.equal(fault.hits, 2);
      await LiveClient.open(platform);
    });

    it('never answer the handshake', async () => {
      platform.faults.live({ hangHandshake: true });
      const socket = new WebSocket(`${platform.url.replace('http', 'ws')}/live/`, { handshakeTimeout: 30 });
      const [error] = (await once(socket, 'error')) as [Error];
      assert.match(error.message, /timed out/);
      assert.equal(platform.live.accepted, 0);
    });

    it('refuse the client in the first message', async () => {
      platform.faults.live({ refuseMessage: true });
      const client = open();
      const closed = once(client.socket, 'close');
      assert.deepEqual(await client.next(), { authenticated: false });
      await closed;
    });

    it('accept the client and then stay silent', async () => {
      platform.faults.live({ silent: true, times: 1 });
      const client = open();
      await once(client.socket, 'open');
      await nothingComesBack(client);
      const other = await LiveClient.open(platform);
      platform.raise();
      await other.nextNotice();
      assert.equal(client.waiting, 0);
    });

    it('make sockets half-open, but not later ones', async () => {
      const client = await LiveClient.open(platform);
      platform.faults.deafen();
      await nothingComesBack(client);
      client.socket.close();
      const after = await LiveClient.open(platform);
      platform.raise();
      await after.nextNotice();
      assert.equal(client.waiting, 0);
      assert.equal(client.socket.readyState, WebSocket.CLOSING, 'the close is not answered');
      assert.equal(platform.live.open, 2);
      const gone = once(platform.live, 'close');
      client.socket.terminate();
      await gone;
      assert.equal(platform.live.open, 1);
    });

    /** The platform hears the client, but the client hears nothing, not even the answer to a ping. */
    async function nothingComesBack(client: LiveClient): Promise<void> {
      let pongs = 0;
      client.socket.on('pong', () => pongs++);
      const heard = once(platform.live, 'ping');
      client.socket.ping();
      await heard;
      platform.live.send('for everyone');
      await get(platform, '/v1/me');
      assert.deepEqual([pongs, client.waiting], [0, 0]);
    }
  });

  it('do not keep the platform from stopping', async () => {
    platform.faults.rest({ path: '/v1/me', hang: true });
    platform.faults.rest({ path: '/v1/sic/alerts', delayMs: 3_600_000 });
    const hanging = once(platform, 'request');
    const failures = ['/v1/me', '/v1/sic/alerts'].map((path) =>
      assert.rejects(call(platform, path), TypeError),
    );
    await hanging;
    const halfOpen = await LiveClient.open(platform);
    platform.faults.deafen();
    platform.faults.live({ hangHandshake: true });
    const unanswered = new LiveClient(platform, {});
    const silentTcp = connect(Number(new URL(platform.url).port), '127.0.0.1');
    // Reset or closed, it has to end.
    silentTcp.on('error', () => undefined);
    const tcpEnds = new Promise((resolve) => silentTcp.once('close', resolve));
    await once(silentTcp, 'connect');
    platform.raise({}, { announceAfterMs: 3_600_000 });
    const ends = Promise.all([once(halfOpen.socket, 'close'), tcpEnds]);

    await platform.stop();
    await Promise.all(failures);
    await ends;
    unanswered.socket.terminate();
    await platform.stop();
  });
});
