import { randomUUID } from 'node:crypto';
import { link, open, rm } from 'node:fs/promises';
import path from 'node:path';

import { OWNER_ONLY, makeFolder } from '../files';
import { LedgerError, ledgerUnavailable } from '../ledger-error';
import { filesOf, ownerFile } from '../ledger-files';
import { SYSTEM_CLOCK, type Clock } from '../../util/clock';
import { LedgerLease } from './ledger-lease';
import { type Owner, type ProcessIdentity, thisProcess, tokens } from './owner';
import { OwnerWatch } from './owner-watch';

export interface LedgerLockOptions {
  self: ProcessIdentity;
  clocks: Clock;
}

/**
 * Gives a ledger one owner at a time among all processes that share its folder. Keep the object between
 * attempts to acquire: it takes several attempts to detect whether an owner on another machine is alive.
 *
 * A process acquires the ledger by creating the owner file of an epoch higher than all previous ones. Only one
 * process can create it. It then removes the files of previous owners, which tells them that they have lost the
 * ledger.
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

  /**
   * @throws LedgerError `standby` while another process is the owner; `unavailable` if the folder cannot be
   * used
   */
  async acquire(): Promise<LedgerLease> {
    try {
      await makeFolder(path.dirname(this.base));
      return await this.#acquire();
    } catch (error) {
      throw error instanceof LedgerError ? error : ledgerUnavailable(this.base, error);
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
    // Other owners may have appeared between the two checks.
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
    // Before the file exists: another trigger of this process may read it immediately.
    tokens().add(owner.token);
    try {
      await createWith(file, `${JSON.stringify(owner)}\n`, owner.token);
    } catch (error) {
      tokens().delete(owner.token);
      // Another process has acquired this epoch, or owns the ledger and has removed our temporary file.
      const { code } = error as NodeJS.ErrnoException;
      throw code === 'EEXIST' || code === 'ENOENT' ? ownedBy(undefined) : error;
    }
    return new LedgerLease(epoch, file, owner.token, this.#clocks);
  }
}

/** Creates a file if none exists, through a second name, so that nobody sees it without its content. */
async function createWith(file: string, content: string, token: string): Promise<void> {
  const prepared = `${file}.${token}.new`;
  try {
    await writeNew(prepared, content);
    await link(prepared, file);
  } catch (error) {
    if (!NO_LINKS.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    // A process that sees it empty takes it for an owner on another machine, for some seconds.
    await writeNew(file, content);
  } finally {
    await rm(prepared, { force: true }).catch(() => undefined);
  }
}

/** Error codes of file systems without hard links. */
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
    `Another Node-RED runs this trigger${who}. This one is in standby, and takes over within 10 s after the other one ends`,
  );
}
