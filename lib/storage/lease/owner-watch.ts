import { open } from 'node:fs/promises';

import { type Owner, type ProcessIdentity, stateOf } from './owner';

/** An owner whose file has not changed for so long is gone, where the process table cannot tell. */
const GONE_AFTER_MS = 7_000;

/** What counts between two looks at most: whoever looks may have been stopped meanwhile, and the owner with it. */
const MAX_BETWEEN_LOOKS_MS = 2_000;

export interface Sighting {
  readonly alive: boolean;
  /** Undefined when the file cannot be read, since it is just being written for instance. */
  readonly owner: Owner | undefined;
}

/**
 * Tells whether the owner of a ledger is alive. On this machine the process table decides. Elsewhere the owner
 * file does, whose time the owner changes each second: only that it changes counts, on the clock of whoever
 * looks, so that no two clocks are compared.
 */
export class OwnerWatch {
  readonly #self: ProcessIdentity;
  readonly #nowMs: () => number;
  #seen = '';
  #lookedAtMs = -Infinity;
  #unchangedMs = 0;

  /** @param nowMs a clock that only goes forward */
  constructor(self: ProcessIdentity, nowMs: () => number) {
    this.#self = self;
    this.#nowMs = nowMs;
  }

  /** @throws what reading the file throws; a file that is gone is an owner that is */
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

/** Opened rather than asked for its state: that is when NFS asks the server. */
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
