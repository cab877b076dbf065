import { readFile } from 'node:fs/promises';

import { decodeJournal } from '../storage/journal-format';
import { Ledger } from './ledger';
import { type LedgerFiles, journalFile, ledgersIn, nodeIdOf, ownerFile } from '../storage/ledger-files';
import type { LedgerRecord } from './ledger-record';
import type { LedgerStorage } from '../storage/ledger-storage';
import { SYSTEM_CLOCK } from '../util/clock';
import { thisProcess } from '../storage/lease/owner';
import { OwnerWatch } from '../storage/lease/owner-watch';

/** A ledger without a node, with alerts that nobody delivers. */
export interface OrphanLedger {
  nodeId: string;
  file: string;
  waiting: number;
}

/**
 * Searches a folder for ledgers whose alerts nobody delivers, because their node was deleted or has a new ID
 * after an import or a copy. Ignores unreadable ledgers and those that another process owns.
 */
export async function orphanLedgers(
  folder: string,
  isThere: (nodeId: string) => boolean,
): Promise<OrphanLedger[]> {
  const orphans: OrphanLedger[] = [];
  for (const [base, files] of await ledgersIn(folder).catch(() => [])) {
    const nodeId = nodeIdOf(base);
    const [newest] = files.journals;
    if (nodeId === undefined || newest === undefined || isThere(nodeId)) continue;
    const file = journalFile(base, newest);
    const waiting = (await isOwned(base, files)) ? 0 : await waitingIn(file);
    if (waiting > 0) orphans.push({ nodeId, file, waiting });
  }
  return orphans;
}

async function isOwned(base: string, { owners }: LedgerFiles): Promise<boolean> {
  const [newest] = owners;
  if (newest === undefined) return false;
  const watch = new OwnerWatch(thisProcess(), () => SYSTEM_CLOCK.monotonicMs());
  return watch.look(ownerFile(base, newest)).then(
    ({ alive }) => alive,
    () => true,
  );
}

async function waitingIn(file: string): Promise<number> {
  try {
    const { commits } = decodeJournal<LedgerRecord>(await readFile(file));
    const ledger = await Ledger.open({
      storage: readOnly(
        file,
        commits.flatMap(({ items }) => items),
      ),
      onTrouble: () => undefined,
    });
    return ledger.counts.queued;
  } catch {
    return 0;
  }
}

function readOnly(name: string, records: LedgerRecord[]): LedgerStorage<LedgerRecord> {
  return {
    name,
    worthCompacting: false,
    load: () => Promise.resolve(records),
    append: () => Promise.resolve(),
    compact: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
