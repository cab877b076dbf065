import { OVERLAP_SECONDS } from './catch-up';
import type { Ledger } from './ledger';

/** A ledger that lasts as long as its trigger. */
export class MemoryLedger implements Ledger {
  #since: number | undefined;
  #cursor: number | undefined;
  /** Alerts that a catch-up read may meet again, with when they were created (epoch seconds). */
  readonly #taken = new Map<string, number | null>();

  get since(): number | undefined {
    return this.#since;
  }

  get cursor(): number | undefined {
    return this.#cursor;
  }

  start(since: number): void {
    this.#since = since;
    this.#cursor = since;
  }

  take(uuid: string, createdAt: number | null): boolean {
    if (this.#taken.has(uuid)) return false;
    this.#taken.set(uuid, createdAt);
    return true;
  }

  advance(createdAt: number): void {
    if (this.#cursor !== undefined && createdAt <= this.#cursor) return;
    this.#cursor = createdAt;
    this.#forget(createdAt - 2 * OVERLAP_SECONDS);
  }

  /** Drops what no later read can reach, so that memory stays bounded. */
  #forget(before: number): void {
    for (const [uuid, createdAt] of this.#taken)
      if (createdAt !== null && createdAt < before) this.#taken.delete(uuid);
  }
}
