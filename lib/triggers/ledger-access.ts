import { Ledger } from '../delivery/ledger';
import { LedgerError } from '../storage/ledger-error';
import type { LedgerRecord } from '../delivery/ledger-record';
import type { LedgerStorage } from '../storage/ledger-storage';
import { describe } from '../util/error-text';

/** Between attempts at acquiring a ledger that another process owns. */
const STANDBY_RETRY_MS = 500;

export interface LedgerAccessOptions {
  /** @throws LedgerError */
  ledgerStorage: () => LedgerStorage<LedgerRecord>;
  /** Between attempts at opening a ledger whose disk or store is away. */
  reopenAfterMs: number;
  /** Try to open the ledger again. */
  onRetry: () => void;
  /** The open ledger cannot write, or, with undefined, can again. */
  onWritable: (error: LedgerError | undefined) => void;
  /** Another process has taken over the open ledger: stop immediately, `close`, and open it again. */
  onLost: () => void;
  /** Called once per change. */
  onTrouble: (message: string, level: 'warn' | 'error') => void;
}

/**
 * Opens the ledger of a trigger.
 *
 *   closed ── open() ──▶ open ── another process takes it over ──▶ standby
 *     ▲  │ └───────────▶ standby   another process owns it; tried again until it does not.
 *     │  └─────────────▶ trouble   it cannot be read or written; tried again if that may pass.
 *     └─ close()
 */
export class LedgerAccess {
  readonly #options: LedgerAccessOptions;
  #storage: LedgerStorage<LedgerRecord> | undefined;
  /** Also one that was lost, until it is closed. */
  #opened: Ledger | undefined;
  #lost = false;
  /** Why it is in standby. */
  #standby: string | undefined;
  #trouble: string | undefined;
  #retry: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: LedgerAccessOptions) {
    this.#options = options;
  }

  /** While it is open. */
  get ledger(): Ledger | undefined {
    return this.#lost ? undefined : this.#opened;
  }

  /** Whether another process owns the ledger. */
  get standby(): boolean {
    return this.#standby !== undefined;
  }

  /** Why the ledger cannot be opened, or cannot write. */
  get error(): string | undefined {
    return this.#standby ?? this.#trouble;
  }

  /** Undefined if it cannot be opened now. `onRetry` reports when to try again. */
  async open(): Promise<Ledger | undefined> {
    if (this.ledger !== undefined) return this.ledger;
    let storage: LedgerStorage<LedgerRecord> | undefined;
    try {
      storage = this.#options.ledgerStorage();
      this.#opened = await Ledger.open({ storage, onTrouble: (error) => this.#writable(error) });
    } catch (error) {
      await storage?.close();
      this.#failed(error);
      return undefined;
    }
    this.#storage = storage;
    this.#lost = false;
    this.#standby = undefined;
    this.#trouble = undefined;
    void storage.lost?.then(() => {
      if (storage === this.#storage) this.#lose();
    });
    return this.#opened;
  }

  /** Whether this process still owns the open ledger. Check this before each send. */
  held(): boolean {
    if (this.ledger === undefined) return false;
    if (this.#storage?.held?.() !== false) return true;
    this.#lose();
    return false;
  }

  /** Stops automatic retries. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#retry);
  }

  /** Writes the remaining records, unless the ledger was lost. It can be opened again afterward. */
  async close(): Promise<void> {
    const opened = this.#opened;
    await opened?.close();
    if (this.#opened === opened) this.#opened = undefined;
    this.#storage = undefined;
  }

  #failed(error: unknown): void {
    if (this.#stopped) return;
    const why = describe(error);
    const kind = error instanceof LedgerError ? error.kind : 'foreign';
    const { onTrouble, reopenAfterMs } = this.#options;
    if (kind === 'standby') {
      if (this.#standby === undefined) onTrouble(why, 'warn');
      this.#standby = why;
      this.#trouble = undefined;
    } else {
      if (why !== this.#trouble) onTrouble(why, 'error');
      this.#trouble = why;
      this.#standby = undefined;
    }
    if (kind === 'foreign') return;
    this.#retry = setTimeout(this.#options.onRetry, kind === 'standby' ? STANDBY_RETRY_MS : reopenAfterMs);
  }

  #writable(error: LedgerError | undefined): void {
    if (error?.kind === 'lost') {
      this.#lose();
      return;
    }
    if (error !== undefined) this.#options.onTrouble(error.message, 'error');
    this.#trouble = error?.message;
    this.#options.onWritable(error);
  }

  #lose(): void {
    if (this.#lost || this.#opened === undefined) return;
    this.#lost = true;
    this.#trouble = undefined;
    this.#standby = 'Another Node-RED has taken over this trigger. This one is in standby';
    this.#options.onTrouble(this.#standby, 'warn');
    this.#options.onLost();
  }
}
