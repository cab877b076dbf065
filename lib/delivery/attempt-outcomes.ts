import { describe, systemCode } from '../util/error-text';
import type { Attempt, Outcome, Revision } from './attempt';
import type { Attempts } from './attempts';
import type { Circuit } from './circuit';
import type { DeliveryEvents } from './delivery-events';
import type { Entry } from './entry';
import type { Ledger } from './ledger';
import { type RetrySettings, type Verdict, decide, isRetried } from './retry-policy';
import type { RetrySchedule } from './retry-schedule';

export interface AttemptOutcomesOptions {
  ledger: Ledger;
  events: DeliveryEvents;
  attempts: Attempts;
  retries: RetrySchedule;
  circuit: Circuit;
  settings: RetrySettings;
  /** The platform time in epoch seconds. */
  now: () => number;
  /** Aborts when the trigger stops. */
  signal: AbortSignal;
}

/** Acts on the outcome of each attempt: the ledger, the retries, and the circuit follow the verdict on it. */
export class AttemptOutcomes {
  readonly #options: AttemptOutcomesOptions;

  constructor(options: AttemptOutcomesOptions) {
    this.#options = options;
  }

  conclude(attempt: Attempt, outcome: Outcome): void {
    const { circuit, retries, attempts } = this.#options;
    const verdict = this.#verdict(attempt, outcome, attempt.entry.state === 'delivered');
    this.#apply(attempt, outcome, verdict);
    if (verdict === 'delivered') {
      circuit.succeeded();
      if (circuit.state === 'flowing') retries.othersTried();
    } else if (verdict === 'superseded') circuit.failed();
    const revision = attempts.end(attempt);
    if (revision !== undefined) this.revise(attempt, revision);
  }

  /**
   * The outcome of an attempt changes. A late success delivers the alert and cancels its retry. A late failure counts
   * like any other, unless another attempt has succeeded or still can.
   */
  revise(attempt: Attempt, revision: Revision): void {
    const { attempts, ledger } = this.#options;
    if (attempts.isEarly(attempt, revision)) return;
    const verdict = this.#lateVerdict(attempt, revision);
    // The ledger has it as delivered.
    if (verdict === 'next-start') ledger.failed(attempt.entry, false);
    this.#apply(attempt, revision, verdict);
  }

  /**
   * The flow confirms an alert, during an attempt or later. Returns false if the alert does not wait for a
   * confirmation.
   */
  confirm(entry: Entry): boolean {
    const { attempts, ledger, events, signal } = this.#options;
    const inProgress = attempts.newest(entry);
    if (inProgress !== undefined) {
      inProgress.confirm();
      return true;
    }
    const sent = entry.attempt > 0 && entry.state !== 'delivered' && entry.state !== 'filtered';
    if (!sent || signal.aborted) return false;
    attempts.confirmed(entry);
    ledger.delivered(entry);
    events.changed();
    return true;
  }

  /** An alert that cannot be read becomes a dead letter. */
  unreadable(entry: Entry, error: Error): void {
    this.#setAside(entry, error);
  }

  /** @param delivered whether the alert was delivered while this attempt was in progress */
  #verdict({ entry }: Attempt, outcome: Outcome, delivered: boolean): Verdict {
    const { circuit, signal, settings } = this.#options;
    const circumstances = {
      delivered,
      failures: entry.failures,
      probing: circuit.state !== 'flowing',
      stopping: signal.aborted,
    };
    return decide(outcome, circumstances, settings);
  }

  #lateVerdict(attempt: Attempt, revision: Revision): Verdict {
    const { attempts, ledger } = this.#options;
    const { entry } = attempt;
    const known = ledger.entry(entry.uuid);
    // The ledger forgot the alert in the meantime and found it again.
    if (known !== undefined && known !== entry) return 'superseded';
    if (revision.status === 'succeeded') return 'delivered';
    attempts.failed(attempt);
    if (entry.state !== 'delivered' || attempts.isDelivered(entry)) return 'superseded';
    if (!attempts.isInProgress(entry)) return this.#verdict(attempt, revision, false);
    ledger.underWay(entry);
    return 'superseded';
  }

  #apply(attempt: Attempt, outcome: Outcome, verdict: Verdict): void {
    const { attempts, ledger, retries, events, circuit } = this.#options;
    const { entry } = attempt;
    if (verdict === 'delivered') {
      attempts.succeeded(attempt);
      if (entry.state !== 'delivered') ledger.delivered(entry);
    }
    if (verdict === 'retry') {
      ledger.failed(entry, true);
      retries.later(entry);
    }
    if (verdict === 'probe-again') {
      ledger.failed(entry, false);
      retries.afterOthers(entry);
    }
    events.publish({ kind: 'ended', attempt, outcome, verdict });
    if (outcome.status === 'failed' && isRetried(verdict)) attempts.retry(attempt);
    if (!('error' in outcome) || verdict === 'next-start' || verdict === 'superseded') return;
    if (verdict === 'dead-letter') this.#setAside(entry, outcome.error);
    if (verdict === 'report') this.#report(entry, outcome.error);
    circuit.failed();
  }

  #setAside(entry: Entry, error: Error): void {
    const { ledger, now } = this.#options;
    ledger.dead(entry, { at: now(), reason: describe(error), code: systemCode(error) });
    this.#report(entry, error);
  }

  #report(entry: Entry, error: Error): void {
    const { attempts, events } = this.#options;
    events.publish({ kind: 'dead', entry, error, ...attempts.takeDead(entry) });
  }
}
