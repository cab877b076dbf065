import { performance } from 'node:perf_hooks';

/**
 * The platform's own time, from the `Date` header of its answers. This machine's clock is never asked: it
 * may be wrong by a day. Between answers a monotonic clock carries the time on.
 */
export class ServerClock {
  #serverMs: number | undefined;
  #readAtMs = 0;

  /** Takes in a `Date` header; an unreadable one is ignored. */
  observe(dateHeader: unknown): void {
    if (typeof dateHeader !== 'string') return;
    const serverMs = Date.parse(dateHeader);
    if (Number.isNaN(serverMs)) return;
    this.#serverMs = serverMs;
    this.#readAtMs = performance.now();
  }

  /** Milliseconds since the epoch on the platform, or undefined before its first answer. */
  nowMs(): number | undefined {
    if (this.#serverMs === undefined) return undefined;
    return this.#serverMs + (performance.now() - this.#readAtMs);
  }
}
