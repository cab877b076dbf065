import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';

import { Journal } from '../../../../lib/storage/journal';
import { LedgerError } from '../../../../lib/storage/ledger-error';
import { journalFile } from '../../../../lib/storage/ledger-files';
import type { LedgerRecord } from '../../../../lib/delivery/ledger-record';
import type { LedgerStorage } from '../../../../lib/storage/ledger-storage';

/** How a crash leaves the file, each as a fraction of what there is. */
export interface CrashedFile {
  /** How much is kept of what had not been flushed. */
  kept: number;
  /** How much of all that may be lost is lost although it had been flushed: a disk that lies. */
  lied: number;
  /** How much of the file is there twice. */
  doubled: number;
}

/** A journal on a disk that can be full, in a process that can be killed at any moment. */
export class CrashableJournal implements LedgerStorage<LedgerRecord> {
  readonly #journal: Journal<LedgerRecord>;
  /** Bytes that were flushed, and those of the commit that holds the start. */
  #durable = 0;
  #indispensable = 0;
  #commits = 0;
  #underWay: Promise<void> | undefined;
  #compacting = false;
  #killed = false;
  full = false;

  constructor(
    readonly file: string,
    readonly compactEvery: number,
  ) {
    this.#journal = new Journal(file);
  }

  get name(): string {
    return this.file;
  }

  get worthCompacting(): boolean {
    return this.#commits >= this.compactEvery;
  }

  async load(): Promise<LedgerRecord[]> {
    const records = await this.#journal.load();
    this.#flushed();
    this.#indispensable = records.length > 0 ? this.#durable : 0;
    return records;
  }

  async append(items: readonly LedgerRecord[]): Promise<void> {
    await this.#do(() => this.#journal.append(items));
    this.#commits += 1;
    this.#flushed();
    if (this.#indispensable === 0) this.#indispensable = this.#durable;
  }

  async compact(items: readonly LedgerRecord[]): Promise<void> {
    this.#compacting = true;
    await this.#do(() => this.#journal.compact(items));
    this.#compacting = false;
    this.#commits = 0;
    this.#flushed();
    this.#indispensable = this.#durable;
  }

  close(): Promise<void> {
    return this.#journal.close();
  }

  /** Writes what a crash right now leaves to another file; this journal then never answers again. */
  crash(to: string, { kept, lied, doubled }: CrashedFile): void {
    const content = readFileSync(journalFile(this.file, 1));
    const share = (bytes: number, fraction: number): number => Math.round(bytes * fraction);
    let length = content.length;
    if (!this.#compacting && this.#durable <= length) {
      length = this.#durable + share(length - this.#durable, kept);
      if (lied > 0) length = this.#indispensable + share(length - this.#indispensable, 1 - lied);
    }
    const left = content.subarray(0, length);
    writeFileSync(journalFile(to, 1), Buffer.concat([left, left.subarray(length - share(length, doubled))]));
    copyIfThere(`${journalFile(this.file, 1)}.new`, `${journalFile(to, 1)}.new`);
    this.#killed = true;
  }

  /** Resolves when a killed journal holds no file any more. */
  async gone(): Promise<void> {
    await this.#underWay?.catch(() => undefined);
    await this.#journal.close();
  }

  async #do(action: () => Promise<void>): Promise<void> {
    if (this.#killed) await new Promise(() => undefined);
    if (this.full) throw new LedgerError('unavailable', 'the disk is full');
    this.#underWay = action();
    await this.#underWay;
    if (this.#killed) await new Promise(() => undefined);
  }

  #flushed(): void {
    this.#durable = readFileSync(journalFile(this.file, 1)).length;
  }
}

/** A rewritten journal may get its final name at any time, in a thread of its own. */
function copyIfThere(from: string, to: string): void {
  try {
    copyFileSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
