import type { Outcome } from '../delivery/attempt';
import type { Verdict } from '../delivery/retry-policy';
import { RUN_INTERRUPTED, type RunSettled } from '../history';
import { recordedError } from './run-errors';

const INTERRUPTED = {
  code: RUN_INTERRUPTED,
  message: 'The trigger stopped during the run, for example because of a deploy',
};

/** Verdicts after which the alert is sent again by itself. */
const RETRIED: ReadonlySet<Verdict> = new Set(['retry', 'probe-again', 'next-start']);

/** What the history shows of a run. */
export function settledOf(outcome: Outcome, verdict: Verdict): RunSettled {
  switch (outcome.status) {
    case 'succeeded':
      return { status: 'succeeded' };
    case 'abandoned':
      return { status: 'failed', error: INTERRUPTED };
    case 'timed-out':
      return { status: 'timed-out', error: recordedError(outcome.error) };
    case 'failed':
      return { status: RETRIED.has(verdict) ? 'waiting' : 'failed', error: recordedError(outcome.error) };
  }
}
