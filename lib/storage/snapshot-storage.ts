import { describe } from '../util/error-text';
import type { Repaired } from './journal';
import { LedgerError } from './ledger-error';
import type { LedgerStorage } from './ledger-storage';

/** One value in a Node-RED context store, which may be asynchronous. */
export interface StoredValue {
  get(): Promise<unknown>;
  set(value: unknown): Promise<void>;
}

/** Also the version of 0.1, which ignores what is new. */
const VERSION = 1;

export interface SnapshotStorageOptions<Item> {
  /** The fencing number of the owner; undefined where there can be no second one. */
  epoch: number | undefined;
  isItem: (value: unknown) => boolean;
  repair: (intact: Item[], behind: Item[]) => Repaired<Item>;
  /** Where a damaged value is kept; undefined: nowhere. */
  aside: StoredValue | undefined;
  onRepaired: (message: string) => void;
}

/** A ledger that is stored as one value, for environments without a file system: containers, FlowFuse. */
export class SnapshotStorage<Item> implements LedgerStorage<Item> {
  readonly name: string;
  readonly #value: StoredValue;
  readonly #options: Partial<SnapshotStorageOptions<Item>>;
  readonly worthCompacting = false;

  /** @param name the name in messages, for example `the context store "redis"` */
  constructor(name: string, value: StoredValue, options: Partial<SnapshotStorageOptions<Item>> = {}) {
    this.name = name;
    this.#value = value;
    this.#options = options;
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
    if (version !== VERSION || !Array.isArray(records))
      throw new LedgerError(
        'foreign',
        `The ledger in ${this.name} cannot be read: it is not a ledger, or another version of this package wrote it. Remove it from the store and deploy. Then alerts are delivered from that time on, but the alerts that waited in the ledger are lost`,
      );
    return this.#repaired(stored, records);
  }

  async append(_items: readonly Item[], all: () => Item[]): Promise<void> {
    const { epoch } = this.#options;
    try {
      await this.#value.set({ version: VERSION, ...(epoch !== undefined && { epoch }), records: all() });
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

  async #repaired(stored: unknown, records: unknown[]): Promise<Item[]> {
    const { isItem = () => true, repair, aside, onRepaired } = this.#options;
    const bad = records.findIndex((record) => !isItem(record));
    if (bad === -1 || repair === undefined) return records as Item[];
    const behind = records.slice(bad).filter(isItem) as Item[];
    const { items, consequences } = repair(records.slice(0, bad) as Item[], behind);
    const kept = await aside?.set(stored).then(
      () => true,
      () => false,
    );
    const where = kept === true ? '; the damaged value is kept under the key sekoia-ledger-damaged' : '';
    onRepaired?.(
      `The ledger in ${this.name} was damaged and has been repaired${where}: record ${bad + 1} cannot be read. ${consequences}`,
    );
    return items;
  }

  #unavailable(cause: unknown): LedgerError {
    const why = describe(cause);
    return new LedgerError('unavailable', `The ledger in ${this.name} cannot be used: ${why}`, cause);
  }
}
