import assert from 'node:assert/strict';

import { SekoiaError } from '../../../lib/sekoia/errors';
import { RateLimiter, type RateLimiterOptions } from '../../../lib/sekoia/rate-limiter';
import type { Priority } from '../../../lib/sekoia/waiting-lines';
import { endings } from './support';

const never = new AbortController().signal;

describe('the rate limiter', () => {
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

  /** Asks for all of these at once, and tells in which order they got their turn. */
  async function orderOf(limiter: RateLimiter, priorities: readonly Priority[]): Promise<Priority[]> {
    const order: Priority[] = [];
    await Promise.all(
      priorities.map((priority) => limiter.acquire(priority, never).then(() => void order.push(priority))),
    );
    return order;
  }

  const times = (count: number, priority: Priority): Priority[] =>
    Array.from({ length: count }, () => priority);

  it('gives a catch-up page at least one slot in five while live reads wait', async () => {
    const limiter = limiterOf({ requestsPerSecond: 0 });
    limiter.failed(answered(429, 500));
    const order = await orderOf(limiter, [...times(30, 'live'), ...times(3, 'catch-up')]);
    assert.deepEqual(
      [4, 9, 14].map((at) => order[at]),
      times(3, 'catch-up'),
    );
  });

  it('does not starve a catch-up page behind endless live reads', async () => {
    const limiter = limiterOf({ requestsPerSecond: 500 });
    let stopped = false as boolean;
    let live = 0;
    const keepWaiting = async (): Promise<void> => {
      while (!stopped) {
        await limiter.acquire('live', never);
        live += 1;
      }
    };
    const readers = Array.from({ length: 20 }, keepWaiting);
    while (live < 520) await new Promise(setImmediate);
    const before = live;
    await limiter.acquire('catch-up', never);
    const passedBy = live - before;
    stopped = true;
    await Promise.all(readers);
    assert.ok(passedBy <= 5, String(passedBy));
  });

  it('does not starve live reads behind endless catch-up pages', async () => {
    const limiter = limiterOf({ requestsPerSecond: 0 });
    limiter.failed(answered(429, 500));
    const order = await orderOf(limiter, [...times(30, 'catch-up'), ...times(8, 'live')]);
    assert.ok(order.lastIndexOf('live') <= 10, order.join());
  });

  describe('for background requests', () => {
    it('serves them last', async () => {
      const limiter = limiterOf({ requestsPerSecond: 0 });
      limiter.failed(answered(429, 500));
      assert.deepEqual(await orderOf(limiter, ['background', 'catch-up', 'live']), [
        'live',
        'catch-up',
        'background',
      ]);
    });

    it('leaves a part of the burst to other requests', async () => {
      const limiter = limiterOf({ requestsPerSecond: 4 });
      const stop = new AbortController();
      const turns = times(4, 'background').map((priority) => limiter.acquire(priority, stop.signal));
      assert.equal(limiter.waiting, 2);
      // Two of four are left, at once.
      await limiter.acquire('live', never);
      await limiter.acquire('catch-up', never);
      assert.equal(limiter.waiting, 2);
      stop.abort(new Error('enough'));
      await Promise.allSettled(turns);
    });

    it('serves them at one request a second, too', async () => {
      const limiter = limiterOf({ requestsPerSecond: 1 });
      await limiter.acquire('background', never);
      assert.equal(limiter.waiting, 0);
    });

    it('delays no others while they wait, and does not report them as waiting', async () => {
      const limiter = limiterOf({ requestsPerSecond: 0 });
      limiter.failed(answered(403), 'background');
      const stop = new AbortController();
      const background = limiter.acquire('background', stop.signal);
      await limiter.acquire('live', never);
      await limiter.acquire('catch-up', never);
      assert.deepEqual([limiter.waiting, limiter.wait], [1, undefined]);
      stop.abort(new Error('enough'));
      await assert.rejects(background, /enough/);
    });

    it('pauses only them on their errors', async () => {
      const limiter = limiterOf({ requestsPerSecond: 0, timing: { errorWindowMs: 30 } });
      for (const status of [403, 403, 500, 429]) limiter.failed(answered(status, 20), 'background');
      assert.equal(limiter.pausedForMs, 0);
      const startedMs = performance.now();
      await limiter.acquire('background', never);
      assert.ok(performance.now() - startedMs >= 28);
    });

    it('does not add their errors to those of other requests', () => {
      const limiter = limiterOf({ requestsPerSecond: 0 });
      limiter.failed(answered(403), 'background');
      limiter.failed(answered(500));
      assert.equal(limiter.pausedForMs, 0);
    });
  });
});
