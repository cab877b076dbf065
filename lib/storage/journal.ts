import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';

import { type DecodedJournal, ForeignJournal, decodeJournal, encodeCommit, headerOf } from './journal-format';
import { OWNER_ONLY, makeFolder, syncFolder } from './files';
import { LedgerError, ledgerUnavailable } from './ledger-error';
import { type LedgerFiles, damagedFile, filesOf, journalFile } from './ledger-files';
import type { LedgerStorage } from './ledger-storage';

/** A journal is rewritten when it is this many times larger than after the last rewrite. */
const GROWTH_BEFORE_COMPACTION = 4;
const MIN_BYTES_BEFORE_COMPACTION = 256 * 1024;

/**
 * After a failed rewrite, the next one follows when the journal is this many times larger than at the failure.
 */
const GROWTH_BEFORE_RETRY = 2;

/** Records in a line of a rewritten journal. */
const RECORDS_PER_LINE = 1000;

/** How many damaged journals to keep. The oldest is deleted first. */
const KEPT_DAMAGED = 3;

/** The result of a repair. */
export interface Repaired<Item> {
  items: Item[];
  /** The consequences for alerts, in sentences. */
  consequences: string;
}

export interface JournalOptions<Item> {
  /** The fencing number of the owner whose journal it is, 1 or more. */
  epoch: number;
  /** @param behind the readable records after the damage */
  repair: (intact: Item[], behind: Item[]) => Repaired<Item>;
  /** A damaged journal was repaired; the damaged file was renamed. */
  onRepaired: (message: string) => void;
}

/**
 * An append-only file of one owner. Each commit is on the disk when `append` resolves. A kill at any byte
 * leaves a readable file. After a failed write, the previous content is intact and the next write continues
 * there.
 *
 * Loading copies the newest journal of the previous owners and deletes their journals. So a late write of a
 * previous owner goes to a file that nobody reads.
 */
export class Journal<Item> implements LedgerStorage<Item> {
  readonly #base: string;
  readonly #file: string;
  readonly #options: JournalOptions<Item>;
  #handle: FileHandle | undefined;
  #bytes = 0;
  #commits = 0;
  #compactedBytes = 0;

  /** @param base see `ledgerBase` */
  constructor(base: string, options: Partial<JournalOptions<Item>> = {}) {
    this.#base = base;
    this.#options = { epoch: 1, repair: keepAll, onRepaired: () => undefined, ...options };
    this.#file = journalFile(base, this.#options.epoch);
  }

  get name(): string {
    return this.#file;
  }

  /** @throws LedgerError if a file cannot be read or written, or is not a journal; nothing changes then */
  async load(): Promise<Item[]> {
    let source = this.#base;
    try {
      await makeFolder(path.dirname(this.#base));
      const files = await filesOf(this.#base);
      let found: DecodedJournal<Item> = { commits: [] };
      for (const epoch of files.journals) {
        source = journalFile(this.#base, epoch);
        found = decodeJournal<Item>(await readFile(source));
        if (found.commits.length > 0 || found.damage !== undefined) break;
      }
      const { items, consequences } = this.#repaired(found);
      await this.#rewrite(items);
      // Much of it may be obsolete: a long journal is compacted after the first commit.
      this.#compactedBytes = 0;
      if (found.damage !== undefined)
        await this.#setAside(source, files, `${found.damage.where}. ${consequences}`);
      await this.#removeFormer(files);
      return items;
    } catch (error) {
      await this.close();
      throw error instanceof ForeignJournal ? foreign(source, error) : ledgerUnavailable(source, error);
    }
  }

  /** @throws LedgerError if the write fails; then none of the records count */
  async append(items: readonly Item[]): Promise<void> {
    const data = Buffer.from(encodeCommit(this.#options.epoch, this.#commits + 1, items));
    try {
      // Never a new file: it would lack all previous records.
      this.#handle ??= await open(this.#file, 'r+');
      const { bytesWritten } = await this.#handle.write(data, 0, data.length, this.#bytes);
      if (bytesWritten < data.length) throw new Error('the disk is full');
      await this.#handle.datasync();
    } catch (error) {
      await this.#handle?.truncate(this.#bytes).catch(() => undefined);
      throw ledgerUnavailable(this.#file, error);
    }
    this.#bytes += data.length;
    this.#commits += 1;
  }

  get worthCompacting(): boolean {
    return (
      this.#bytes > Math.max(MIN_BYTES_BEFORE_COMPACTION, GROWTH_BEFORE_COMPACTION * this.#compactedBytes)
    );
  }

  /**
   * Replaces the journal with one that contains only these records. The old file is intact until the end.
   * @throws LedgerError if this fails; the old journal continues and can be compacted later
   */
  async compact(items: readonly Item[]): Promise<void> {
    try {
      await this.#rewrite(items);
    } catch (error) {
      this.#compactedBytes = (this.#bytes * GROWTH_BEFORE_RETRY) / GROWTH_BEFORE_COMPACTION;
      throw ledgerUnavailable(this.#file, error);
    }
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close().catch(() => undefined);
  }

  async #rewrite(items: readonly Item[]): Promise<void> {
    const fresh = `${this.#file}.new`;
    let bytes = 0;
    let commits = -1;
    try {
      const handle = await open(fresh, 'w', OWNER_ONLY);
      try {
        // Line by line, to avoid the text of a hundred thousand alerts in memory.
        for (const line of linesOf(this.#options.epoch, items)) {
          await handle.writeFile(line);
          bytes += Buffer.byteLength(line);
          commits += 1;
        }
        await handle.sync();
      } finally {
        await handle.close();
      }
      // Windows cannot replace an open file. The next append opens it again.
      await this.close();
      await rename(fresh, this.#file);
    } catch (error) {
      await rm(fresh, { force: true }).catch(() => undefined);
      throw error;
    }
    await syncFolder(path.dirname(this.#file));
    this.#bytes = bytes;
    this.#compactedBytes = bytes;
    this.#commits = commits;
  }

  #repaired({ commits, damage }: DecodedJournal<Item>): Repaired<Item> {
    const items = commits.flatMap((commit) => commit.items);
    if (damage === undefined) return { items, consequences: '' };
    return this.#options.repair(
      items,
      damage.behind.flatMap((commit) => commit.items),
    );
  }

  /** Kept for inspection. The journal of this owner already contains all readable records. */
  async #setAside(source: string, { damaged }: LedgerFiles, what: string): Promise<void> {
    const aside = damagedFile(this.#base, (damaged[0] ?? 0) + 1);
    if (source === this.#file) return;
    await rename(source, aside).catch(() => undefined);
    for (const number of damaged.slice(KEPT_DAMAGED - 1))
      await rm(damagedFile(this.#base, number), { force: true }).catch(() => undefined);
    this.#options.onRepaired(
      `The ledger ${source} was damaged and has been repaired. The damaged file is kept as ${aside}: ${what}`,
    );
  }

  /** If it cannot be deleted now, later owners ignore it and try to delete it. */
  async #removeFormer({ journals, unfinished }: LedgerFiles): Promise<void> {
    const former = journals
      .map((epoch) => journalFile(this.#base, epoch))
      .filter((file) => file !== this.#file);
    for (const file of [...former, ...unfinished]) await rm(file, { force: true }).catch(() => undefined);
  }
}

/** A journal that holds just these. */
function* linesOf(epoch: number, items: readonly unknown[]): Generator<string> {
  yield headerOf(epoch);
  for (let at = 0, number = 1; at < items.length; at += RECORDS_PER_LINE, number += 1)
    yield encodeCommit(epoch, number, items.slice(at, at + RECORDS_PER_LINE));
}

function keepAll<Item>(intact: Item[], behind: Item[]): Repaired<Item> {
  return { items: [...intact, ...behind], consequences: 'All intact records are kept' };
}

function foreign(file: string, cause: ForeignJournal): LedgerError {
  return new LedgerError(
    'foreign',
    `The ledger ${file} cannot be read: ${cause.message}. Restore it from a backup, or move it away and deploy. Then alerts are delivered from that time on, but the alerts that waited in the ledger are lost`,
    cause,
  );
}
