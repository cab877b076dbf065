import type { AlertSource } from './ledger-record';

/**
 * queued     the alert waits to be dispatched.
 * running    the alert is being read, or its run is in progress.
 * waiting    its last run failed; it is queued again after a wait.
 * delivered  its run succeeded.
 * filtered   it did not pass the filters.
 * dead       a dead letter: it is sent again only on request.
 */
export const ENTRY_STATES = ['queued', 'running', 'waiting', 'delivered', 'filtered', 'dead'] as const;
export type EntryState = (typeof ENTRY_STATES)[number];

/** An alert in a ledger. It is small, because a ledger can contain a hundred thousand. */
export interface Entry {
  readonly uuid: string;
  /** Epoch seconds on the platform's clock. */
  createdAt: number;
  state: EntryState;
  source: AlertSource;
  /** How often the alert was sent. */
  attempt: number;
  /** Failed runs that used up a retry. */
  failures: number;
  /** The alert passed the filters, or a user requested it: the filters do not judge it again. */
  passed: boolean;
  died?: Death;
}

/** Why an alert became a dead letter. */
export interface Death {
  /** Epoch seconds on the platform's clock. */
  readonly at: number;
  readonly reason: string;
  /** Code of the error, for example `SEKOIA_NOT_FOUND`; '' if it has none. */
  readonly code: string;
}
