import { readdir } from 'node:fs/promises';
import path from 'node:path';

/**
 * The names of a ledger's files. They begin with its base, `…/sekoia/ledger-<id of the node>`, and each owner
 * has files of its own, which its epoch tells apart:
 *
 *   <base>@<epoch>.owner      who owns the ledger
 *   <base>@<epoch>.jsonl      what that owner wrote
 *   <base>.jsonl              what version 0.1 of the package wrote, which knew no owners
 *   <base>.damaged-<n>        a journal that could not be read whole
 *
 * An `@` in the id of a node is escaped, so that no ledger's name begins with that of another and an `@`.
 */
export function ledgerBase(folder: string, nodeId: string): string {
  return path.join(folder, `ledger-${encodeURIComponent(nodeId)}`);
}

export function ownerFile(base: string, epoch: number): string {
  return `${base}@${epoch}.owner`;
}

/** @param epoch 0: that of version 0.1 */
export function journalFile(base: string, epoch: number): string {
  return epoch === 0 ? `${base}.jsonl` : `${base}@${epoch}.jsonl`;
}

export function damagedFile(base: string, number: number): string {
  return `${base}.damaged-${number}`;
}

export interface LedgerFiles {
  /** Epochs of the owner files, newest first. */
  owners: number[];
  /** Epochs of the journals, newest first. */
  journals: number[];
  /** Incomplete files. */
  unfinished: string[];
  /** Numbers of the damaged journals, newest first. */
  damaged: number[];
}

/** What there is of one ledger. */
export async function filesOf(base: string): Promise<LedgerFiles> {
  return (await ledgersIn(path.dirname(base))).get(base) ?? noFiles();
}

const FILE_NAME = /^([^@]+?)(?:@(\d+))?\.(?:(owner|jsonl|jsonl\.new|owner\.[\w-]+\.new)|damaged-(\d+))$/;

/** All ledgers of a folder, by their bases. */
export async function ledgersIn(folder: string): Promise<Map<string, LedgerFiles>> {
  const ledgers = new Map<string, LedgerFiles>();
  for (const name of await namesIn(folder)) {
    const [, baseName, epoch = '0', kind, damaged] = FILE_NAME.exec(name) ?? [];
    if (baseName === undefined) continue;
    const base = path.join(folder, baseName);
    const files = ledgers.get(base) ?? noFiles();
    ledgers.set(base, files);
    if (damaged !== undefined) files.damaged.push(Number(damaged));
    else if (kind === 'owner') files.owners.push(Number(epoch));
    else if (kind === 'jsonl') files.journals.push(Number(epoch));
    else files.unfinished.push(path.join(folder, name));
  }
  for (const { owners, journals, damaged } of ledgers.values())
    for (const numbers of [owners, journals, damaged]) numbers.sort((one, other) => other - one);
  return ledgers;
}

/** The ID of the node that a ledger belongs to; undefined if the name is not that of a ledger. */
export function nodeIdOf(base: string): string | undefined {
  const [, id] = /^ledger-(.+)$/.exec(path.basename(base)) ?? [];
  try {
    return id === undefined ? undefined : decodeURIComponent(id);
  } catch {
    return undefined;
  }
}

function noFiles(): LedgerFiles {
  return { owners: [], journals: [], unfinished: [], damaged: [] };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
