import type { EntryState } from './entry';

/**
 * What a ledger writes down, as arrays to keep the journal small. All times are the platform's, in epoch
 * seconds.
 */
export type LedgerRecord =
  /** Alerts created before this are not the trigger's business. */
  | ['since', number]
  /** All alerts created up to here have been taken in. */
  | ['cursor', number]
  /** An alert was taken in: uuid, created at, how it came. */
  | ['queued', string, number, AlertSource]
  /** It was created later than what announced it said. */
  | ['created', string, number]
  /** Its run number so and so begins. */
  | ['running', string, number]
  /** Its run failed so often, and it waits to be sent again. */
  | ['waiting', string, number]
  /** Its run succeeded (or, at most once, it was about to be sent). */
  | ['delivered', string]
  /** It did not pass the filters. */
  | ['filtered', string]
  /** It was given up: when, why, and the code of the error. */
  | ['dead', string, number, string, string?]
  /** All that is known of an alert, in a ledger that was rewritten; the last three if it was given up. */
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

/** How a trigger came to send an alert. */
export type AlertSource =
  /** LiveAPI announced it. */
  | 'live'
  /** A read of the alert list found it. */
  | 'catch-up'
  /** It was sent before, and that failed or was cut short. */
  | 'retry'
  /** Somebody asked for it to be sent again. */
  | 'rerun';
