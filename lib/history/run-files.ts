import { type FileHandle, open, readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

import { OWNER_ONLY, makeFolder } from '../storage/files';

import { type RunLine, readLine } from './run-line';

/** When a file has this length, a new one begins. Files are small because they are deleted as a whole. */
const MAX_FILE_BYTES = 1024 * 1024;

/** The first number is the format's, the second the file's. */
const FILE_NAME = /^runs-v1-(\d{8})\.jsonl$/;

/** Where a line is. */
export interface Place {
  readonly file: number;
  readonly offset: number;
  readonly bytes: number;
}

export interface StoredLine extends RunLine {
  readonly place: Place;
}

/**
 * Lines in numbered files, append-only. A kill at any byte leaves at most one line without an end, which is skipped:
 * each start begins a new file. A failed write is taken back; if that fails too, a new file begins. The oldest files
 * are deleted when nothing in them is needed any more.
 */
export class RunFiles {
  readonly #folder: string;
  readonly #maxFileBytes: number;
  /** Oldest first. */
  #files: number[] = [];
  #handle: FileHandle | undefined;
  #bytes = 0;

  constructor(folder: string, maxFileBytes = MAX_FILE_BYTES) {
    this.#folder = folder;
    this.#maxFileBytes = maxFileBytes;
  }

  /**
   * All lines that can be read, oldest first.
   * @param onUnreadable called for each file, or for the folder, that cannot be read
   */
  async load(onUnreadable: (error: Error) => void): Promise<StoredLine[]> {
    const lines: StoredLine[] = [];
    try {
      await makeFolder(this.#folder);
      const names = await readdir(this.#folder);
      this.#files = names
        .map((name) => Number(FILE_NAME.exec(name)?.[1]))
        .filter((file) => !Number.isNaN(file))
        .sort((one, other) => one - other);
    } catch (error) {
      onUnreadable(asError(error));
    }
    for (const file of this.#files) {
      try {
        const content = await readFile(this.#pathOf(file));
        for (const line of linesOf(content, file)) lines.push(line);
      } catch (error) {
        onUnreadable(asError(error));
      }
    }
    return lines;
  }

  /**
   * Adds lines. Each ends with a line feed.
   * @returns the place of each
   * @throws when the disk did not take them: then none of them counts
   */
  async append(lines: readonly string[]): Promise<Place[]> {
    if (this.#bytes >= this.#maxFileBytes) await this.#leaveFile();
    const handle = (this.#handle ??= await this.#newFile());
    const data = Buffer.from(lines.join(''));
    try {
      const { bytesWritten } = await handle.write(data, 0, data.length, this.#bytes);
      if (bytesWritten < data.length) throw new Error('ENOSPC: no space left on device, write');
    } catch (error) {
      await handle.truncate(this.#bytes).catch(() => this.#leaveFile());
      throw error;
    }
    const file = this.#files.at(-1) ?? 0;
    return lines.map((line) => {
      const place = { file, offset: this.#bytes, bytes: Buffer.byteLength(line) };
      this.#bytes += place.bytes;
      return place;
    });
  }

  /** @throws when it cannot be read */
  async read({ file, offset, bytes }: Place): Promise<string> {
    const handle = await open(this.#pathOf(file), 'r');
    try {
      const data = Buffer.alloc(bytes);
      const { bytesRead } = await handle.read(data, 0, bytes, offset);
      return data.toString('utf8', 0, bytesRead);
    } finally {
      await handle.close();
    }
  }

  /** Deletes the files before `first`, but never the one that is written. Retries what it could not delete. */
  async deleteBefore(first: number): Promise<void> {
    const current = this.#handle === undefined ? Infinity : (this.#files.at(-1) ?? Infinity);
    for (const file of this.#files.filter((number) => number < Math.min(first, current))) {
      await rm(this.#pathOf(file), { force: true });
      this.#files = this.#files.filter((number) => number !== file);
    }
  }

  async close(): Promise<void> {
    await this.#leaveFile();
  }

  async #newFile(): Promise<FileHandle> {
    await makeFolder(this.#folder);
    for (let file = (this.#files.at(-1) ?? 0) + 1; ; file += 1) {
      const handle = await openNew(this.#pathOf(file));
      if (handle === undefined) continue;
      this.#files.push(file);
      this.#bytes = 0;
      return handle;
    }
  }

  async #leaveFile(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    this.#bytes = 0;
    await handle?.close().catch(() => undefined);
  }

  #pathOf(file: number): string {
    return path.join(this.#folder, `runs-v1-${String(file).padStart(8, '0')}.jsonl`);
  }
}

/** Undefined when the file exists: another Node-RED that shares the folder has begun it. */
async function openNew(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, 'wx', OWNER_ONLY);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  }
}

function* linesOf(content: Buffer, file: number): Generator<StoredLine> {
  for (let offset = 0; ;) {
    const end = content.indexOf(0x0a, offset);
    if (end === -1) return;
    const line = readLine(content.toString('utf8', offset, end));
    if (line !== undefined) yield { ...line, place: { file, offset, bytes: end + 1 - offset } };
    offset = end + 1;
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
