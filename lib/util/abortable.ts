import { setMaxListeners } from 'node:events';

/**
 * The promise, for as long as the caller wants it: what it stands for goes on, but is no longer waited for.
 * @throws the signal's reason, as soon as it aborts
 */
export function abortable<Result>(
  promise: Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason as Error);
    if (signal.aborted) giveUp();
    // Any number may wait under one signal: no leak to warn of, each lets go of it.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', giveUp, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
