import { LedgerError } from './ledger-error';
import type { LedgerStorage } from './ledger-storage';
import type { LedgerLease } from './lease/ledger-lease';
import type { LedgerLock } from './lease/ledger-lock';

/** A storage that only its owner writes to. Loading acquires the ledger, and closing releases it. */
export class OwnedStorage<Item> implements LedgerStorage<Item> {
  readonly lost: Promise<void>;
  readonly #lock: Pick<LedgerLock, 'acquire' | 'base'>;
  readonly #storageOf: (epoch: number) => LedgerStorage<Item>;
  readonly #withoutLock: (() => LedgerStorage<Item>) | undefined;
  #lease: LedgerLease | undefined;
  #storage: LedgerStorage<Item> | undefined;
  #reportLost!: () => void;

  /**
   * @param storageOf the storage of the owner with an epoch
   * @param withoutLock the storage if no owner file can be created; undefined: none
   */
  constructor(
    lock: Pick<LedgerLock, 'acquire' | 'base'>,
    storageOf: (epoch: number) => LedgerStorage<Item>,
    { withoutLock }: { withoutLock?: () => LedgerStorage<Item> } = {},
  ) {
    this.#lock = lock;
    this.#storageOf = storageOf;
    this.#withoutLock = withoutLock;
    this.lost = new Promise((resolve) => (this.#reportLost = resolve));
  }

  get name(): string {
    return this.#storage?.name ?? this.#lock.base;
  }

  get worthCompacting(): boolean {
    return this.#storage?.worthCompacting ?? false;
  }

  /** @throws LedgerError `standby` while another owns it */
  async load(): Promise<Item[]> {
    try {
      this.#lease = await this.#lock.acquire();
      void this.#lease.lost.then(this.#reportLost);
      this.#storage = this.#storageOf(this.#lease.epoch);
    } catch (error) {
      if (this.#withoutLock === undefined || !isForbidden(error)) throw error;
      this.#storage = this.#withoutLock();
    }
    return this.#storage.load();
  }

  async append(items: readonly Item[], all: () => Item[]): Promise<void> {
    await this.#owned().append(items, all);
  }

  async compact(items: readonly Item[]): Promise<void> {
    await this.#owned().compact(items);
  }

  async close(): Promise<void> {
    await this.#storage?.close();
    // Last, because other processes may write from now on.
    await this.#lease?.release();
  }

  held(): boolean {
    return this.#lease?.held() ?? this.#storage !== undefined;
  }

  #owned(): LedgerStorage<Item> {
    if (this.#storage !== undefined && this.held()) return this.#storage;
    throw new LedgerError(
      'lost',
      `Another Node-RED has taken over the ledger ${this.name}. This one no longer writes or sends anything`,
    );
  }
}

/** The folder is not writable; this is not just a full disk. */
function isForbidden(error: unknown): boolean {
  const cause = error instanceof LedgerError ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
  return ['EROFS', 'EACCES', 'EPERM'].includes(cause?.code ?? '');
}
