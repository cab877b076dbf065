import { setTimeout as delay } from 'node:timers/promises';

/**
 * Resolves after `ms`.
 * @throws the signal's reason, as soon as it aborts.
 */
export async function wait(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
