import type { AlertSource } from './ledger-record';

/**
 * queued     waits for its turn.
 * running    is being read, or its run is under way.
 * waiting    its last run failed; it is queued again when its wait is over.
 * delivered  its run succeeded.
 * filtered   it did not pass the filters.
 * dead       it was given up, and is sent again only when somebody asks for it.
 */
export type EntryState = 'queued' | 'running' | 'waiting' | 'delivered' | 'filtered' | 'dead';

/** An alert in a ledger. There may be a hundred thousand, so it is no more than this. */
export interface Entry {
  readonly uuid: string;
  /** Epoch seconds on the platform's clock. */
  createdAt: number;
  state: EntryState;
  source: AlertSource;
  /** Times that it was sent. */
  attempt: number;
  /** Failed runs that count against its retries. */
  failures: number;
  /** When it died (epoch seconds), and why. */
  died?: { at: number; reason: string };
}
