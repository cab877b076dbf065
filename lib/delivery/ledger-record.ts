import type { EntryState } from './entry';

/**
 * The records of a ledger, as arrays to keep the journal small. All times are platform times in epoch seconds.
 */
export type LedgerRecord =
  /** The trigger ignores alerts that were created before this time. */
  | ['since', number]
  /** All alerts that were created up to this time are recorded. */
  | ['cursor', number]
  /** An alert was accepted: UUID, creation time, source. */
  | ['queued', string, number, AlertSource]
  /** It was created later than its notice said. */
  | ['created', string, number]
  /** An attempt starts; the value is its number. */
  | ['running', string, number]
  /** Its run failed, and it waits for a retry; the value is the number of failures. */
  | ['waiting', string, number]
  /** Its run succeeded (or, with at most once, it is about to be sent). */
  | ['delivered', string]
  /** It did not pass the filters. */
  | ['filtered', string]
  /** It became a dead letter: time, reason, and error code. */
  | ['dead', string, number, string, string?]
  /** All facts about an alert, in a rewritten ledger; the last three only for a dead letter. */
  | [
      kind: 'entry',
      uuid: string,
      createdAt: number,
      state: EntryState,
      source: AlertSource,
      attempt: number,
      failures: number,
      passed: boolean,
      diedAt?: number,
      reason?: string,
      code?: string,
    ];

/** Why a trigger sends an alert. */
export type AlertSource =
  /** LiveAPI announced it. */
  | 'live'
  /** A read of the alert list found it. */
  | 'catch-up'
  /** A previous attempt failed or was interrupted. */
  | 'retry'
  /** A user reran it. */
  | 'rerun';
