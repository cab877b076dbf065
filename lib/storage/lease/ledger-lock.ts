import { randomUUID } from 'node:crypto';
import { link, mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';

import { LedgerError } from '../ledger-error';
import { filesOf, ownerFile } from '../ledger-files';
import { SYSTEM_CLOCK, type Clock } from '../../util/clock';
import { LedgerLease } from './ledger-lease';
import { type Owner, type ProcessIdentity, thisProcess, tokens } from './owner';
import { OwnerWatch } from './owner-watch';

const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

export interface LedgerLockOptions {
  self: ProcessIdentity;
  clocks: Clock;
}

/**
 * Gives a ledger one owner at a time among all processes that share its folder. It is to be kept between the
 * attempts at acquiring: whether an owner on another machine is alive shows after some of them.
 *
 * An owner claims an epoch higher than all before by creating the owner file of that epoch, which only one can.
 * It then removes the owner files of those before, who so learn that they have lost the ledger.
 */
export class LedgerLock {
  readonly base: string;
  readonly #self: ProcessIdentity;
  readonly #clocks: Clock;
  readonly #watch: OwnerWatch;

  /** @param base see `ledgerBase` */
  constructor(
    base: string,
    { self = thisProcess(), clocks = SYSTEM_CLOCK }: Partial<LedgerLockOptions> = {},
  ) {
    this.base = base;
    this.#self = self;
    this.#clocks = clocks;
    this.#watch = new OwnerWatch(self, () => clocks.monotonicMs());
  }

  /** @throws LedgerError `standby` while another is the owner; `unavailable` when the folder cannot be used */
  async acquire(): Promise<LedgerLease> {
    try {
      await mkdir(path.dirname(this.base), { recursive: true, mode: OWNER_ONLY_FOLDER });
      return await this.#acquire();
    } catch (error) {
      throw error instanceof LedgerError ? error : cannotOwn(this.base, error);
    }
  }

  async #acquire(): Promise<LedgerLease> {
    const { owners, journals } = await filesOf(this.base);
    const [current] = owners;
    if (current !== undefined) {
      const { alive, owner } = await this.#watch.look(ownerFile(this.base, current));
      if (alive) throw ownedBy(owner);
    }
    const lease = await this.#claim(Math.max(0, ...owners, ...journals) + 1);
    const now = await filesOf(this.base);
    // Others have come and gone, or come and stayed, between the two looks.
    if (
      now.owners.some((epoch) => epoch > lease.epoch) ||
      now.journals.some((epoch) => epoch >= lease.epoch)
    ) {
      await lease.release();
      throw ownedBy(undefined);
    }
    try {
      for (const epoch of now.owners)
        if (epoch < lease.epoch) await rm(ownerFile(this.base, epoch), { force: true });
    } catch (error) {
      await lease.release();
      throw error;
    }
    return lease;
  }

  async #claim(epoch: number): Promise<LedgerLease> {
    const owner: Owner = { ...this.#self, token: randomUUID() };
    const file = ownerFile(this.base, epoch);
    // Before the file is there: another trigger of this process may read it at once.
    tokens().add(owner.token);
    try {
      await createWith(file, `${JSON.stringify(owner)}\n`, owner.token);
    } catch (error) {
      tokens().delete(owner.token);
      // Another has claimed the epoch, or cleared up what was in preparation here, since it owns the ledger.
      const { code } = error as NodeJS.ErrnoException;
      throw code === 'EEXIST' || code === 'ENOENT' ? ownedBy(undefined) : error;
    }
    return new LedgerLease(epoch, file, owner.token, this.#clocks);
  }
}

/** Creates a file, unless there is one, so that nobody sees it without its content: with a second name. */
async function createWith(file: string, content: string, token: string): Promise<void> {
  const prepared = `${file}.${token}.new`;
  try {
    await writeNew(prepared, content);
    await link(prepared, file);
  } catch (error) {
    if (!NO_LINKS.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    // Whoever sees it empty takes it for that of an owner on another machine, for some seconds.
    await writeNew(file, content);
  } finally {
    await rm(prepared, { force: true }).catch(() => undefined);
  }
}

/** What file systems answer that know no second names. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

async function writeNew(file: string, content: string): Promise<void> {
  const handle = await open(file, 'wx', OWNER_ONLY);
  try {
    await handle.writeFile(content);
  } catch (error) {
    await rm(file, { force: true }).catch(() => undefined);
    throw error;
  } finally {
    await handle.close();
  }
}

function ownedBy(owner: Owner | undefined): LedgerError {
  const who = owner === undefined ? '' : ` (process ${owner.pid} on ${owner.host})`;
  return new LedgerError(
    'standby',
    `Another Node-RED runs this trigger${who}. This one stands by, and takes over within 10 s when that one has ended`,
  );
}

function cannotOwn(base: string, cause: unknown): LedgerError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new LedgerError(
    'unavailable',
    `The ledger ${base} cannot be used: ${why}. Free the disk or make the folder writable, or name a context store in “Ledger in” of the node`,
    cause,
  );
}
