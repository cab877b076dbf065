import type { AlertSummary } from '../sekoia/alert';
import { type SekoiaError, asSekoiaError } from '../sekoia/errors';
import { describe, systemCode } from '../util/error-text';
import { type AlertMessage, alertMessage } from './alert-message';
import {
  type Attempt,
  type Delivery,
  type Outcome,
  type Revision,
  type Sender,
  endedDelivery,
} from './attempt';
import { Attempts } from './attempts';
import { BadReads } from './bad-reads';
import { Circuit, type CircuitState } from './circuit';
import type { DeliveryEvents } from './delivery-events';
import { DISPATCHER_TIMING, type DispatcherTiming } from './dispatcher-timing';
import type { Entry } from './entry';
import type { JudgedReader } from './judged-reads';
import type { Ledger } from './ledger';
import { ReadPause } from './read-pause';
import { type RetrySettings, type Verdict, decide } from './retry-policy';
import { RetrySchedule } from './retry-schedule';
import { Slots } from './slots';

/** Verdicts on failures, which may mean that the tool is down. */
const FAILED: ReadonlySet<Verdict> = new Set(['retry', 'probe-again', 'dead-letter', 'report', 'superseded']);

export interface DispatcherOptions extends RetrySettings {
  ledger: Ledger;
  reader: JudgedReader;
  sender: Sender;
  events: DeliveryEvents;
  /** Attempts at a time. */
  maxInFlight: number;
  /** The platform's time in epoch seconds. */
  now: () => number;
  timing?: Partial<DispatcherTiming>;
}

/**
 * Delivers the ledger's alerts, oldest first, a bounded number at a time. `deliver` shows the way of each. What happens
 * to an alert after an attempt is decided by `retry-policy.ts`. When the tool fails altogether, `circuit.ts` slows
 * everything down.
 *
 * A probe uses up none of its alert's retries, and the next probe takes another alert until all have been tried. So
 * an outage makes no dead letters, and a bad alert does not prolong an outage.
 *
 * Trouble with the platform suspends everything for a while: no alert can be read then.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #circuit: Circuit;
  readonly #readPause: ReadPause;
  readonly #badReads = new BadReads();
  readonly #attempts = new Attempts();
  readonly #retries: RetrySchedule;
  readonly #slots = new Slots();
  readonly #stopped = new AbortController();
  readonly #delivering = new Set<Promise<void>>();
  #suspended = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    const timing = { ...DISPATCHER_TIMING, ...options.timing };
    this.#circuit = new Circuit(timing, () => {
      this.dispatch();
      options.events.changed();
    });
    this.#readPause = new ReadPause(timing, () => this.dispatch());
    this.#retries = new RetrySchedule(options.ledger, timing, () => this.dispatch());
    options.events.on('accepted', () => this.dispatch());
    options.events.on('requeued', () => this.dispatch());
    options.events.on('listed', () => this.#platformAnswered());
  }

  get circuit(): CircuitState {
    return this.#circuit.state;
  }

  /** Alerts that were delivered since the start. */
  get delivered(): number {
    return this.#attempts.delivered;
  }

  /** Begins to deliver as many alerts as it may. */
  dispatch(): void {
    const limit = this.#circuit.limit(this.#options.maxInFlight);
    while (!this.#blocked && this.#slots.taken < limit) {
      const entry = this.#next();
      if (entry === undefined) return;
      const delivering = this.#deliver(entry).finally(() => this.#delivering.delete(delivering));
      this.#delivering.add(delivering);
    }
  }

  /** Suspends sending while the ledger cannot write: what is delivered could not be remembered. */
  suspend(suspended: boolean): void {
    this.#suspended = suspended;
    this.dispatch();
  }

  /**
   * The flow says that an alert was delivered, whether an attempt is under way or not. False if the alert does not wait
   * for that.
   */
  confirm(entry: Entry): boolean {
    const { ledger, events } = this.#options;
    const underWay = this.#attempts.newest(entry);
    if (underWay !== undefined) {
      underWay.confirm();
      return true;
    }
    const sent = entry.attempt > 0 && entry.state !== 'delivered' && entry.state !== 'filtered';
    if (!sent || this.#stopped.signal.aborted) return false;
    this.#attempts.confirmed(entry);
    ledger.delivered(entry);
    events.changed();
    return true;
  }

  /**
   * Stops sending, and resolves when the attempts under way have ended. An attempt that only waits for its
   * confirmation is abandoned: what gathers alerts may be stopping as well.
   */
  async stop(timeoutMs: number): Promise<void> {
    this.#stopped.abort();
    for (const delivery of this.#attempts.underWay) void delivery.idle.then(() => delivery.abandon());
    const timeout = this.#delivering.size > 0 ? setTimeout(() => this.abandon(), timeoutMs) : undefined;
    await Promise.all(this.#delivering);
    clearTimeout(timeout);
    // Only now: an attempt that failed just before its end has set one more.
    this.#readPause.clear();
    this.#circuit.close();
    this.#retries.clear();
  }

  /** Ends all attempts at once: the next start sends their alerts again. */
  abandon(): void {
    for (const delivery of this.#attempts.underWay) delivery.abandon();
  }

  /** Delivers one alert: from its read to the verdict on this attempt at it. */
  async #deliver(entry: Entry): Promise<void> {
    const { ledger, events, atMostOnce } = this.#options;
    const slot = this.#slots.take();
    const free = (): void => {
      slot.free();
      events.changed();
      this.dispatch();
    };
    const summary = await this.#read(entry);
    if (summary === undefined) {
      free();
      return;
    }
    const number = await ledger.beginAttempt(entry, atMostOnce, this.#stopped.signal);
    if (number === undefined) {
      free();
      return;
    }
    const delivery = this.#send(entry, number, summary);
    void delivery.idle.then(() => {
      slot.park();
      this.dispatch();
    });
    await delivery.outcome;
    // The slot is free once that is written down: after a kill, no more is sent twice than was in flight.
    if (entry.state === 'delivered') void ledger.committed().then(free);
    else free();
  }

  /** Undefined if there is nothing to send: the filters keep the alert out, it is a dead letter, or it waits. */
  async #read(entry: Entry): Promise<AlertSummary | undefined> {
    const { reader, ledger, events } = this.#options;
    const { signal } = this.#stopped;
    try {
      const read = await reader.read(entry, signal);
      if (read !== 'filtered' && signal.aborted) return undefined;
      this.#badReads.goodRead();
      this.#readPause.reset();
      events.publish({ kind: 'platform', error: undefined });
      if (read !== 'filtered') return read;
      ledger.filtered(entry);
      events.publish({ kind: 'filtered', entry });
    } catch (thrown) {
      if (!signal.aborted) this.#readFailed(entry, asSekoiaError(thrown));
    }
    return undefined;
  }

  #readFailed(entry: Entry, error: SekoiaError): void {
    const { ledger, events } = this.#options;
    const wait = error.retryable || error.refused;
    if (!wait && (error.code !== 'SEKOIA_BAD_RESPONSE' || this.#badReads.badRead(entry))) {
      this.#setAside(entry, error, this.#attempts.last(entry).attempt);
      return;
    }
    ledger.putBack(entry);
    if (wait) events.publish({ kind: 'platform', error });
    this.#readPause.begin(error);
  }

  #send(entry: Entry, number: number, summary: AlertSummary): Delivery {
    const { sender, events } = this.#options;
    const message = alertMessage(summary, entry.source, number);
    const attempt = { entry, number, runId: message.sekoia.run.id, startedMs: performance.now() };
    this.#attempts.begin(attempt, summary);
    const delivery = sendWith(sender, message, this.#reviserOf(attempt));
    this.#attempts.follow(attempt, delivery);
    void delivery.outcome.then((outcome) => this.#conclude(attempt, outcome));
    events.publish({ kind: 'sent', attempt });
    return delivery;
  }

  /** In a function of its own: what it returns is kept for long, and must not hold on to the message. */
  #reviserOf(attempt: Attempt): (revision: Revision) => void {
    return (revision) => this.#revise(attempt, revision);
  }

  #conclude(attempt: Attempt, outcome: Outcome): void {
    this.#apply(attempt, outcome, this.#verdict(attempt, outcome, true));
    if (outcome.status === 'succeeded') {
      this.#circuit.succeeded();
      if (this.#circuit.state === 'flowing') this.#retries.othersTried();
    }
    const revision = this.#attempts.end(attempt);
    if (revision !== undefined) this.#revise(attempt, revision);
  }

  /**
   * An attempt has ended differently after all. A late success delivers the alert and cancels its retry. A late
   * failure counts as any other, unless another attempt has succeeded or may yet.
   */
  #revise(attempt: Attempt, revision: Revision): void {
    if (this.#attempts.isEarly(attempt, revision)) return;
    const verdict = this.#lateVerdict(attempt, revision);
    // It counts as delivered at present.
    if (verdict === 'next-start') this.#options.ledger.failed(attempt.entry, false);
    this.#apply(attempt, revision, verdict);
    this.dispatch();
  }

  #lateVerdict(attempt: Attempt, revision: Revision): Verdict {
    const { ledger } = this.#options;
    const { entry } = attempt;
    const known = ledger.entry(entry.uuid);
    // The ledger forgot the alert in the meantime and found it again.
    if (known !== undefined && known !== entry) return 'superseded';
    if (revision.status === 'succeeded') return 'delivered';
    this.#attempts.failed(attempt);
    if (entry.state !== 'delivered' || this.#attempts.isDelivered(entry)) return 'superseded';
    if (!this.#attempts.isUnderWay(entry)) return this.#verdict(attempt, revision, false);
    ledger.underWay(entry);
    return 'superseded';
  }

  /** @param underWay whether the attempt is in progress; otherwise, the failure is late */
  #verdict({ entry }: Attempt, outcome: Outcome, underWay: boolean): Verdict {
    const circumstances = {
      delivered: underWay && entry.state === 'delivered',
      failures: entry.failures,
      probing: this.#circuit.state !== 'flowing',
      stopping: this.#stopped.signal.aborted,
    };
    return decide(outcome, circumstances, this.#options);
  }

  #apply(attempt: Attempt, outcome: Outcome, verdict: Verdict): void {
    const { ledger, events } = this.#options;
    const { entry } = attempt;
    if (verdict === 'delivered') {
      this.#attempts.succeeded(attempt);
      if (entry.state !== 'delivered') ledger.delivered(entry);
    }
    if (verdict === 'retry') {
      ledger.failed(entry, true);
      this.#retries.later(entry);
    }
    if (verdict === 'probe-again') {
      ledger.failed(entry, false);
      this.#retries.afterOthers(entry);
    }
    events.publish({ kind: 'ended', attempt, outcome, verdict });
    if (verdict === 'dead-letter' && 'error' in outcome) this.#setAside(entry, outcome.error);
    if (verdict === 'report' && 'error' in outcome) this.#report(entry, outcome.error);
    if (FAILED.has(verdict)) this.#circuit.failed();
  }

  #setAside(entry: Entry, error: Error, unretried?: Attempt): void {
    const { ledger, now } = this.#options;
    ledger.dead(entry, { at: now(), reason: describe(error), code: systemCode(error) });
    this.#report(entry, error, unretried);
  }

  #report(entry: Entry, error: Error, unretried?: Attempt): void {
    const { summary } = this.#attempts.last(entry);
    this.#options.events.publish({
      ...{ kind: 'dead', entry, error },
      ...(summary !== undefined && { summary }),
      ...(unretried !== undefined && { unretried }),
    });
  }

  get #blocked(): boolean {
    return (
      this.#suspended || this.#readPause.isOn || this.#stopped.signal.aborted || this.#slots.tooManyParked
    );
  }

  #next(): Entry | undefined {
    const { ledger } = this.#options;
    const entry = ledger.next();
    if (entry !== undefined || this.#circuit.state !== 'probing') return entry;
    this.#retries.othersTried();
    return ledger.next();
  }

  /** Ends a pause early, because the platform has answered another request. */
  #platformAnswered(): void {
    this.#badReads.goodRead();
    this.#readPause.end();
  }
}

/** A flow that throws while it is given the message has failed. */
function sendWith(sender: Sender, message: AlertMessage, onRevised: (revision: Revision) => void): Delivery {
  try {
    return sender.send(message, onRevised);
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(describe(thrown));
    return endedDelivery({ status: 'failed', error });
  }
}
