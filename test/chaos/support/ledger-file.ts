import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { decodeJournal } from '../../../lib/delivery/journal-format';

export function ledgerFile(userDir: string, trigger: string): string {
  return path.join(userDir, 'sekoia', `ledger-${trigger}.jsonl`);
}

/** The last that a ledger says of each alert, e.g. `delivered`. Empty when there is no ledger. */
export async function readLedger(userDir: string, trigger: string): Promise<Map<string, string>> {
  const states = new Map<string, string>();
  let content: Buffer;
  try {
    content = await readFile(ledgerFile(userDir, trigger));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return states;
    throw error;
  }
  for (const { items } of decodeJournal<[string, string, ...unknown[]]>(content).commits)
    for (const [kind, uuid] of items)
      if (kind !== 'since' && kind !== 'cursor' && kind !== 'created') states.set(uuid, kind);
  return states;
}
