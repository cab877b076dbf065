/** Where a ledger's records are kept. All methods throw LedgerError; calls never overlap. */
export interface LedgerStorage<Item> {
  /** The name in messages: a file or a store. */
  readonly name: string;
  /** All records, oldest first; none for a new ledger. Call `close` even if it throws. */
  load(): Promise<Item[]>;
  /**
   * Adds records. They are durable when it resolves. None of them count if it throws.
   * @param all all records of the ledger, for a storage without a journal
   */
  append(items: readonly Item[], all: () => Item[]): Promise<void>;
  /** Whether `compact` is worth its while. */
  readonly worthCompacting: boolean;
  /**
   * Replaces all records with these. If it throws, nothing changes, and compacting is not worthwhile for some
   * time.
   */
  compact(items: readonly Item[]): Promise<void>;
  close(): Promise<void>;
  /**
   * Whether this process still owns the ledger. Check this before each send. Once false, it stays false. A
   * storage without this method is never taken over.
   */
  held?(): boolean;
  /** Resolves when another process has taken it over. */
  readonly lost?: Promise<void>;
}
