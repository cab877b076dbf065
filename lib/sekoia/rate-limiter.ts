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
  #lastErrorMs = -Infinity;

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
    });
  }

  succeeded(): void {
    if (performance.now() > this.#pausedUntilMs) this.#backOff.reset();
  }

  /** An error answer came. */
  failed(error: SekoiaError): void {
    const now = performance.now();
    if (error.retryAfterMs !== undefined) this.#pause(error.retryAfterMs);
    else if (error.status !== undefined && now - this.#lastErrorMs < this.#timing.errorWindowMs)
      this.#pause(this.#backOff.nextMs());
    if (error.status !== undefined) this.#lastErrorMs = now;
  }

  /** Ends the waits; whoever waits is told by its signal. */
  close(): void {
    clearTimeout(this.#timer);
    this.#waiting.clear();
  }

  #pause(ms: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, performance.now() + ms);
    this.#plan();
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
}
