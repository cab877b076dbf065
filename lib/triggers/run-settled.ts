import type { Outcome } from '../delivery/attempt';
import { type Verdict, isRetried } from '../delivery/retry-policy';
import { RUN_INTERRUPTED, type RunSettled } from '../history';
import { recordedError } from './run-errors';

const INTERRUPTED = {
  code: RUN_INTERRUPTED,
  message: 'The trigger stopped during the run, for example because of a deploy',
};

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
      return { status: isRetried(verdict) ? 'waiting' : 'failed', error: recordedError(outcome.error) };
  }
}
