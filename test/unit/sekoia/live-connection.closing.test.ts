import assert from 'node:assert/strict';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';

import { startPlatform } from '../../../simulator';
import type { LiveConnection } from '../../../lib/sekoia/live-connection';
import { KEY, bareLive, endings, liveConnection, pass, watch } from './support';

const FOREVER_MS = 1e8;

describe('LiveAPI connection: close()', () => {
  const ending = endings();

  async function closedIn(connection: LiveConnection): Promise<number> {
    const startedMs = performance.now();
    await connection.close();
    assert.deepEqual(connection.status, { state: 'off' });
    return performance.now() - startedMs;
  }

  it('says goodbye, and the listeners hear nothing more', async () => {
    const platform = await startPlatform({ apiKey: KEY });
    ending(() => platform.stop());
    const connection = liveConnection(platform.url, { closeTimeoutMs: FOREVER_MS });
    const { watcher, leave } = watch(connection);
    await watcher.reaches('live');
    await connection.close();
    assert.deepEqual(watcher.states, ['connecting', 'live']);
    assert.equal(connection.status.state, 'off');
    leave();
    await connection.close();
  });

  it('sends the code 1000', async () => {
    const codes: number[] = [];
    const server = await bareLive((socket) => socket.on('close', (code) => codes.push(code)));
    ending(() => server.stop());
    const connection = liveConnection(server.url, { closeTimeoutMs: FOREVER_MS });
    await watch(connection).watcher.reaches('live');
    await connection.close();
    await pass(20);
    assert.deepEqual(codes, [1000]);
  });

  it('when it is off', async () => {
    await liveConnection('http://127.0.0.1:1').close();
  });

  it('when it is waiting', async () => {
    const platform = await startPlatform({ apiKey: KEY });
    ending(() => platform.stop());
    platform.faults.live({ refuse: 503 });
    const connection = liveConnection(platform.url, { firstReconnectMs: 1e6, maxReconnectMs: 1e6 });
    await watch(connection).watcher.reaches('waiting');
    await connection.close();
  });

  it('in under a second while the handshake hangs', async () => {
    const platform = await startPlatform({ apiKey: KEY });
    ending(() => platform.stop());
    platform.faults.live({ hangHandshake: true });
    const connection = liveConnection(platform.url, { closeTimeoutMs: 500 });
    watch(connection);
    await pass(20);
    assert.ok((await closedIn(connection)) < 1000);
  });

  it('in under a second when the server never answers the goodbye', async () => {
    const platform = await startPlatform({ apiKey: KEY });
    ending(() => platform.stop());
    const connection = liveConnection(platform.url, { closeTimeoutMs: 500 });
    const { watcher } = watch(connection);
    await watcher.reaches('live');
    platform.live.deafen();
    const gone = once(platform.live, 'close');
    const ms = await closedIn(connection);
    assert.ok(ms >= 498 && ms < 1000, `${ms} ms`);
    await gone;
  });

  it('waits also for a socket that a listener left a moment ago', async () => {
    const platform = await startPlatform({ apiKey: KEY });
    ending(() => platform.stop());
    const connection = liveConnection(platform.url, { closeTimeoutMs: 60 });
    const { watcher, leave } = watch(connection);
    await watcher.reaches('live');
    platform.live.deafen();
    leave();
    assert.ok((await closedIn(connection)) >= 40);
  });

  it('is called from inside a listener', async () => {
    const platform = await startPlatform({ apiKey: KEY });
    ending(() => platform.stop());
    const connection = liveConnection(platform.url);
    await new Promise<void>((resolve) => {
      connection.listen({
        onStatus: (status) => {
          if (status.state === 'live') resolve(connection.close());
        },
        onNotice: () => undefined,
      });
    });
    while (platform.live.open > 0) await once(platform.live, 'close');
  });
});
