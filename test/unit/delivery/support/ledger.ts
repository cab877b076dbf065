import type { Entry } from '../../../../lib/delivery/entry';
import { Ledger } from '../../../../lib/delivery/ledger';
import type { LedgerRecord } from '../../../../lib/delivery/ledger-record';
import { MemoryStorage } from '../../support/memory-storage';

/** A ledger that cannot get into trouble. */
export function openLedger(storage: MemoryStorage = new MemoryStorage()): Promise<Ledger> {
  return Ledger.open({
    storage,
    onTrouble: (error) => {
      throw error ?? new Error('there was no trouble to end');
    },
  });
}

/** The ledger that another process finds after a kill, when everything so far has been written down. */
export async function reopened(ledger: Ledger, storage: MemoryStorage): Promise<Ledger> {
  await ledger.committed();
  return openLedger(new MemoryStorage([...storage.content]));
}

/** The same after the storage was compacted. */
export async function reopenedCompacted(ledger: Ledger, storage: MemoryStorage): Promise<Ledger> {
  await ledger.committed();
  storage.worthCompacting = true;
  // Any record will do; this one changes nothing.
  ledger.start(ledger.since ?? 0);
  await ledger.committed();
  while (storage.compacted.length === 0) await new Promise(setImmediate);
  storage.worthCompacting = false;
  return openLedger(new MemoryStorage<LedgerRecord>([...storage.compacted.at(-1)!]));
}

/** Writes down that an alert is about to be sent, at least once. Done when it returns, but for the number. */
export function beginAttempt(ledger: Ledger, entry: Entry): Promise<number> {
  return ledger.beginAttempt(entry, false, new AbortController().signal);
}
