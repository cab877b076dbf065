import { setMaxListeners } from 'node:events';

import { TokenBucket } from 'limiter';

import { BackOff } from './back-off';
import type { SekoiaError } from './errors';

/** What a request is for. Live reads go before the pages of a catch-up, which have time. */
export type Priority = 'live' | 'catch-up';

export interface RateLimiterTiming {
  /** Two error answers within this time pause everything. */
  errorWindowMs: number;
  firstPauseMs: number;
  maxPauseMs: number;
}

/**
 * Sekoia's advice to API clients (documentation, FAQ › Recommendations and best practices): stay within 5
 * requests a second, and pause after two error answers within 10 seconds, else a firewall blocks the address
 * for up to 10 minutes.
 */
export const RATE_LIMITER_TIMING: Readonly<RateLimiterTiming> = {
  errorWindowMs: 10_000,
  firstPauseMs: 5_000,
  maxPauseMs: 60_000,
};

export interface RateLimiterOptions {
  /** Also the burst. 0: no limit. */
  requestsPerSecond: number;
  timing?: Partial<RateLimiterTiming>;
}

/** Why requests are not sent at once. */
export type LimiterWait =
  /** Each waits for its turn. */
  | { reason: 'rate' }
  /** None is sent for so many more seconds: after errors, or because the platform asked for it. */
  | { reason: 'errors' | 'retry-after'; seconds: number };

interface Waiting {
  grant: () => void;
  priority: Priority;
}

/** One per API key: everything that uses the key asks here first. */
export class RateLimiter {
  readonly #bucket: TokenBucket | undefined;
  readonly #timing: RateLimiterTiming;
  readonly #backOff: BackOff;
  readonly #waiting = new Set<Waiting>();
  #timer: NodeJS.Timeout | undefined;
  #pausedUntilMs = 0;
  #pauseReason: 'errors' | 'retry-after' = 'errors';
  #lastErrorMs = -Infinity;
  readonly #listeners = new Set<() => void>();
  #told = '';
  #tick: NodeJS.Timeout | undefined;

  constructor({ requestsPerSecond, timing }: RateLimiterOptions) {
    this.#timing = { ...RATE_LIMITER_TIMING, ...timing };
    this.#backOff = new BackOff({ firstMs: this.#timing.firstPauseMs, maxMs: this.#timing.maxPauseMs });
    if (requestsPerSecond <= 0) return;
    // Less than one a second is one every so many seconds.
    const tokens = Math.max(1, Math.floor(requestsPerSecond));
    this.#bucket = new TokenBucket({
      bucketSize: tokens,
      tokensPerInterval: tokens,
      interval: (1000 * tokens) / requestsPerSecond,
    });
    this.#bucket.content = tokens;
  }

  /** Requests that wait for their turn. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** How long nothing is sent, after errors or because the platform asked for it. */
  get pausedForMs(): number {
    return Math.max(0, this.#pausedUntilMs - performance.now());
  }

  get wait(): LimiterWait | undefined {
    const { pausedForMs } = this;
    if (pausedForMs > 0) return { reason: this.#pauseReason, seconds: Math.ceil(pausedForMs / 1000) };
    return this.#waiting.size > 0 ? { reason: 'rate' } : undefined;
  }

  /** Calls back whenever `wait` has changed. The function that it returns ends that. */
  listen(onChange: () => void): () => void {
    this.#listeners.add(onChange);
    return () => this.#listeners.delete(onChange);
  }

  /**
   * Resolves when a request may be sent.
   * @throws the signal's reason
   */
  turn(priority: Priority, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#waiting.size === 0 && this.#take()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.#waiting.delete(waiting);
        this.#tell();
        // Requests are cancelled with a typed error.
        reject(signal.reason as Error);
      };
      const waiting: Waiting = {
        priority,
        grant: () => {
          signal.removeEventListener('abort', giveUp);
          resolve();
        },
      };
      this.#waiting.add(waiting);
      // Any number may wait under one signal: no leak to warn of, each lets go of it.
      setMaxListeners(0, signal);
      signal.addEventListener('abort', giveUp, { once: true });
      this.#plan();
      this.#tell();
    });
  }

  succeeded(): void {
    if (performance.now() > this.#pausedUntilMs) this.#backOff.reset();
  }

  /** An error answer came. */
  failed(error: SekoiaError): void {
    const now = performance.now();
    if (error.retryAfterMs !== undefined) this.#pause(error.retryAfterMs, 'retry-after');
    else if (error.status !== undefined && now - this.#lastErrorMs < this.#timing.errorWindowMs)
      this.#pause(this.#backOff.nextMs(), 'errors');
    if (error.status !== undefined) this.#lastErrorMs = now;
  }

  /** Ends the waits; whoever waits is told by its signal. */
  close(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#tick);
    this.#listeners.clear();
    this.#waiting.clear();
  }

  #pause(ms: number, reason: 'errors' | 'retry-after'): void {
    const untilMs = performance.now() + ms;
    if (untilMs <= this.#pausedUntilMs) return;
    this.#pausedUntilMs = untilMs;
    this.#pauseReason = reason;
    this.#plan();
    this.#tell();
  }

  #take(): boolean {
    return this.pausedForMs === 0 && (this.#bucket?.tryRemoveTokens(1) ?? true);
  }

  #plan(): void {
    clearTimeout(this.#timer);
    if (this.#waiting.size === 0) return;
    const waitMs = Math.max(this.pausedForMs, this.#bucket?.getWaitTime(1) ?? 0);
    this.#timer = setTimeout(() => this.#grant(), Math.ceil(waitMs));
  }

  #grant(): void {
    this.#grantAll();
    this.#tell();
  }

  #grantAll(): void {
    for (const priority of ['live', 'catch-up'] as const)
      for (const waiting of this.#waiting) {
        if (waiting.priority !== priority) continue;
        if (!this.#take()) {
          this.#plan();
          return;
        }
        this.#waiting.delete(waiting);
        waiting.grant();
      }
  }

  /** Tells who listens, if there is something new; during a pause it is told anew each second. */
  #tell(): void {
    if (this.#listeners.size === 0) return;
    clearTimeout(this.#tick);
    const { wait, pausedForMs } = this;
    // A moment later than the second: at the end of the pause, turns have been given by then.
    if (pausedForMs > 0) this.#tick = setTimeout(() => this.#tell(), (pausedForMs % 1000) + 5).unref();
    const told = JSON.stringify(wait ?? '');
    if (told === this.#told) return;
    this.#told = told;
    for (const listener of this.#listeners) listener();
  }
}
