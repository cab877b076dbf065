import { type FileHandle, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';

import { HEADER, JournalDamage, decodeJournal, encodeCommit } from './journal-format';
import { LedgerError } from './ledger-error';
import type { LedgerStorage } from './ledger-storage';

/** A journal is rewritten once it is this much larger than what it was after the last rewriting. */
const GROWTH_BEFORE_COMPACTION = 4;
const MIN_BYTES_BEFORE_COMPACTION = 256 * 1024;

/** When that failed, it is tried again once the journal is this much larger than it was then. */
const GROWTH_BEFORE_RETRY = 2;

/** Records in a line of a rewritten journal. */
const RECORDS_PER_LINE = 1000;

const OWNER_ONLY = 0o600;

/**
 * An append-only file. Each commit is on the disk when `append` resolves, and a kill at any byte leaves a
 * file that can be read. A failed write leaves what was good, and the next one goes on from there.
 */
export class Journal<Item> implements LedgerStorage<Item> {
  readonly #file: string;
  #handle: FileHandle | undefined;
  #bytes = 0;
  #commits = 0;
  #compactedBytes = 0;

  constructor(file: string) {
    this.#file = file;
  }

  get name(): string {
    return this.#file;
  }

  /** @throws LedgerError when the file cannot be read or written, or is damaged; it is then left as it is. */
  async load(): Promise<Item[]> {
    try {
      await mkdir(path.dirname(this.#file), { recursive: true, mode: 0o700 });
      this.#handle = await openOrCreate(this.#file);
      const { commits, goodBytes } = decodeJournal<Item>(await readFile(this.#handle));
      await this.#startAt(goodBytes);
      this.#commits = commits.at(-1)?.number ?? 0;
      this.#compactedBytes = this.#bytes;
      return commits.flatMap((commit) => commit.items);
    } catch (error) {
      await this.close();
      throw error instanceof JournalDamage
        ? new LedgerError(
            'damaged',
            `The ledger ${this.#file} is damaged: ${error.message}. Restore it from a backup; or move it away and deploy: alerts from then on are delivered, those that were waiting in it are not`,
            error,
          )
        : cannotUse(this.#file, error);
    }
  }

  /** @throws LedgerError when the disk did not take it; nothing of it counts then. */
  async append(items: readonly Item[]): Promise<void> {
    const data = Buffer.from(encodeCommit(this.#commits + 1, items));
    try {
      // Never a new file: it would lack all that came before.
      this.#handle ??= await open(this.#file, 'r+');
      const { bytesWritten } = await this.#handle.write(data, 0, data.length, this.#bytes);
      if (bytesWritten < data.length) throw new Error('the disk is full');
      await this.#handle.datasync();
    } catch (error) {
      await this.#handle?.truncate(this.#bytes).catch(() => undefined);
      throw cannotUse(this.#file, error);
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
   * Replaces the journal by one that holds just these. Until the very end the old file stays as it is.
   * @throws LedgerError when that failed; the journal goes on as it was, and is worth compacting again later.
   */
  async compact(items: readonly Item[]): Promise<void> {
    const fresh = `${this.#file}.new`;
    let bytes = 0;
    let commits = -1;
    try {
      const handle = await open(fresh, 'w', OWNER_ONLY);
      try {
        // Line by line: of a hundred thousand alerts, the text is not needed all at once.
        for (const line of linesOf(items)) {
          await handle.writeFile(line);
          bytes += Buffer.byteLength(line);
          commits += 1;
        }
        await handle.sync();
      } finally {
        await handle.close();
      }
      // Windows replaces no file that is open. The next append opens it again.
      await this.close();
      await rename(fresh, this.#file);
    } catch (error) {
      await rm(fresh, { force: true }).catch(() => undefined);
      this.#compactedBytes = (this.#bytes * GROWTH_BEFORE_RETRY) / GROWTH_BEFORE_COMPACTION;
      throw cannotUse(this.#file, error);
    }
    await syncFolder(path.dirname(this.#file));
    this.#bytes = bytes;
    this.#compactedBytes = bytes;
    this.#commits = commits;
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close().catch(() => undefined);
  }

  async #startAt(goodBytes: number): Promise<void> {
    const handle = this.#handle;
    if (handle === undefined) return;
    await handle.truncate(goodBytes);
    this.#bytes = goodBytes;
    if (goodBytes > 0) return;
    const header = Buffer.from(HEADER);
    await handle.write(header, 0, header.length, 0);
    await handle.sync();
    await syncFolder(path.dirname(this.#file));
    this.#bytes = header.length;
  }
}

/** A journal that holds just these. */
function* linesOf(items: readonly unknown[]): Generator<string> {
  yield HEADER;
  for (let at = 0, number = 1; at < items.length; at += RECORDS_PER_LINE, number += 1)
    yield encodeCommit(number, items.slice(at, at + RECORDS_PER_LINE));
}

async function openOrCreate(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return open(file, 'wx+', OWNER_ONLY);
  }
}

/** Makes a new name in a folder last. Not all platforms can; there it lasts without. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // See above.
  }
}

function cannotUse(file: string, cause: unknown): LedgerError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new LedgerError(
    'unavailable',
    `The ledger ${file} cannot be used: ${why}. Free the disk or make the folder writable, or name a context store in “Ledger in” of the node`,
    cause,
  );
}
