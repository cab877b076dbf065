import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';

import { SekoiaError } from '../../../lib/sekoia/errors';
import { RateLimiter, type RateLimiterOptions } from '../../../lib/sekoia/rate-limiter';
import type { Priority } from '../../../lib/sekoia/waiting-lines';
import { endings, pass, runningTimers } from './support';

const SLACK_MS = 2;
const never = new AbortController().signal;

describe('a rate limiter', () => {
  const ending = endings();

  function limiterOf(options: RateLimiterOptions): RateLimiter {
    const limiter = new RateLimiter(options);
    ending(() => limiter.close());
    return limiter;
  }

  function answered(status: number, retryAfterMs?: number): SekoiaError {
    return new SekoiaError('SEKOIA_UNAVAILABLE', 'no', {
      status,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  }

  it('pauses after two errors in a row that ask for no pause', () => {
    const limiter = limiterOf({ requestsPerSecond: 0 });
    limiter.failed(answered(429, 0));
    assert.deepEqual([limiter.pausedForMs], [0]);
    limiter.failed(answered(429, 0));
    assert.ok(limiter.pausedForMs > 1_000, String(limiter.pausedForMs));
    assert.equal(limiter.wait?.reason, 'errors');
  });

  it('waits as long as the platform asks, if that is longer', () => {
    const limiter = limiterOf({ requestsPerSecond: 0 });
    limiter.failed(answered(503, 30_000));
    limiter.failed(answered(503, 30_000));
    assert.ok(limiter.pausedForMs > 29_000 && limiter.pausedForMs <= 30_000, String(limiter.pausedForMs));
    assert.equal(limiter.wait?.reason, 'retry-after');
  });

  it('sends everything at once with a limit of 0', async () => {
    const limiter = limiterOf({ requestsPerSecond: 0 });
    for (let i = 0; i < 1000; i += 1) await limiter.acquire('live', never);
    assert.equal(limiter.waiting, 0);
  });

  it('sends a burst of one second at once, and the rest one by one', async () => {
    const limiter = limiterOf({ requestsPerSecond: 20 });
    const startedMs = performance.now();
    const turns = Array.from({ length: 24 }, () => limiter.acquire('live', never));
    assert.ok(limiter.waiting >= 3);
    await Promise.all(turns);
    assert.ok(performance.now() - startedMs >= 4 * 50 - SLACK_MS);
    assert.equal(limiter.waiting, 0);
  });

  it('may have a limit below one a second', async () => {
    const limiter = limiterOf({ requestsPerSecond: 0.01 });
    await limiter.acquire('live', never);
    const controller = new AbortController();
    const second = limiter.acquire('live', controller.signal);
    await pass(30);
    assert.equal(limiter.waiting, 1);
    controller.abort(new Error('enough'));
    await assert.rejects(second, /enough/);
  });

  it('serves live requests before catch-up, and otherwise in order', async () => {
    const limiter = limiterOf({ requestsPerSecond: 0 });
    limiter.failed(answered(429, 30));
    const order: string[] = [];
    const ask = (name: string, priority: Priority): Promise<void> =>
      limiter.acquire(priority, never).then(() => void order.push(name));
    await Promise.all([
      ask('page 1', 'catch-up'),
      ask('page 2', 'catch-up'),
      ask('alert 1', 'live'),
      ask('alert 2', 'live'),
    ]);
    assert.deepEqual(order, ['alert 1', 'alert 2', 'page 1', 'page 2']);
  });

  describe('pauses', () => {
    /** From the failure until the next turn. */
    async function pausedFor(limiter: RateLimiter, error: SekoiaError): Promise<number> {
      const startedMs = performance.now();
      limiter.failed(error);
      await limiter.acquire('live', never);
      return performance.now() - startedMs;
    }

    const timing = { firstPauseMs: 40, maxPauseMs: 1000 };

    it('as long as the platform asks', async () => {
      const limiter = limiterOf({ requestsPerSecond: 0 });
      assert.ok((await pausedFor(limiter, answered(429, 60))) >= 60 - SLACK_MS);
    });

    it('after two error answers, and not after one', () => {
      const limiter = limiterOf({ requestsPerSecond: 0, timing });
      limiter.failed(answered(500));
      const afterOneMs = limiter.pausedForMs;
      limiter.failed(answered(404));
      assert.equal(afterOneMs, 0);
      assert.ok(limiter.pausedForMs > 0);
    });

    it('not after two that are far apart', async () => {
      const limiter = limiterOf({ requestsPerSecond: 0, timing: { ...timing, errorWindowMs: 5 } });
      limiter.failed(answered(500));
      await pass(20);
      limiter.failed(answered(500));
      assert.equal(limiter.pausedForMs, 0);
    });

    it('not after failures without an answer', () => {
      const limiter = limiterOf({ requestsPerSecond: 0, timing });
      for (let i = 0; i < 5; i += 1) limiter.failed(new SekoiaError('SEKOIA_UNAVAILABLE', 'no network'));
      assert.equal(limiter.pausedForMs, 0);
    });

    it('longer each time until a success', async () => {
      const limiter = limiterOf({ requestsPerSecond: 0, timing });
      limiter.failed(answered(500));
      for (const leastMs of [20, 40, 80])
        assert.ok((await pausedFor(limiter, answered(500))) >= leastMs - SLACK_MS);
      await pass(2);
      limiter.succeeded();
      limiter.failed(answered(500));
      assert.ok(limiter.pausedForMs <= 40);
    });

    it('despite a success that was in flight', () => {
      const limiter = limiterOf({ requestsPerSecond: 0 });
      limiter.failed(answered(429, 60_000));
      limiter.succeeded();
      assert.ok(limiter.pausedForMs > 50_000);
    });
  });

  describe('reports why requests are delayed', () => {
    it('while they wait for the limit, and when they no longer do', async () => {
      const limiter = limiterOf({ requestsPerSecond: 20 });
      const told: unknown[] = [];
      limiter.listen(() => told.push(limiter.wait));
      await Promise.all(Array.from({ length: 22 }, () => limiter.acquire('live', never)));
      await pass(1);
      assert.deepEqual(told, [{ reason: 'rate' }, undefined]);
    });

    it('during a pause, with the seconds that are left', async () => {
      const limiter = limiterOf({ requestsPerSecond: 0 });
      const told: unknown[] = [];
      const stop = limiter.listen(() => told.push(limiter.wait));
      limiter.failed(answered(429, 1_020));
      await limiter.acquire('live', never);
      await pass(1);
      const reason = 'retry-after';
      assert.deepEqual(told, [{ reason, seconds: 2 }, { reason, seconds: 1 }, undefined]);
      stop();
      limiter.failed(answered(429, 5_000));
      assert.equal(told.length, 3);
      assert.deepEqual(limiter.wait, { reason, seconds: 5 });
    });

    it('during a pause after errors', () => {
      const limiter = limiterOf({ requestsPerSecond: 0 });
      const waits = [1, 2].map(() => {
        limiter.failed(answered(500));
        return limiter.wait?.reason;
      });
      assert.deepEqual(waits, [undefined, 'errors']);
    });
  });

  describe('when it is aborted', () => {
    it('sends no request that was aborted before', () => {
      const limiter = limiterOf({ requestsPerSecond: 0 });
      const reason = new Error('enough');
      assert.throws(
        () => void limiter.acquire('live', AbortSignal.abort(reason)),
        (error) => error === reason,
      );
    });

    it('rejects an aborted request, and the others continue', async () => {
      const limiter = limiterOf({ requestsPerSecond: 0 });
      limiter.failed(answered(429, 40));
      const controller = new AbortController();
      const given = limiter.acquire('live', controller.signal);
      const other = limiter.acquire('live', never);
      const reason = new Error('enough');
      controller.abort(reason);
      await assert.rejects(given, (error) => error === reason);
      assert.equal(limiter.waiting, 1);
      await other;
    });

    it('allows any number of requests under one signal without a leak warning', async () => {
      const warnings: Error[] = [];
      const onWarning = (warning: Error): void => void warnings.push(warning);
      process.on('warning', onWarning);
      const limiter = limiterOf({ requestsPerSecond: 0 });
      limiter.failed(answered(429, 20));
      const { signal } = new AbortController();
      await Promise.all(Array.from({ length: 50 }, () => limiter.acquire('live', signal)));
      await pass(1);
      process.off('warning', onWarning);
      assert.deepEqual(warnings, []);
    });
  });

  it('leaves no timer after close()', async () => {
    await pass(1);
    const before = runningTimers();
    const limiter = new RateLimiter({ requestsPerSecond: 1 });
    limiter.failed(answered(429, 60_000));
    void limiter.acquire('live', never);
    assert.equal(runningTimers(), before + 1);
    limiter.close();
    assert.equal(runningTimers(), before);
    assert.equal(limiter.waiting, 0);
  });
});
