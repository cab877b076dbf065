import { performance } from 'node:perf_hooks';

/**
 * The platform's own time, from the `Date` header of its answers. This machine's clock is never asked: it
 * may be wrong by a day. Only answers that were recognised as the platform's count, since a proxy's error page
 * carries the time of the proxy. Between answers a monotonic clock carries the time on.
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
