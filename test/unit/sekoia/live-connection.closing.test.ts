import assert from 'node:assert/strict';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';

import { startPlatform } from '../../../simulator';
import type { LiveConnection } from '../../../lib/sekoia/live-connection';
import { KEY, bareLive, endings, liveConnection, pass, watch } from './support';

const FOREVER_MS = 1e8;

/** Node.js counts timers in whole milliseconds. */
const SLACK_MS = 2;

describe('close() of a LiveAPI connection', () => {
  const ending = endings();

  /** @returns how long it took */
  async function close(connection: LiveConnection): Promise<number> {
    const startedMs = performance.now();
    await connection.close();
    assert.deepEqual(connection.status, { state: 'off' });
    return performance.now() - startedMs;
  }

  it('says goodbye, and the listeners get nothing more', async () => {
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

  it('leaves a connection that is off as it is', async () => {
    await close(liveConnection('http://127.0.0.1:1'));
  });

  it('ends the wait for the next attempt', async () => {
    const platform = await startPlatform({ apiKey: KEY });
    ending(() => platform.stop());
    platform.faults.live({ refuse: 503 });
    const connection = liveConnection(platform.url, { firstReconnectMs: 1e6, maxReconnectMs: 1e6 });
    await watch(connection).watcher.reaches('waiting');
    await close(connection);
    assert.equal(platform.live.refused, 1);
  });

  it('does not wait for a handshake that hangs', async () => {
    const platform = await startPlatform({ apiKey: KEY });
    ending(() => platform.stop());
    platform.faults.live({ hangHandshake: true });
    const connection = liveConnection(platform.url, { closeTimeoutMs: FOREVER_MS });
    watch(connection);
    await pass(20);
    await close(connection);
    assert.equal(platform.live.open, 0);
  });

  it('waits no longer than its limit for a server that never answers the goodbye', async () => {
    const platform = await startPlatform({ apiKey: KEY });
    ending(() => platform.stop());
    const connection = liveConnection(platform.url, { closeTimeoutMs: 60 });
    const { watcher } = watch(connection);
    await watcher.reaches('live');
    platform.live.deafen();
    const gone = once(platform.live, 'close');
    assert.ok((await close(connection)) >= 60 - SLACK_MS);
    await gone;
    assert.equal(platform.live.open, 0);
  });

  it('waits also for a socket that a listener left a moment ago', async () => {
    const platform = await startPlatform({ apiKey: KEY });
    ending(() => platform.stop());
    const connection = liveConnection(platform.url, { closeTimeoutMs: 60 });
    const { watcher, leave } = watch(connection);
    await watcher.reaches('live');
    platform.live.deafen();
    leave();
    assert.ok((await close(connection)) >= 60 - SLACK_MS);
  });

  it('may be called from inside a listener', async () => {
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
    assert.deepEqual(connection.status, { state: 'off' });
  });
});
