import { readFileSync } from 'node:fs';
import { readFile, rm, utimes } from 'node:fs/promises';

import type { Clock } from '../../util/clock';
import { tokens } from './owner';

const BEAT_EVERY_MS = 1_000;

/**
 * That a ledger is owned, for as long as the owner file is there and says so. Whoever takes the ledger over
 * removes that file before anything else.
 */
export class LedgerLease {
  /** The fencing number: higher than that of all owners before. */
  readonly epoch: number;
  /** Resolves when somebody else has taken the ledger over. */
  readonly lost: Promise<void>;
  readonly #file: string;
  readonly #token: string;
  readonly #timer: NodeJS.Timeout;
  readonly #bornMs: number;
  #beats = 0;
  #beating = false;
  #over = false;
  #tellLost!: () => void;

  /** @param file the owner file, which is there and holds the token */
  constructor(epoch: number, file: string, token: string, clock: Clock) {
    this.epoch = epoch;
    this.#file = file;
    this.#token = token;
    this.#bornMs = clock.wallMs();
    this.lost = new Promise((resolve) => (this.#tellLost = resolve));
    this.#timer = setInterval(() => void this.beat(), BEAT_EVERY_MS).unref();
  }

  /**
   * Whether the ledger is still owned, to be asked before each commit and each sending. It looks at the disk each time:
   * what it saw before may have ended since, in particular if the process was stopped for long, and others are just
   * taking the ledger over. Once false, it stays so.
   */
  held(): boolean {
    if (this.#over) return false;
    if (this.#isInFile()) return true;
    this.#lose();
    return false;
  }

  /**
   * Shows that the owner is alive, each second. The times written are counted rather than read off a clock, so
   * that each differs from the one before; they need no room on the disk.
   */
  async beat(): Promise<void> {
    // A disk that stalls.
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

  /** Lets others have the ledger. Call it when nothing is written any more. */
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
    this.#tellLost();
  }

  /** What cannot be read counts as lost: then nobody knows. */
  #isInFile(): boolean {
    try {
      return readFileSync(this.#file, 'utf8').includes(this.#token);
    } catch {
      return false;
    }
  }

  /** Only the own file; one of the same name may be another's by now. */
  async #remove(): Promise<boolean> {
    try {
      if ((await readFile(this.#file, 'utf8')).includes(this.#token)) await rm(this.#file, { force: true });
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT';
    }
  }

  /** On a disk that is away now, it would keep everybody else out for as long as this process runs. */
  #removeLater(): void {
    const timer = setInterval(() => {
      void this.#remove().then((removed) => {
        if (removed) clearInterval(timer);
      });
    }, BEAT_EVERY_MS).unref();
  }
}
