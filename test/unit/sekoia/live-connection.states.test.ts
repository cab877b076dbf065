import assert from 'node:assert/strict';
import { once } from 'node:events';

import type { WebSocket } from 'ws';

import { startPlatform } from '../../../simulator';
import { LIVE_TIMING } from '../../../lib/sekoia/live-timing';
import { USER_AGENT } from '../../../lib/sekoia/user-agent';
import { KEY, bareLive, deferred, endings, liveConnection, pass, watch } from './support';

const FOREVER_MS = 1e8;

describe('the state of a LiveAPI connection', () => {
  const ending = endings();

  it('is off until somebody listens', async () => {
    const platform = await startPlatform({ apiKey: KEY });
    ending(() => platform.stop());
    const connection = liveConnection(platform.url);
    ending(() => connection.close());
    assert.deepEqual(connection.status, { state: 'off' });
    await pass(30);
    assert.equal(platform.live.accepted + platform.live.refused, 0);
  });

  it('goes off → connecting → live → off', async () => {
    const platform = await startPlatform({ apiKey: KEY });
    ending(() => platform.stop());
    const connection = liveConnection(platform.url);
    ending(() => connection.close());
    const { watcher, leave } = watch(connection);
    assert.deepEqual(watcher.statuses, [{ state: 'connecting' }]);
    await watcher.reaches('live');
    assert.deepEqual(connection.status, { state: 'live' });
    leave();
    assert.deepEqual(connection.status, { state: 'off' });
    assert.deepEqual(watcher.states, ['connecting', 'live']);
  });

  it('goes connecting → waiting → connecting → live, with the reason of the wait', async () => {
    const platform = await startPlatform({ apiKey: KEY });
    ending(() => platform.stop());
    platform.faults.live({ refuse: 503, times: 1 });
    const connection = liveConnection(platform.url);
    ending(() => connection.close());
    const { watcher } = watch(connection);
    await watcher.reaches('live');
    assert.deepEqual(watcher.states, ['connecting', 'waiting', 'connecting', 'live']);
    const { error } = await watcher.reaches('waiting');
    assert.equal(error?.code, 'SEKOIA_UNAVAILABLE');
    assert.equal(error.status, 503);
    assert.equal(connection.status.error, undefined);
  });

  it('goes live → waiting → connecting → live when the connection is cut', async () => {
    const platform = await startPlatform({ apiKey: KEY });
    ending(() => platform.stop());
    const connection = liveConnection(platform.url);
    ending(() => connection.close());
    const { watcher } = watch(connection);
    await watcher.reaches('live');
    platform.live.cut();
    await watcher.reaches('live', 2);
    assert.deepEqual(watcher.states, ['connecting', 'live', 'waiting', 'connecting', 'live']);
    assert.equal(platform.live.open, 1);
  });

  it('goes connecting → refused → connecting → live when the key is accepted later', async () => {
    const platform = await startPlatform({ apiKey: KEY });
    ending(() => platform.stop());
    platform.keyState = 'expired';
    const connection = liveConnection(platform.url);
    ending(() => connection.close());
    const { watcher } = watch(connection);
    const { error } = await watcher.reaches('refused');
    assert.equal(error?.code, 'SEKOIA_AUTH');
    platform.keyState = 'valid';
    await watcher.reaches('live');
    assert.ok(!watcher.states.includes('waiting'));
  });

  it('is not live on the greeting of the platform', async () => {
    let socket!: WebSocket;
    const server = await bareLive((one) => void (socket = one), { autoPong: false });
    ending(() => server.stop());
    const connection = liveConnection(server.url);
    ending(() => connection.close());
    const { watcher } = watch(connection);
    await once(server.http, 'upgrade');
    await once(socket, 'ping');
    socket.send('{"authenticated": true}');
    // Once this is answered, the greeting has been read.
    socket.ping();
    await once(socket, 'pong');
    assert.equal(connection.status.state, 'connecting');
    socket.pong();
    await watcher.reaches('live');
  });

  it('is live on the first pong', async () => {
    const server = await bareLive(() => undefined);
    ending(() => server.stop());
    const connection = liveConnection(server.url);
    ending(() => connection.close());
    await watch(connection).watcher.reaches('live');
  });
});

describe('the times of a LiveAPI connection', () => {
  it('are as designed', () => {
    assert.deepEqual(LIVE_TIMING, {
      handshakeTimeoutMs: 10_000,
      answerTimeoutMs: 10_000,
      pingEveryMs: 20_000,
      pongTimeoutMs: 5_000,
      firstReconnectMs: 1_000,
      maxReconnectMs: 300_000,
      stableAfterMs: 60_000,
      refusedRetryMs: 300_000,
      closeTimeoutMs: 500,
    });
  });
});

describe('a LiveAPI connection sends', () => {
  const ending = endings();

  it('the cookie and the User-Agent, and no Authorization header', async () => {
    const server = await bareLive(() => undefined);
    ending(() => server.stop());
    const connection = liveConnection(server.url);
    ending(() => connection.close());
    await watch(connection).watcher.reaches('live');
    const [handshake] = server.handshakes;
    assert.equal(handshake!.url, '/live/');
    assert.equal(handshake!.headers.cookie, `access_token_cookie=${KEY}`);
    assert.equal(handshake!.headers['user-agent'], USER_AGENT);
    assert.equal(handshake!.headers.authorization, undefined);
  });

  it('the upgrade, as it stands in the platform’s own client, once per socket', async () => {
    const heard: string[][] = [];
    const server = await bareLive((socket) => {
      const messages: string[] = [];
      heard.push(messages);
      socket.on('message', (data: Buffer) => messages.push(data.toString('utf8')));
      // More answers than one must not lead to more upgrades.
      socket.send('{"authenticated": true}');
      socket.send('{}');
    });
    ending(() => server.stop());
    const connection = liveConnection(server.url, { pingEveryMs: 5, pongTimeoutMs: FOREVER_MS });
    ending(() => connection.close());
    for (let i = 0; i < 3; i += 1) {
      const { watcher, leave } = watch(connection);
      await watcher.reaches('live');
      // Its second message made it live, perhaps before the server has heard of the upgrade.
      while (!heard[i]?.length) await pass(1);
      await pass(30);
      leave();
    }
    assert.deepEqual(heard, Array(3).fill(['{"action": "upgrade"}']));
  });

  it('pings for as long as it is live', async () => {
    const platform = await startPlatform({ apiKey: KEY });
    ending(() => platform.stop());
    const connection = liveConnection(platform.url, { pingEveryMs: 10, pongTimeoutMs: FOREVER_MS });
    ending(() => connection.close());
    const { watcher } = watch(connection);
    while (platform.live.pings < 6) await once(platform.live, 'ping');
    assert.deepEqual(watcher.states, ['connecting', 'live']);
  });

  it('no ping before the last was answered, however many messages arrive', async () => {
    let unanswered = 0;
    let pings = 0;
    const done = deferred();
    const server = await bareLive(
      (socket) => {
        socket.on('ping', (data: Buffer) => {
          unanswered += 1;
          pings += 1;
          assert.equal(unanswered, 1);
          if (pings === 6) done.resolve();
          setTimeout(() => {
            unanswered -= 1;
            socket.pong(data);
            socket.send('{"authenticated": true}');
            socket.send('{}');
          }, 20);
        });
      },
      { autoPong: false },
    );
    ending(() => server.stop());
    const connection = liveConnection(server.url, { pingEveryMs: 5, pongTimeoutMs: FOREVER_MS });
    ending(() => connection.close());
    watch(connection);
    await done.promise;
  });
});
