import type { Outcome } from './attempt';

/** What happens to an alert after an attempt. */
export type Verdict =
  /** It is delivered. */
  | 'delivered'
  /** The alert is retried after a wait, which uses up a retry. */
  | 'retry'
  /** The alert is retried after the others. This uses up no retry, because the tool is probably down. */
  | 'probe-again'
  /** The alert becomes a dead letter: it is kept, reported, and sent again only on request. */
  | 'dead-letter'
  /** At most once: the failure is reported, and nothing is sent again. */
  | 'report'
  /** The next start sends it again. */
  | 'next-start'
  /** An earlier attempt succeeded late, so the alert is delivered whatever the result of this one. */
  | 'superseded';

/** What the user wants after a timeout. */
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
  // The deploy that stops the trigger may also have stopped a node of the run.
  if (stopping) return 'next-start';
  if (probing) return 'probe-again';
  if (outcome.status === 'timed-out' && afterTimeout === 'set-aside') return 'dead-letter';
  return failures < retries ? 'retry' : 'dead-letter';
}

/** Whether the alert is sent again without anybody asking for it. */
export function isRetried(verdict: Verdict): boolean {
  return verdict === 'retry' || verdict === 'probe-again' || verdict === 'next-start';
}
