import { BackOff } from '../util/back-off';
import { LedgerError } from './ledger-error';
import type { LedgerStorage } from './ledger-storage';

/** The most records that are committed together. */
const MAX_BATCH = 1000;

export interface GroupCommitOptions<Item> {
  storage: LedgerStorage<Item>;
  /** All that still matters, for when the storage is rewritten. */
  snapshot: () => Item[];
  /** The storage refuses what it is given, or, with undefined, takes it again. Nothing is lost meanwhile. */
  onTrouble: (error: LedgerError | undefined) => void;
  retry?: { firstMs: number; maxMs: number };
}

/**
 * Writes records in groups: what comes in while one group is being written makes up the next. An alert
 * alone waits for nothing, and in a storm a hundred share one write.
 */
export class GroupCommit<Item> {
  readonly #options: GroupCommitOptions<Item>;
  readonly #backOff: BackOff;
  #pending: Item[] = [];
  /** Settled when all that was pending at the time is written. */
  #waiters: { after: number; resolve: () => void }[] = [];
  #added = 0;
  #written = 0;
  #writing: Promise<void> | undefined;
  #troubled = false;
  #closing = false;
  #closed = false;
  #wake: (() => void) | undefined;

  constructor(options: GroupCommitOptions<Item>) {
    this.#options = options;
    this.#backOff = new BackOff(options.retry ?? { firstMs: 1_000, maxMs: 30_000 });
  }

  /** After `close` it does nothing: the storage may belong to somebody else by then. */
  add(item: Item): void {
    if (this.#closed) return;
    this.#pending.push(item);
    this.#added += 1;
    this.#writing ??= this.#write();
  }

  /** Resolves when everything added so far lasts. Never, while the storage refuses it, or once it is lost. */
  committed(): Promise<void> {
    if (this.#written >= this.#added) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ after: this.#added, resolve }));
  }

  /** Writes what is left, once; what the storage refuses now is dropped. One that was lost is not written to. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#wake?.();
    while (this.#writing !== undefined) await this.#writing;
    this.#closed = true;
    await this.#options.storage.close();
  }

  async #write(): Promise<void> {
    // One turn of the event loop, so that what belongs together comes together.
    await new Promise(setImmediate);
    while (this.#pending.length > 0) {
      try {
        const batch = this.#pending.slice(0, MAX_BATCH);
        await this.#options.storage.append(batch, this.#options.snapshot);
        this.#pending = this.#pending.slice(batch.length);
        this.#done(batch.length);
        if (this.#options.storage.worthCompacting && this.#pending.length === 0) await this.#compact();
      } catch (error) {
        const trouble =
          error instanceof LedgerError ? error : new LedgerError('unavailable', String(error), error);
        this.#setTrouble(trouble);
        // It is somebody else's now, for good.
        if (trouble.kind === 'lost') this.#closed = true;
        if (this.#closing || this.#closed) break;
        await this.#pause(this.#backOff.nextMs());
      }
    }
    this.#writing = undefined;
  }

  /** A storage that could not be rewritten still takes what comes, and knows when to try again. */
  async #compact(): Promise<void> {
    await this.#options.storage.compact(this.#options.snapshot()).catch(() => undefined);
  }

  #done(count: number): void {
    this.#written += count;
    this.#backOff.reset();
    this.#setTrouble(undefined);
    const ready = this.#waiters.filter(({ after }) => after <= this.#written);
    this.#waiters = this.#waiters.filter(({ after }) => after > this.#written);
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
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
