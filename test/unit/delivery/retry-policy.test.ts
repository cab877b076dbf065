import assert from 'node:assert/strict';

import type { Outcome } from '../../../lib/delivery/attempt';
import {
  type Circumstances,
  type RetrySettings,
  type Verdict,
  decide,
} from '../../../lib/delivery/retry-policy';

const error = new Error('the tool refused it');
const SUCCEEDED: Outcome = { status: 'succeeded' };
const FAILED: Outcome = { status: 'failed', error };
const TIMED_OUT: Outcome = { status: 'timed-out', error };
const ABANDONED: Outcome = { status: 'abandoned' };

const CALM: Circumstances = { delivered: false, failures: 0, probing: false, stopping: false };
const USUAL: RetrySettings = { retries: 3, atMostOnce: false, afterTimeout: 'retry' };
const ONCE: RetrySettings = { ...USUAL, atMostOnce: true };
const ASIDE: RetrySettings = { ...USUAL, afterTimeout: 'set-aside' };

type Row = [string, Outcome, Partial<Circumstances>, RetrySettings, Verdict];

const TABLE: Row[] = [
  ['succeeds', SUCCEEDED, {}, USUAL, 'delivered'],
  ['succeeds while the trigger stops', SUCCEEDED, { stopping: true }, USUAL, 'delivered'],
  ['succeeds at most once', SUCCEEDED, {}, ONCE, 'delivered'],
  ['is abandoned', ABANDONED, {}, USUAL, 'next-start'],
  ['is abandoned at most once', ABANDONED, {}, ONCE, 'next-start'],
  ['fails', FAILED, {}, USUAL, 'retry'],
  ['fails with its last retry left', FAILED, { failures: 2 }, USUAL, 'retry'],
  ['fails without a retry left', FAILED, { failures: 3 }, USUAL, 'dead-letter'],
  ['fails at once without retries', FAILED, {}, { ...USUAL, retries: 0 }, 'dead-letter'],
  ['fails while probing', FAILED, { probing: true, failures: 3 }, USUAL, 'probe-again'],
  ['fails while the trigger stops', FAILED, { stopping: true, failures: 3 }, USUAL, 'next-start'],
  ['fails after an earlier attempt succeeded', FAILED, { delivered: true }, USUAL, 'superseded'],
  ['fails at most once', FAILED, { delivered: true }, ONCE, 'report'],
  ['times out', TIMED_OUT, {}, USUAL, 'retry'],
  ['times out without a retry left', TIMED_OUT, { failures: 3 }, USUAL, 'dead-letter'],
  ['times out while probing', TIMED_OUT, { probing: true }, USUAL, 'probe-again'],
  ['times out and is to be set aside', TIMED_OUT, {}, ASIDE, 'dead-letter'],
  ['times out while probing and is to be set aside', TIMED_OUT, { probing: true }, ASIDE, 'probe-again'],
  ['times out while the trigger stops', TIMED_OUT, { stopping: true }, ASIDE, 'next-start'],
  ['times out at most once', TIMED_OUT, {}, ONCE, 'report'],
];

describe('the retry policy', () => {
  for (const [what, outcome, circumstances, settings, verdict] of TABLE)
    it(`decides "${verdict}" for an attempt that ${what}`, () => {
      assert.equal(decide(outcome, { ...CALM, ...circumstances }, settings), verdict);
    });
});
