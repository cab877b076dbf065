import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';

import fc from 'fast-check';

import { abortable } from '../../../lib/util/abortable';
import { BackOff } from '../../../lib/util/back-off';
import { Cancellation } from '../../../lib/util/cancellation';
import { wait } from '../../../lib/util/wait';

describe('a backoff', () => {
  it('doubles up to its maximum, minus a random half', () => {
    const settings = fc.record({
      firstMs: fc.integer({ min: 1, max: 10_000 }),
      maxMs: fc.integer({ min: 1, max: 600_000 }),
    });
    fc.assert(
      fc.property(settings, fc.integer({ min: 1, max: 40 }), ({ firstMs, maxMs }, attempts) => {
        const backOff = new BackOff({ firstMs, maxMs });
        for (let attempt = 0; attempt < attempts; attempt += 1) {
          const full = Math.min(maxMs, firstMs * 2 ** attempt);
          const ms = backOff.nextMs();
          assert.ok(Number.isInteger(ms));
          assert.ok(ms >= Math.floor(full / 2) && ms <= full, `${ms} is not in ${full / 2}…${full}`);
        }
      }),
    );
  });

  it('differs from one client to the next', () => {
    const waits = Array.from({ length: 50 }, () => new BackOff({ firstMs: 1e6, maxMs: 1e6 }).nextMs());
    assert.ok(new Set(waits).size > 10);
  });

  it('stays at its maximum', () => {
    const backOff = new BackOff({ firstMs: 1000, maxMs: 300_000 });
    for (let i = 0; i < 5000; i += 1) backOff.nextMs();
    const ms = backOff.nextMs();
    assert.ok(ms >= 150_000 && ms <= 300_000);
  });

  it('starts over when it is reset', () => {
    const backOff = new BackOff({ firstMs: 10, maxMs: 1e6 });
    for (let i = 0; i < 10; i += 1) backOff.nextMs();
    backOff.reset();
    assert.ok(backOff.nextMs() <= 10);
  });
});

describe('a wait', () => {
  it('lasts as long as it should', async () => {
    const before = performance.now();
    await wait(30);
    // Node.js counts timers in whole milliseconds.
    assert.ok(performance.now() - before >= 29);
  });

  it('throws the signal’s reason when the signal aborts', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const waiting = wait(60_000, controller.signal);
    controller.abort(reason);
    await assert.rejects(waiting, (error) => error === reason);
  });

  it('does not begin when the signal has aborted', async () => {
    const reason = new Error('enough');
    await assert.rejects(wait(60_000, AbortSignal.abort(reason)), (error) => error === reason);
  });

  it('lasts as long with a signal that does not abort', async () => {
    const before = performance.now();
    await wait(30, new AbortController().signal);
    assert.ok(performance.now() - before >= 29);
  });
});

describe('a cancellation', () => {
  it('follows its parent, with the same reason', () => {
    const parent = new AbortController();
    const child = new Cancellation(parent.signal);
    assert.equal(child.signal.aborted, false);
    const reason = new Error('enough');
    parent.abort(reason);
    assert.equal(child.signal.reason, reason);
  });

  it('follows a parent that has aborted before', () => {
    const reason = new Error('enough');
    assert.equal(new Cancellation(AbortSignal.abort(reason)).signal.reason, reason);
  });

  it('may be aborted by itself, which leaves its parent alone', () => {
    const parent = new AbortController();
    const child = new Cancellation(parent.signal);
    const reason = new Error('enough');
    child.abort(reason);
    assert.equal(child.signal.reason, reason);
    assert.equal(parent.signal.aborted, false);
  });

  it('no longer follows once it is released', () => {
    const parent = new AbortController();
    const child = new Cancellation(parent.signal);
    child.release();
    parent.abort();
    assert.equal(child.signal.aborted, false);
  });

  it('leaves no listener on its parent', () => {
    const parent = new AbortController();
    let listeners = 0;
    const { signal } = parent;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...args);
    };
    for (let i = 0; i < 20; i += 1) new Cancellation(signal).release();
    assert.equal(listeners, 0);
  });

  it('needs no parent', () => {
    const alone = new Cancellation();
    alone.release();
    assert.equal(alone.signal.aborted, false);
  });
});

describe('an abortable promise', () => {
  it('settles like the original', async () => {
    const { signal } = new AbortController();
    assert.equal(await abortable(Promise.resolve(7), signal), 7);
    assert.equal(await abortable(Promise.resolve(7), undefined), 7);
    const failure = new Error('no');
    await assert.rejects(abortable(Promise.reject(failure), signal), (error) => error === failure);
  });

  it('throws the signal’s reason, and ignores a later failure', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    let fail!: (error: Error) => void;
    const given = new Promise((_, reject) => (fail = reject));
    const call = abortable(given, controller.signal);
    controller.abort(reason);
    await assert.rejects(call, (error) => error === reason);
    // mocha fails on an unhandled rejection.
    fail(new Error('late'));
    await wait(1);
  });

  it('rejects at once when the signal has aborted', async () => {
    const reason = new Error('enough');
    const call = abortable(new Promise(() => undefined), AbortSignal.abort(reason));
    await assert.rejects(call, (error) => error === reason);
  });

  it('allows any number under one signal without a leak warning', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on('warning', onWarning);
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 50 }, () => abortable(wait(1), signal)));
    await wait(1);
    process.off('warning', onWarning);
    assert.deepEqual(warnings, []);
  });
});
