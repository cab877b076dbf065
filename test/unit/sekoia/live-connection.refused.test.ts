import assert from 'node:assert/strict';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';

import { startPlatform, type Platform } from '../../../simulator';
import type { SekoiaErrorCode } from '../../../lib/sekoia/errors';
import type { LiveState } from '../../../lib/sekoia/live-connection';
import type { LiveTiming } from '../../../lib/sekoia/live-timing';
import { KEY, type Watcher, bareLive, endings, liveConnection, pass, refusingLive, watch } from './support';

const SLACK_MS = 2;

describe('a refusal of a LiveAPI connection', () => {
  const ending = endings();
  let platform: Platform;

  beforeEach(async () => {
    platform = await startPlatform({ apiKey: KEY });
    ending(() => platform.stop());
  });

  function listen(url: string, timing: Partial<LiveTiming> = {}, key = KEY): Watcher {
    const connection = liveConnection(url, timing, key);
    ending(() => connection.close());
    return watch(connection).watcher;
  }

  const answers: [status: number, state: LiveState, code: SekoiaErrorCode][] = [
    [401, 'refused', 'SEKOIA_AUTH'],
    [403, 'refused', 'SEKOIA_FORBIDDEN'],
    [400, 'waiting', 'SEKOIA_BAD_INPUT'],
    [404, 'waiting', 'SEKOIA_NOT_FOUND'],
    [408, 'waiting', 'SEKOIA_TIMEOUT'],
    [429, 'waiting', 'SEKOIA_RATE_LIMITED'],
    [500, 'waiting', 'SEKOIA_UNAVAILABLE'],
    [502, 'waiting', 'SEKOIA_UNAVAILABLE'],
    [503, 'waiting', 'SEKOIA_UNAVAILABLE'],
  ];
  for (const [status, state, code] of answers)
    it(`is told from an outage: a handshake answered with ${status} is ${state}, ${code}`, async () => {
      platform.faults.live({ refuse: status, times: 1 });
      const watcher = listen(platform.url);
      const { error } = await watcher.reaches(state);
      assert.equal(error?.code, code);
      assert.equal(error.status, status);
      await watcher.reaches('live');
      assert.deepEqual(watcher.states, ['connecting', state, 'connecting', 'live']);
    });

  it('is caused by a wrong key', async () => {
    const { error } = await listen(platform.url, {}, 'another-key').reaches('refused');
    assert.equal(error?.code, 'SEKOIA_AUTH');
  });

  it('is caused by {"authenticated": false}, whatever close follows', async () => {
    platform.faults.live({ refuseMessage: true, times: 1 });
    const watcher = listen(platform.url);
    const { error } = await watcher.reaches('refused');
    assert.equal(error?.code, 'SEKOIA_AUTH');
    await watcher.reaches('live');
    assert.deepEqual(watcher.states, ['connecting', 'refused', 'connecting', 'live']);
  });

  it('is caused by {"authenticated": false} on a live socket, too', async () => {
    const watcher = listen(platform.url);
    await watcher.reaches('live');
    platform.live.send({ authenticated: false });
    await watcher.reaches('refused');
    await watcher.reaches('live', 2);
  });

  const closes: [code: number, typed: SekoiaErrorCode][] = [
    [1008, 'SEKOIA_FORBIDDEN'],
    [4401, 'SEKOIA_AUTH'],
    [4403, 'SEKOIA_FORBIDDEN'],
  ];
  for (const [code, typed] of closes)
    it(`is caused by a close with ${code}`, async () => {
      const server = await bareLive((socket) => {
        if (server.handshakes.length === 1) socket.close(code, 'a reason');
      });
      ending(() => server.stop());
      const watcher = listen(server.url);
      const { error } = await watcher.reaches('refused');
      assert.equal(error?.code, typed);
      await watcher.reaches('live');
    });

  it('has its own wait, which does not grow and does not affect the others', async () => {
    platform.faults.live({ refuse: 401, times: 3 });
    const refusals: number[] = [];
    platform.live.on('refused', () => refusals.push(performance.now()));
    const opened = once(platform.live, 'open').then(() => performance.now());
    const watcher = listen(platform.url, { refusedRetryMs: 80, firstReconnectMs: 1 });
    await watcher.reaches('live');
    const times = [...refusals, await opened];
    for (let i = 1; i < times.length; i += 1) assert.ok(times[i]! - times[i - 1]! >= 80 - SLACK_MS);
    assert.equal(watcher.count('refused'), 3);
  });

  for (const key of ['', 'key with spaces', 'key;x=y', 'clé'])
    it(`is assumed without a handshake for the invalid key ${JSON.stringify(key)}`, async () => {
      const watcher = listen(platform.url, { refusedRetryMs: 10 }, key);
      const { error } = await watcher.reaches('refused', 3);
      assert.equal(error?.code, 'SEKOIA_AUTH');
      assert.equal(platform.live.accepted + platform.live.refused, 0);
    });
});

describe('Retry-After of a LiveAPI handshake', () => {
  const ending = endings();

  for (const status of [429, 503])
    it(`is respected with ${status}`, async () => {
      const server = await refusingLive(status, { 'Retry-After': '0.2' });
      ending(() => server.stop());
      const times: number[] = [];
      server.http.on('upgrade', () => times.push(performance.now()));
      const connection = liveConnection(server.url, { firstReconnectMs: 1, maxReconnectMs: 1 });
      ending(() => connection.close());
      const { error } = await watch(connection).watcher.reaches('waiting');
      assert.equal(error?.retryAfterMs, 200);
      while (times.length < 2) await once(server.http, 'upgrade');
      assert.ok(times[1]! - times[0]! >= 200 - SLACK_MS);
    });

  it('is compared with the answer’s own Date if it is a date', async () => {
    const server = await refusingLive(429, {
      Date: 'Mon, 05 Jan 2026 07:00:00 GMT',
      'Retry-After': 'Mon, 05 Jan 2026 07:00:30 GMT',
    });
    ending(() => server.stop());
    const connection = liveConnection(server.url);
    ending(() => connection.close());
    const { error } = await watch(connection).watcher.reaches('waiting');
    assert.equal(error?.retryAfterMs, 30_000);
  });

  it('may be years, although no timer takes such a number', async () => {
    const server = await refusingLive(429, { 'Retry-After': '99999999999' });
    ending(() => server.stop());
    const connection = liveConnection(server.url);
    ending(() => connection.close());
    const { watcher } = watch(connection);
    await watcher.reaches('waiting');
    await pass(50);
    assert.equal(server.handshakes.length, 1);
    assert.deepEqual(watcher.states, ['connecting', 'waiting']);
  });
});
