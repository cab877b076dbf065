import { readFileSync } from 'node:fs';
import { readFile, rm, utimes } from 'node:fs/promises';

import type { Clock } from '../../util/clock';
import { tokens } from './owner';

const BEAT_EVERY_MS = 1_000;

/**
 * Ownership of a ledger, for as long as the owner file exists and contains the token. A process that takes over
 * the ledger first removes this file.
 */
export class LedgerLease {
  /** The fencing number, higher than those of all previous owners. */
  readonly epoch: number;
  /** Resolves when another process has taken over the ledger. */
  readonly lost: Promise<void>;
  readonly #file: string;
  readonly #token: string;
  readonly #timer: NodeJS.Timeout;
  readonly #bornMs: number;
  #beats = 0;
  #beating = false;
  #over = false;
  #reportLost!: () => void;

  /** @param file the owner file, which exists and contains the token */
  constructor(epoch: number, file: string, token: string, clock: Clock) {
    this.epoch = epoch;
    this.#file = file;
    this.#token = token;
    this.#bornMs = clock.wallMs();
    this.lost = new Promise((resolve) => (this.#reportLost = resolve));
    this.#timer = setInterval(() => void this.beat(), BEAT_EVERY_MS).unref();
  }

  /**
   * Whether this process still owns the ledger. Check this before each commit and each send. It reads the disk
   * each time, because the answer may have changed: the process may have been suspended while another one took
   * over. Once false, it stays false.
   */
  held(): boolean {
    if (this.#over) return false;
    if (this.#isInFile()) return true;
    this.#lose();
    return false;
  }

  /**
   * Shows every second that the owner is alive. The times are counted, not read from a clock, so that each
   * differs from the previous one. They need no space on the disk.
   */
  async beat(): Promise<void> {
    // The disk stalls.
    if (this.#beating || this.#over) return;
    this.#beating = true;
    try {
      this.#beats += 1;
      const shown = new Date(this.#bornMs + this.#beats * 1_000);
      await utimes(this.#file, shown, shown);
      if (!(await readFile(this.#file, 'utf8')).includes(this.#token)) this.#lose();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') this.#lose();
    } finally {
      this.#beating = false;
    }
  }

  /** Releases the ledger. Call it when all writes are done. */
  async release(): Promise<void> {
    this.#over = true;
    clearInterval(this.#timer);
    const removed = await this.#remove();
    tokens().delete(this.#token);
    if (!removed) this.#removeLater();
  }

  #lose(): void {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#timer);
    this.#reportLost();
  }

  /** An unreadable file counts as lost, because the owner is unknown. */
  #isInFile(): boolean {
    try {
      return readFileSync(this.#file, 'utf8').includes(this.#token);
    } catch {
      return false;
    }
  }

  /** Only if the file is ours; a file with the same name may belong to another owner by now. */
  async #remove(): Promise<boolean> {
    try {
      if ((await readFile(this.#file, 'utf8')).includes(this.#token)) await rm(this.#file, { force: true });
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT';
    }
  }

  /** If the disk is gone now, the file would lock out all others for as long as this process runs. */
  #removeLater(): void {
    const timer = setInterval(() => {
      void this.#remove().then((removed) => {
        if (removed) clearInterval(timer);
      });
    }, BEAT_EVERY_MS).unref();
  }
}
