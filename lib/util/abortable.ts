import { setMaxListeners } from 'node:events';

/**
 * Waits for a promise until the signal aborts. The work behind the promise continues.
 * @throws the signal's reason as soon as it aborts
 */
export function abortable<Result>(
  promise: Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const rejectNow = (): void => reject(signal.reason as Error);
    if (signal.aborted) rejectNow();
    // Many callers may share one signal. This is not a leak, because each removes its listener.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', rejectNow, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', rejectNow));
  });
}
