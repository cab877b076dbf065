import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { LedgerRecord } from '../../../lib/delivery/ledger-record';
import { decodeJournal } from '../../../lib/storage/journal-format';
import { filesOf, journalFile, ledgerBase } from '../../../lib/storage/ledger-files';

/** What the names of a ledger's files begin with. */
export function baseOf(userDir: string, trigger: string): string {
  return ledgerBase(path.join(userDir, 'sekoia'), trigger);
}

/** The journal of the ledger's owner, or of the last one. Undefined when there is no ledger. */
export async function ledgerFile(userDir: string, trigger: string): Promise<string | undefined> {
  const base = baseOf(userDir, trigger);
  const [newest] = (await filesOf(base)).journals;
  return newest === undefined ? undefined : journalFile(base, newest);
}

/** The last that a ledger says of each alert, e.g. `delivered`. Empty when there is no ledger. */
export async function readLedger(userDir: string, trigger: string): Promise<Map<string, string>> {
  const states = new Map<string, string>();
  const content = await contentOf(userDir, trigger);
  if (content === undefined) return states;
  for (const { items } of decodeJournal<LedgerRecord>(content).commits)
    for (const record of items) {
      const state = stateIn(record);
      if (state !== undefined) states.set(String(record[1]), state);
    }
  return states;
}

function stateIn(record: LedgerRecord): string | undefined {
  const [kind] = record;
  if (kind === 'since' || kind === 'cursor' || kind === 'created') return undefined;
  return kind === 'entry' ? record[3] : kind;
}

async function contentOf(userDir: string, trigger: string): Promise<Buffer | undefined> {
  for (;;) {
    const file = await ledgerFile(userDir, trigger);
    try {
      return file === undefined ? undefined : await readFile(file);
    } catch (error) {
      // Another owner has just taken it over.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}
