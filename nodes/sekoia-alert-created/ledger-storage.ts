import type { Node, NodeAPI } from 'node-red';

import { Journal } from '../../lib/storage/journal';
import { LedgerError } from '../../lib/storage/ledger-error';
import { ledgerBase } from '../../lib/storage/ledger-files';
import type { LedgerRecord } from '../../lib/delivery/ledger-record';
import { isLedgerRecord, repairRecords } from '../../lib/delivery/ledger-repair';
import type { LedgerStorage } from '../../lib/storage/ledger-storage';
import { LedgerLock } from '../../lib/storage/lease/ledger-lock';
import { OwnedStorage } from '../../lib/storage/owned-storage';
import { SnapshotStorage, type StoredValue } from '../../lib/storage/snapshot-storage';
import { packageFolder } from '../../lib/node-red/package-folder';

/** The key of a ledger in a context store, and of one that was damaged. */
const KEY = 'sekoia-ledger';
const DAMAGED_KEY = 'sekoia-ledger-damaged';

type Storage = LedgerStorage<LedgerRecord>;

/**
 * Where a trigger keeps its ledger: files of its own in the user directory, or a context store. The function opens
 * it anew for each attempt; it throws LedgerError when there is no such place. Either is owned by one process at a
 * time, by files in the user directory.
 */
export function ledgerStorage(RED: NodeAPI, node: Node, store: string): () => Storage {
  const folder = packageFolder(RED);
  const lock = folder === undefined ? undefined : new LedgerLock(ledgerBase(folder, node.id));
  const onRepaired = (message: string): void => node.warn(message);
  if (store !== '') {
    const storageOf = (epoch?: number): Storage => contextStorage(RED, node, store, epoch, onRepaired);
    // A user directory that may not be written to keeps no ledger, and no owner.
    return () =>
      lock === undefined
        ? storageOf()
        : new OwnedStorage(lock, storageOf, { withoutLock: () => storageOf() });
  }
  if (lock === undefined)
    return () => {
      throw new LedgerError(
        'unavailable',
        'This Node-RED has no user directory: enter a context store in “Remember delivered alerts in” of this node',
      );
    };
  const storageOf = (epoch: number): Storage =>
    new Journal(lock.base, { epoch, repair: repairRecords, onRepaired });
  return () => new OwnedStorage(lock, storageOf);
}

function contextStorage(
  RED: NodeAPI,
  node: Node,
  store: string,
  epoch: number | undefined,
  onRepaired: (message: string) => void,
): Storage {
  const stores: unknown = RED.settings.contextStorage;
  const known = typeof stores === 'object' && stores !== null ? Object.keys(stores) : [];
  // Otherwise, Node-RED would use its memory store and only log a warning.
  if (!known.includes(store))
    throw new LedgerError(
      'unavailable',
      `There is no context store "${store}": configure it in contextStorage of settings.js, or leave “Remember delivered alerts in” of this node blank`,
    );
  return new SnapshotStorage(`the context store "${store}"`, valueAt(node, store, KEY), {
    epoch,
    isItem: isLedgerRecord,
    repair: repairRecords,
    aside: valueAt(node, store, DAMAGED_KEY),
    onRepaired,
  });
}

function valueAt(node: Node, store: string, key: string): StoredValue {
  const context = node.context();
  return {
    get: () =>
      new Promise((resolve, reject) =>
        context.get(key, store, (error: Error | null, value: unknown) => {
          if (error) reject(error);
          else resolve(value);
        }),
      ),
    set: (value) =>
      new Promise((resolve, reject) =>
        context.set(key, value, store, (error: Error | null) => {
          if (error) reject(error);
          else resolve();
        }),
      ),
  };
}
