import { performance } from 'node:perf_hooks';

/**
 * The platform's time, from the `Date` header of its answers. It does not use this machine's clock, which may
 * be wrong by a day. Only recognized answers of the platform count, because the error page of a proxy contains
 * the time of the proxy. Between answers, a monotonic clock continues.
 */
export class ServerClock {
  #serverMs: number | undefined;
  #readAtMs = 0;

  /** Takes in the time of an answer that is the platform's own; undefined is passed over. */
  observe(serverMs: number | undefined): void {
    if (serverMs === undefined) return;
    this.#serverMs = serverMs;
    this.#readAtMs = performance.now();
  }

  /** Milliseconds since the epoch on the platform, or undefined before its first answer. */
  nowMs(): number | undefined {
    if (this.#serverMs === undefined) return undefined;
    return this.#serverMs + (performance.now() - this.#readAtMs);
  }
}

/** A `Date` header in milliseconds since the epoch; undefined if it is none. */
export function readDate(header: unknown): number | undefined {
  const ms = typeof header === 'string' ? Date.parse(header) : NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
