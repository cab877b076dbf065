import path from 'node:path';

import type { Node, NodeAPI } from 'node-red';

import { Journal } from '../../lib/delivery/journal';
import { LedgerError } from '../../lib/delivery/ledger-error';
import type { LedgerRecord } from '../../lib/delivery/ledger-record';
import type { LedgerStorage } from '../../lib/delivery/ledger-storage';
import { SnapshotStorage } from '../../lib/delivery/snapshot-storage';
import { packageFolder } from '../../lib/node-red/package-folder';

/** The key of a ledger in a context store. */
const KEY = 'sekoia-ledger';

/**
 * Where a trigger keeps its ledger: a file of its own in the user directory, or a context store.
 * @throws LedgerError when there is no such place
 */
export function ledgerStorage(RED: NodeAPI, node: Node, store: string): LedgerStorage<LedgerRecord> {
  if (store !== '') return contextStorage(RED, node, store);
  const folder = packageFolder(RED);
  if (folder === undefined)
    throw new LedgerError(
      'unavailable',
      'This Node-RED has no user directory: name a context store in “Ledger in” of this node',
    );
  return new Journal(path.join(folder, `ledger-${encodeURIComponent(node.id)}.jsonl`));
}

function contextStorage(RED: NodeAPI, node: Node, store: string): LedgerStorage<LedgerRecord> {
  const stores: unknown = RED.settings.contextStorage;
  const known = typeof stores === 'object' && stores !== null ? Object.keys(stores) : [];
  // Node-RED would take its own memory instead, and say so only in the log.
  if (!known.includes(store))
    throw new LedgerError(
      'unavailable',
      `There is no context store "${store}": configure it in contextStorage of settings.js, or leave “Ledger in” of this node empty`,
    );
  const context = node.context();
  return new SnapshotStorage(`the context store "${store}"`, {
    get: () =>
      new Promise((resolve, reject) =>
        context.get(KEY, store, (error: Error | null, value: unknown) => {
          if (error) reject(error);
          else resolve(value);
        }),
      ),
    set: (value) =>
      new Promise((resolve, reject) =>
        context.set(KEY, value, store, (error: Error | null) => {
          if (error) reject(error);
          else resolve();
        }),
      ),
  });
}
