import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';

import { startPlatform, type Platform } from '../../../simulator';
import type { LiveTiming } from '../../../lib/sekoia/live-timing';
import { KEY, type Watcher, bareLive, bareServer, endings, liveConnection, pass, watch } from './support';

const FOREVER_MS = 1e8;
const SLACK_MS = 2;

describe('a LiveAPI connection recovers from', () => {
  const ending = endings();
  let platform: Platform;

  beforeEach(async () => {
    platform = await startPlatform({ apiKey: KEY });
    ending(() => platform.stop());
  });

  function listen(url: string, timing: Partial<LiveTiming> = {}): Watcher {
    const connection = liveConnection(url, timing);
    ending(() => connection.close());
    return watch(connection).watcher;
  }

  it('a handshake that hangs', async () => {
    platform.faults.live({ hangHandshake: true, times: 2 });
    const watcher = listen(platform.url, { handshakeTimeoutMs: 50 });
    const { error } = await watcher.reaches('waiting');
    assert.equal(error?.code, 'SEKOIA_TIMEOUT');
    assert.match(error.message, /did not answer the LiveAPI handshake/);
    await watcher.reaches('live');
  });

  it('a server that accepts the connection and is silent', async () => {
    platform.faults.live({ silent: true, times: 1 });
    const watcher = listen(platform.url, { answerTimeoutMs: 50 });
    const { error } = await watcher.reaches('waiting');
    assert.equal(error?.code, 'SEKOIA_TIMEOUT');
    assert.match(error.message, /did not answer on the LiveAPI connection/);
    await watcher.reaches('live');
  });

  it('a half-open connection without a pong', async () => {
    const watcher = listen(platform.url, { pingEveryMs: 20, pongTimeoutMs: 40 });
    await watcher.reaches('live');
    platform.live.deafen();
    const { error } = await watcher.reaches('waiting');
    assert.equal(error?.code, 'SEKOIA_TIMEOUT');
    assert.match(error.message, /did not answer a ping/);
    await watcher.reaches('live', 2);
  });

  it('a server that is unreachable for a while', async () => {
    const { url } = platform;
    await platform.stop();
    const watcher = listen(url);
    const { error } = await watcher.reaches('waiting');
    assert.equal(error?.code, 'SEKOIA_UNAVAILABLE');
    assert.match(error.message, /^127\.0\.0\.1:\d+ refused the connection/);
    await watcher.reaches('waiting', 3);
    await platform.start({ port: Number(new URL(url).port) });
    await watcher.reaches('live');
  });

  it('an answer to the handshake that is not HTTP', async () => {
    const server = await bareServer();
    ending(() => server.stop());
    server.http.on('upgrade', (_, connection) => void connection.end('SSH-2.0-OpenSSH_9.6\r\n'));
    const { error } = await listen(server.url).reaches('waiting');
    assert.equal(error?.code, 'SEKOIA_UNAVAILABLE');
  });

  it('a server that does not know WebSockets', async () => {
    const server = await bareServer((_, response) => response.end('<html>Welcome</html>'));
    ending(() => server.stop());
    const watcher = listen(server.url);
    const { error } = await watcher.reaches('waiting');
    assert.equal(error?.code, 'SEKOIA_BAD_RESPONSE');
    assert.equal(error.status, 200);
    await watcher.reaches('waiting', 2);
  });

  it('a redirect, which it does not follow with its cookie', async () => {
    const elsewhere = await bareLive(() => undefined);
    ending(() => elsewhere.stop());
    const server = await bareServer();
    ending(() => server.stop());
    server.http.on('upgrade', (_, connection) => {
      connection.end(`HTTP/1.1 302 Found\r\nLocation: ${elsewhere.url}/live/\r\nContent-Length: 0\r\n\r\n`);
    });
    const { error } = await listen(server.url).reaches('waiting');
    assert.equal(error?.code, 'SEKOIA_BAD_RESPONSE');
    assert.match(error.message, /the key is never sent to redirects/);
    assert.equal(elsewhere.handshakes.length, 0);
  });

  for (const code of [1000, 1001, 1011, 1012, 4000])
    it(`a socket that the server closes with ${code}`, async () => {
      const server = await bareLive((socket) => {
        if (server.handshakes.length === 1) socket.close(code, 'a reason');
      });
      ending(() => server.stop());
      const watcher = listen(server.url);
      const { error } = await watcher.reaches('waiting');
      assert.equal(error?.code, 'SEKOIA_UNAVAILABLE');
      assert.match(error.message, new RegExp(`closed the connection \\(${code}\\)`));
      await watcher.reaches('live');
    });

  it('a server that says goodbye and keeps the connection', async () => {
    const server = await bareServer();
    ending(() => server.stop());
    server.http.on('upgrade', (request, connection) => {
      const key = request.headers['sec-websocket-key'] ?? '';
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      connection.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
          `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      // An empty message, then a close frame with code 1001; the TCP connection stays.
      connection.write(Buffer.from([0x81, 0x02, 0x7b, 0x7d, 0x88, 0x02, 0x03, 0xe9]));
    });
    const watcher = listen(server.url);
    assert.match((await watcher.reaches('waiting')).error!.message, /closed the connection \(1001\)/);
    await watcher.reaches('live', 2);
  });
});

describe('the waits of a LiveAPI connection', () => {
  const ending = endings();

  /** Arrivals of `count` handshakes at a server that answers each as told. */
  async function arrivals(count: number, timing: Partial<LiveTiming>, held = false): Promise<number[]> {
    const times: number[] = [];
    const server = held
      ? await bareLive((socket) => setTimeout(() => socket.terminate(), 10))
      : await bareServer();
    ending(() => server.stop());
    server.http.on('upgrade', (_, connection) => {
      times.push(performance.now());
      if (!held) connection.end('HTTP/1.1 503 Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    });
    const connection = liveConnection(server.url, timing);
    ending(() => connection.close());
    watch(connection);
    while (times.length < count) await once(server.http, 'upgrade');
    return times;
  }

  function assertGaps(times: number[], leastMs: number[]): void {
    leastMs.forEach((least, i) => {
      const gap = times[i + 1]! - times[i]!;
      assert.ok(gap >= least - SLACK_MS, `wait ${i} was ${gap} ms instead of ${least} ms or more`);
    });
  }

  it('grow up to a maximum', async () => {
    const times = await arrivals(6, { firstReconnectMs: 10, maxReconnectMs: 40 });
    assertGaps(times, [5, 10, 20, 20, 20]);
  });

  it('also grow when each connection is brief', async () => {
    const times = await arrivals(5, { firstReconnectMs: 20, maxReconnectMs: 80 }, true);
    assertGaps(times, [10, 20, 40, 40]);
  });

  it('start over after a stable connection', async () => {
    const platform = await startPlatform({ apiKey: KEY });
    ending(() => platform.stop());
    // If they went on growing, 12 rounds would take 10 · 2¹² ms, far past the test's own limit.
    const connection = liveConnection(platform.url, {
      firstReconnectMs: 10,
      maxReconnectMs: FOREVER_MS,
      stableAfterMs: 10,
    });
    ending(() => connection.close());
    const { watcher } = watch(connection);
    for (let round = 1; round <= 12; round += 1) {
      await watcher.reaches('live', round);
      await pass(25);
      platform.live.cut();
    }
    await watcher.reaches('live', 13);
  });
});
