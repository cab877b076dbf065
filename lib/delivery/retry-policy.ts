import type { Outcome } from './attempt';

/** What happens to an alert after an attempt. */
export type Verdict =
  /** It is delivered. */
  | 'delivered'
  /** It is sent again after a wait, and one of its retries is used up. */
  | 'retry'
  /** It is sent again once the others have been tried. No retry is used up: the tool is likely down. */
  | 'probe-again'
  /** It is kept in the ledger, reported, and sent again on demand only. */
  | 'dead-letter'
  /** At most once: the failure is reported, and nothing is sent again. */
  | 'report'
  /** The next start sends it again. */
  | 'next-start'
  /** An earlier attempt succeeded late, so the alert is delivered whatever became of this one. */
  | 'superseded';

/** What a user wants after a run that was not over in time. */
export type AfterTimeout = 'retry' | 'set-aside';

export interface Circumstances {
  /** The alert was delivered while this attempt was under way. */
  readonly delivered: boolean;
  /** Failed attempts that have used up a retry. */
  readonly failures: number;
  /** The dispatcher is paused or probes. */
  readonly probing: boolean;
  readonly stopping: boolean;
}

export interface RetrySettings {
  /** How often a failed alert is sent again. */
  readonly retries: number;
  readonly atMostOnce: boolean;
  readonly afterTimeout: AfterTimeout;
}

export function decide(
  outcome: Outcome,
  { delivered, failures, probing, stopping }: Circumstances,
  { retries, atMostOnce, afterTimeout }: RetrySettings,
): Verdict {
  if (outcome.status === 'succeeded') return 'delivered';
  if (outcome.status === 'abandoned') return 'next-start';
  if (atMostOnce) return 'report';
  if (delivered) return 'superseded';
  // The deploy that stops the trigger may have stopped a node of the run as well.
  if (stopping) return 'next-start';
  if (probing) return 'probe-again';
  if (outcome.status === 'timed-out' && afterTimeout === 'set-aside') return 'dead-letter';
  return failures < retries ? 'retry' : 'dead-letter';
}
