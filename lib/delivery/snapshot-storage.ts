import { JournalDamage, FORMAT_VERSION } from './journal-format';
import { LedgerError } from './ledger-error';
import type { LedgerStorage } from './ledger-storage';

/** One value in a Node-RED context store, which may be asynchronous. */
export interface StoredValue {
  get(): Promise<unknown>;
  set(value: unknown): Promise<void>;
}

/** A ledger that is kept whole as one value, where there is no file to append to: containers, FlowFuse. */
export class SnapshotStorage<Item> implements LedgerStorage<Item> {
  readonly name: string;
  readonly #value: StoredValue;
  readonly worthCompacting = false;

  /** @param name what a message calls it, e.g. `the context store "redis"` */
  constructor(name: string, value: StoredValue) {
    this.name = name;
    this.#value = value;
  }

  async load(): Promise<Item[]> {
    let stored: unknown;
    try {
      stored = await this.#value.get();
    } catch (error) {
      throw this.#unavailable(error);
    }
    if (stored === undefined || stored === null) return [];
    const { version, records } = stored as { version?: unknown; records?: unknown };
    if (version === FORMAT_VERSION && Array.isArray(records)) return records as Item[];
    throw new LedgerError(
      'damaged',
      `The ledger in ${this.name} is damaged, or was written by another version of this package. Remove it from the store and deploy: alerts from then on are delivered, those that were waiting in it are not`,
      new JournalDamage('not a ledger'),
    );
  }

  async append(_items: readonly Item[], all: () => Item[]): Promise<void> {
    try {
      await this.#value.set({ version: FORMAT_VERSION, records: all() });
    } catch (error) {
      throw this.#unavailable(error);
    }
  }

  compact(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #unavailable(cause: unknown): LedgerError {
    const why = cause instanceof Error ? cause.message : String(cause);
    return new LedgerError('unavailable', `The ledger in ${this.name} cannot be used: ${why}`, cause);
  }
}
