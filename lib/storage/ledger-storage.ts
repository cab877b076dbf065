/** Where a ledger's records are kept. All methods throw LedgerError; calls never overlap. */
export interface LedgerStorage<Item> {
  /** What a message calls it: a file, a store. */
  readonly name: string;
  /** All records, oldest first; none for a new ledger. `close` is to be called also when it throws. */
  load(): Promise<Item[]>;
  /**
   * Adds records. They last when it resolves, and none of them counts when it throws.
   * @param all what the ledger holds with them, for a storage that keeps no journal
   */
  append(items: readonly Item[], all: () => Item[]): Promise<void>;
  /** Whether `compact` is worth its while. */
  readonly worthCompacting: boolean;
  /** Replaces all records by these. When it throws, all is as before, and not worth compacting for a while. */
  compact(items: readonly Item[]): Promise<void>;
  close(): Promise<void>;
  /**
   * Whether this process still owns the ledger: to be asked before each sending. Once false, it stays so. A storage
   * without it is never taken over.
   */
  held?(): boolean;
  /** Resolves when another process has taken it over. */
  readonly lost?: Promise<void>;
}
