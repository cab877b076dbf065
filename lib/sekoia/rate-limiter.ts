import { setMaxListeners } from 'node:events';

import { TokenBucket } from 'limiter';

import { BackOff } from '../util/back-off';
import type { SekoiaError } from './errors';

/** What a request is for. */
export type Priority =
  /** An alert that is being dispatched. Highest priority. */
  | 'live'
  /** A page of the alert list. It can wait, but not forever: see CATCH_UP_EVERY. */
  | 'catch-up'
  /**
   * Convenience, such as suggestions in a form. It gets a token only if nothing else waits and tokens are left.
   * Its errors pause only itself.
   */
  | 'background';

/** While both wait, catch-up gets at least one token in this many. */
const CATCH_UP_EVERY = 5;

/** The part of the burst that background requests leave to others. */
const RESERVED = 1 / 2;

export interface RateLimiterTiming {
  /** Two error answers within this time pause all requests. */
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
  /** Requests that wait for a token. */
  | { reason: 'rate' }
  /** No request is sent for this many seconds: after errors, or because the platform asked for it. */
  | { reason: 'errors' | 'retry-after'; seconds: number };

/** Grants tokens to waiting requests. */
type Grant = () => void;

/** One per API key: everything that uses the key asks here first. */
export class RateLimiter {
  readonly #bucket: TokenBucket | undefined;
  readonly #timing: RateLimiterTiming;
  readonly #backOff: BackOff;
  readonly #waiting: Readonly<Record<Priority, Set<Grant>>> = {
    live: new Set(),
    'catch-up': new Set(),
    background: new Set(),
  };
  /** Tokens that live reads took while catch-up waited. */
  #catchUpPassedOver = 0;
  #backgroundPausedUntilMs = 0;
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

  /** The number of requests that wait for a token. */
  get waiting(): number {
    return this.#foreground + this.#waiting.background.size;
  }

  /** Those that matter. */
  get #foreground(): number {
    return this.#waiting.live.size + this.#waiting['catch-up'].size;
  }

  /** The current pause, after errors or because the platform asked for it. */
  get pausedForMs(): number {
    return Math.max(0, this.#pausedUntilMs - performance.now());
  }

  get wait(): LimiterWait | undefined {
    const { pausedForMs } = this;
    if (pausedForMs > 0) return { reason: this.#pauseReason, seconds: Math.ceil(pausedForMs / 1000) };
    return this.#foreground > 0 ? { reason: 'rate' } : undefined;
  }

  /** Calls back when `wait` changes. The returned function ends this. */
  listen(onChange: () => void): () => void {
    this.#listeners.add(onChange);
    return () => this.#listeners.delete(onChange);
  }

  /**
   * Resolves when a request may be sent.
   * @throws the signal's reason
   */
  acquire(priority: Priority, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#isNext(priority) && this.#take(priority)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const line = this.#waiting[priority];
      const giveUp = (): void => {
        line.delete(grant);
        this.#tell();
        // Requests are cancelled with a typed error.
        reject(signal.reason as Error);
      };
      const grant = (): void => {
        line.delete(grant);
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      line.add(grant);
      // Many callers may share one signal. This is not a leak, because each removes its listener.
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
  failed(error: SekoiaError, priority: Priority = 'live'): void {
    const now = performance.now();
    if (priority === 'background') {
      const untilMs = now + Math.max(this.#timing.errorWindowMs, error.retryAfterMs ?? 0);
      this.#backgroundPausedUntilMs = Math.max(this.#backgroundPausedUntilMs, untilMs);
      return;
    }
    if (error.retryAfterMs !== undefined) this.#pause(error.retryAfterMs, 'retry-after');
    else if (error.status !== undefined && now - this.#lastErrorMs < this.#timing.errorWindowMs)
      this.#pause(this.#backOff.nextMs(), 'errors');
    if (error.status !== undefined) this.#lastErrorMs = now;
  }

  /** Ends all waits. The signals notify the callers. */
  close(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#tick);
    this.#listeners.clear();
    for (const line of Object.values(this.#waiting)) line.clear();
  }

  #pause(ms: number, reason: 'errors' | 'retry-after'): void {
    const untilMs = performance.now() + ms;
    if (untilMs <= this.#pausedUntilMs) return;
    this.#pausedUntilMs = untilMs;
    this.#pauseReason = reason;
    this.#plan();
    this.#tell();
  }

  /** Whether a new request goes before all waiting ones. */
  #isNext(priority: Priority): boolean {
    return priority === 'background' ? this.waiting === 0 : this.#foreground === 0;
  }

  #take(priority: Priority): boolean {
    if (this.#waitMs(priority) > 0) return false;
    return this.#bucket?.tryRemoveTokens(1) ?? true;
  }

  /** How long a request would have to wait if nobody else did. */
  #waitMs(priority: Priority): number {
    if (priority !== 'background') return Math.max(this.pausedForMs, this.#bucket?.getWaitTime(1) ?? 0);
    const ownPauseMs = this.#backgroundPausedUntilMs - performance.now();
    const size = this.#bucket?.bucketSize ?? 0;
    const tokens = Math.min(size, 1 + Math.floor(size * RESERVED));
    return Math.max(0, ownPauseMs, this.pausedForMs, this.#bucket?.getWaitTime(tokens) ?? 0);
  }

  /** The next waiting request. */
  get #next(): Priority | undefined {
    const { live, 'catch-up': catchUp, background } = this.#waiting;
    const catchUpIsDue = this.#catchUpPassedOver >= CATCH_UP_EVERY - 1;
    if (catchUp.size > 0 && (live.size === 0 || catchUpIsDue)) return 'catch-up';
    if (live.size > 0) return 'live';
    return background.size > 0 ? 'background' : undefined;
  }

  #plan(): void {
    clearTimeout(this.#timer);
    const next = this.#next;
    if (next === undefined) return;
    this.#timer = setTimeout(() => this.#grant(), Math.ceil(this.#waitMs(next)));
  }

  #grant(): void {
    for (let next = this.#next; next !== undefined && this.#take(next); next = this.#next) {
      if (next === 'catch-up') this.#catchUpPassedOver = 0;
      else if (this.#waiting['catch-up'].size > 0) this.#catchUpPassedOver += 1;
      const [grant] = this.#waiting[next];
      grant?.();
    }
    this.#plan();
    this.#tell();
  }

  /** Notifies listeners of a change; during a pause, every second. */
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
