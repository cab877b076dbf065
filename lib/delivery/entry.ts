import type { AlertSource } from './ledger-record';

/**
 * queued     waits for its turn.
 * running    is being read, or its run is under way.
 * waiting    its last run failed; it is queued again when its wait is over.
 * delivered  its run succeeded.
 * filtered   it did not pass the filters.
 * dead       it was given up, and is sent again only when somebody asks for it.
 */
export const ENTRY_STATES = ['queued', 'running', 'waiting', 'delivered', 'filtered', 'dead'] as const;
export type EntryState = (typeof ENTRY_STATES)[number];

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
  /** The filters have let it through, or somebody asked for it: they are not asked again. */
  passed: boolean;
  died?: Death;
}

/** Why an alert was given up. */
export interface Death {
  /** Epoch seconds on the platform's clock. */
  readonly at: number;
  readonly reason: string;
  /** Of the error, e.g. `SEKOIA_NOT_FOUND`; '' if it has none. */
  readonly code: string;
}
