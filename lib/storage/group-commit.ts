import { BackOff } from '../util/back-off';
import { LedgerError } from './ledger-error';
import type { LedgerStorage } from './ledger-storage';

/** The maximum number of records in one commit. */
const MAX_BATCH = 1000;

export interface GroupCommitOptions<Item> {
  storage: LedgerStorage<Item>;
  /** All current records, for rewriting the storage. */
  snapshot: () => Item[];
  /**
   * Reports that the storage refuses writes; undefined when it accepts them again. Nothing is lost in the
   * meantime.
   */
  onTrouble: (error: LedgerError | undefined) => void;
  retry?: { firstMs: number; maxMs: number };
}

/**
 * open     accepts records, and retries a failed write.
 * closing  accepts records, but does not retry.
 * closed   ignores records: it was closed, or its storage is lost to another process.
 */
type Phase = 'open' | 'closing' | 'closed';

/**
 * Writes records in groups: records that arrive during one write form the next group. A single alert waits for
 * nothing else. In a storm, a hundred alerts share one write.
 */
export class GroupCommit<Item> {
  readonly #options: GroupCommitOptions<Item>;
  readonly #backOff: BackOff;
  #pending: Item[] = [];
  #written = 0;
  /** Callers that wait until this many records are written. */
  #waiters: { written: number; resolve: () => void }[] = [];
  #writing: Promise<void> | undefined;
  #troubled = false;
  #phase: Phase = 'open';
  #endPause: (() => void) | undefined;

  constructor(options: GroupCommitOptions<Item>) {
    this.#options = options;
    this.#backOff = new BackOff(options.retry ?? { firstMs: 1_000, maxMs: 30_000 });
  }

  /** Does nothing after `close`, because another process may own the storage by then. */
  add(item: Item): void {
    if (this.#phase === 'closed') return;
    this.#pending.push(item);
    this.#writing ??= this.#write();
  }

  /**
   * Resolves when all records added so far are durable. Does not resolve while the storage refuses writes, or
   * after it is lost.
   */
  committed(): Promise<void> {
    if (this.#pending.length === 0) return Promise.resolve();
    const written = this.#written + this.#pending.length;
    return new Promise((resolve) => this.#waiters.push({ written, resolve }));
  }

  /**
   * Writes the remaining records once. Drops them if the storage refuses them. Does not write to a lost
   * storage.
   */
  async close(): Promise<void> {
    if (this.#phase === 'open') this.#phase = 'closing';
    this.#endPause?.();
    while (this.#writing !== undefined) await this.#writing;
    this.#phase = 'closed';
    await this.#options.storage.close();
  }

  async #write(): Promise<void> {
    // Waits for one turn of the event loop, so that related records share a commit.
    await new Promise(setImmediate);
    while (this.#pending.length > 0) {
      try {
        const batch = this.#pending.slice(0, MAX_BATCH);
        await this.#options.storage.append(batch, this.#options.snapshot);
        this.#pending = this.#pending.slice(batch.length);
        this.#recordWritten(batch.length);
        if (this.#options.storage.worthCompacting && this.#pending.length === 0) await this.#compact();
      } catch (error) {
        const trouble =
          error instanceof LedgerError ? error : new LedgerError('unavailable', String(error), error);
        this.#setTrouble(trouble);
        // Another process owns it now, permanently.
        if (trouble.kind === 'lost') this.#phase = 'closed';
        if (this.#phase !== 'open') break;
        await this.#pause(this.#backOff.nextMs());
      }
    }
    this.#writing = undefined;
  }

  /** A storage that could not be rewritten still accepts records, and knows when to try again. */
  async #compact(): Promise<void> {
    await this.#options.storage.compact(this.#options.snapshot()).catch(() => undefined);
  }

  #recordWritten(count: number): void {
    this.#written += count;
    this.#backOff.reset();
    this.#setTrouble(undefined);
    const ready = this.#waiters.filter(({ written }) => written <= this.#written);
    this.#waiters = this.#waiters.filter(({ written }) => written > this.#written);
    for (const { resolve } of ready) resolve();
  }

  #setTrouble(error: LedgerError | undefined): void {
    const troubled = error !== undefined;
    if (troubled !== this.#troubled) this.#options.onTrouble(error);
    this.#troubled = troubled;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
