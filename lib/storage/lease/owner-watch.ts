import { open } from 'node:fs/promises';

import { type Owner, type ProcessIdentity, stateOf } from './owner';

/** If the process table cannot tell: an owner whose file has not changed for this long is gone. */
const GONE_AFTER_MS = 7_000;

/**
 * The most that counts between two checks: the observer may have been suspended in between, and the owner with
 * it.
 */
const MAX_BETWEEN_LOOKS_MS = 2_000;

export interface Sighting {
  readonly alive: boolean;
  /** Undefined if the file cannot be read, for example because it is being written. */
  readonly owner: Owner | undefined;
}

/**
 * Detects whether the owner of a ledger is alive. On this machine, the process table decides. On other
 * machines, the owner file decides: the owner changes its time every second. Only the change counts, on the
 * clock of the observer, so no two clocks are compared.
 */
export class OwnerWatch {
  readonly #self: ProcessIdentity;
  readonly #nowMs: () => number;
  #seen = '';
  #lookedAtMs = -Infinity;
  #unchangedMs = 0;

  /** @param nowMs a monotonic clock */
  constructor(self: ProcessIdentity, nowMs: () => number) {
    this.#self = self;
    this.#nowMs = nowMs;
  }

  /** @throws what reading the file throws; a missing file means that the owner is gone */
  async look(file: string): Promise<Sighting> {
    const found = await read(file);
    if (found === undefined) return { alive: false, owner: undefined };
    const unchangedMs = this.#unchangedFor(`${file} ${found.fingerprint}`);
    const { owner } = found;
    const state = owner === undefined ? 'unknown' : stateOf(owner, this.#self);
    return { alive: state === 'running' || (state === 'unknown' && unchangedMs < GONE_AFTER_MS), owner };
  }

  #unchangedFor(fingerprint: string): number {
    const now = this.#nowMs();
    if (fingerprint === this.#seen)
      this.#unchangedMs += Math.min(now - this.#lookedAtMs, MAX_BETWEEN_LOOKS_MS);
    else this.#unchangedMs = 0;
    this.#seen = fingerprint;
    this.#lookedAtMs = now;
    return this.#unchangedMs;
  }
}

/** Opens the file instead of calling stat, because NFS asks the server only then. */
async function read(file: string): Promise<{ fingerprint: string; owner: Owner | undefined } | undefined> {
  try {
    const handle = await open(file, 'r');
    try {
      const { mtimeMs, ino } = await handle.stat();
      return { fingerprint: `${ino} ${mtimeMs}`, owner: parse(await handle.readFile('utf8')) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parse(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Partial<Owner> | null;
    return typeof owner?.token === 'string' && typeof owner.pid === 'number' ? (owner as Owner) : undefined;
  } catch {
    return undefined;
  }
}
