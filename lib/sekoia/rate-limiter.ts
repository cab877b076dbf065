import { setMaxListeners } from 'node:events';

import { TokenBucket } from 'limiter';

import { ErrorPause, type ErrorPauseTiming } from './error-pause';
import type { SekoiaError } from './errors';
import { type LimiterWait, LimiterWaitNotifier } from './limiter-wait';
import { type Priority, WaitingLines } from './waiting-lines';

/** The part of the burst that background requests leave to others. */
const RESERVED = 1 / 2;

export interface RateLimiterOptions {
  /** Also the burst. 0: no limit. */
  requestsPerSecond: number;
  timing?: Partial<ErrorPauseTiming>;
}

/** One per API key: everything that uses the key asks here first. */
export class RateLimiter {
  readonly #bucket: TokenBucket | undefined;
  readonly #lines = new WaitingLines();
  readonly #pause: ErrorPause;
  readonly #notifier = new LimiterWaitNotifier(this);
  /** Until the next waiting request can be sent. */
  #timer: NodeJS.Timeout | undefined;

  constructor({ requestsPerSecond, timing }: RateLimiterOptions) {
    this.#pause = new ErrorPause(timing);
    if (requestsPerSecond > 0) this.#bucket = fullBucket(requestsPerSecond);
  }

  /** The number of requests that wait for a token. */
  get waiting(): number {
    return this.#lines.size;
  }

  /** The current pause, after errors or because the platform asked for it. */
  get pausedForMs(): number {
    return this.#pause.leftMs;
  }

  get wait(): LimiterWait | undefined {
    const { pausedForMs } = this;
    if (pausedForMs > 0) return { reason: this.#pause.reason, seconds: Math.ceil(pausedForMs / 1000) };
    return this.#lines.foreground > 0 ? { reason: 'rate' } : undefined;
  }

  /** Calls back when `wait` changes. The returned function ends this. */
  listen(onChange: () => void): () => void {
    return this.#notifier.listen(onChange);
  }

  /**
   * Resolves when a request may be sent.
   * @throws the signal's reason
   */
  acquire(priority: Priority, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#lines.wouldBeNext(priority) && this.#take(priority)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const cancel = (): void => {
        this.#lines.remove(priority, grant);
        this.#notifier.update();
        // Requests are cancelled with a typed error.
        reject(signal.reason as Error);
      };
      const grant = (): void => {
        signal.removeEventListener('abort', cancel);
        resolve();
      };
      this.#lines.add(priority, grant);
      // Many callers may share one signal. This is not a leak, because each removes its listener.
      setMaxListeners(0, signal);
      signal.addEventListener('abort', cancel, { once: true });
      this.#plan();
      this.#notifier.update();
    });
  }

  succeeded(): void {
    this.#pause.succeeded();
  }

  /** An error answer came. */
  failed(error: SekoiaError, priority: Priority = 'live'): void {
    if (priority === 'background') {
      this.#pause.failedInBackground(error);
      return;
    }
    if (!this.#pause.failed(error)) return;
    this.#plan();
    this.#notifier.update();
  }

  /** Ends all waits. The signals notify the callers. */
  close(): void {
    clearTimeout(this.#timer);
    this.#notifier.close();
    this.#lines.clear();
  }

  #take(priority: Priority): boolean {
    if (this.#waitMs(priority) > 0) return false;
    return this.#bucket?.tryRemoveTokens(1) ?? true;
  }

  /** How long a request would have to wait if nobody else did. */
  #waitMs(priority: Priority): number {
    if (priority !== 'background') return Math.max(this.pausedForMs, this.#bucket?.getWaitTime(1) ?? 0);
    const size = this.#bucket?.bucketSize ?? 0;
    const tokens = Math.min(size, 1 + Math.floor(size * RESERVED));
    return Math.max(this.#pause.backgroundLeftMs, this.#bucket?.getWaitTime(tokens) ?? 0);
  }

  #plan(): void {
    clearTimeout(this.#timer);
    const { next } = this.#lines;
    if (next === undefined) return;
    this.#timer = setTimeout(() => this.#serve(), Math.ceil(this.#waitMs(next)));
  }

  #serve(): void {
    let { next } = this.#lines;
    while (next !== undefined && this.#take(next)) {
      this.#lines.serveNext();
      ({ next } = this.#lines);
    }
    this.#plan();
    this.#notifier.update();
  }
}

function fullBucket(requestsPerSecond: number): TokenBucket {
  // Less than one a second is one every so many seconds.
  const tokens = Math.max(1, Math.floor(requestsPerSecond));
  const bucket = new TokenBucket({
    bucketSize: tokens,
    tokensPerInterval: tokens,
    interval: (1000 * tokens) / requestsPerSecond,
  });
  bucket.content = tokens;
  return bucket;
}
