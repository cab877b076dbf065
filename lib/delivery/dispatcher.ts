import type { AlertSummary } from '../sekoia/alert';
import { type SekoiaError, asSekoiaError } from '../sekoia/errors';
import { describe } from '../util/error-text';
import { type AlertMessage, alertMessage } from './alert-message';
import { type Attempt, type Delivery, type Revision, type Sender, endedDelivery } from './attempt';
import { AttemptOutcomes } from './attempt-outcomes';
import { Attempts } from './attempts';
import { BadReads } from './bad-reads';
import { Circuit, type CircuitState } from './circuit';
import type { DeliveryEvents } from './delivery-events';
import { DISPATCHER_TIMING, type DispatcherTiming } from './dispatcher-timing';
import type { Entry } from './entry';
import type { JudgedReads } from './judged-reads';
import type { Ledger } from './ledger';
import { ReadPause } from './read-pause';
import type { RetrySettings } from './retry-policy';
import { RetrySchedule } from './retry-schedule';
import { Slots } from './slots';

export interface DispatcherOptions extends RetrySettings {
  ledger: Ledger;
  reader: Pick<JudgedReads, 'read'>;
  sender: Sender;
  events: DeliveryEvents;
  /** Attempts at a time. */
  maxInFlight: number;
  /** The platform's time in epoch seconds. */
  now: () => number;
  timing?: Partial<DispatcherTiming>;
}

/**
 * Delivers the ledger's alerts, oldest first, a limited number at a time. `#deliver` shows the path of one alert.
 * `retry-policy.ts` decides what happens to it after an attempt. When the tool fails, `circuit.ts` slows everything
 * down.
 *
 * A probe uses up no retry of its alert, and the next probe takes another alert, until each has been tried. So an
 * outage makes no dead letters, and a bad alert does not prolong an outage.
 *
 * A platform problem pauses all reads, because it concerns all alerts.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #circuit: Circuit;
  readonly #readPause: ReadPause;
  readonly #badReads = new BadReads();
  readonly #attempts = new Attempts();
  readonly #retries: RetrySchedule;
  readonly #slots = new Slots();
  readonly #outcomes: AttemptOutcomes;
  readonly #stopped = new AbortController();
  readonly #delivering = new Set<Promise<void>>();

  constructor(options: DispatcherOptions) {
    this.#options = options;
    const timing = { ...DISPATCHER_TIMING, ...options.timing };
    this.#circuit = new Circuit(timing, () => {
      this.dispatch();
      options.events.changed();
    });
    this.#readPause = new ReadPause(timing, () => this.dispatch());
    this.#retries = new RetrySchedule(options.ledger, timing, () => this.dispatch());
    this.#outcomes = new AttemptOutcomes({
      ...options,
      attempts: this.#attempts,
      retries: this.#retries,
      circuit: this.#circuit,
      settings: options,
      signal: this.#stopped.signal,
    });
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

  /** Starts as many deliveries as possible. */
  dispatch(): void {
    const limit = this.#circuit.limit(this.#options.maxInFlight);
    while (!this.#blocked && this.#slots.taken < limit) {
      const entry = this.#next();
      if (entry === undefined) return;
      const delivering = this.#deliver(entry)
        .catch((error: unknown) => this.#reportBug(entry, error))
        .finally(() => this.#delivering.delete(delivering));
      this.#delivering.add(delivering);
    }
  }

  /** Pauses sending while the ledger cannot write: it could not remember what is delivered. */
  pause(paused: boolean): void {
    this.#slots.paused = paused;
    this.dispatch();
  }

  /** See `AttemptOutcomes.confirm`. */
  confirm(entry: Entry): boolean {
    return this.#outcomes.confirm(entry);
  }

  /**
   * Stops sending, and resolves when all attempts in progress have ended. An attempt that only waits for its
   * confirmation is abandoned, because the node that collects alerts may be stopping, too.
   */
  async stop(timeoutMs: number): Promise<void> {
    this.#stopped.abort();
    for (const delivery of this.#attempts.inProgress) void delivery.idle.then(() => delivery.abandon());
    const timeout = this.#delivering.size > 0 ? setTimeout(() => this.abandon(), timeoutMs) : undefined;
    await Promise.all(this.#delivering);
    clearTimeout(timeout);
    // Only now: the last attempts may have scheduled retries.
    this.#readPause.clear();
    this.#circuit.close();
    this.#retries.clear();
  }

  /** Ends all attempts immediately. The next start sends their alerts again. */
  abandon(): void {
    for (const delivery of this.#attempts.inProgress) delivery.abandon();
  }

  /** Delivers one alert: from its read to the outcome of this attempt. */
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
    const { signal } = this.#stopped;
    const number = await ledger.beginAttempt(entry, atMostOnce, signal);
    if (signal.aborted) {
      ledger.unsent(entry);
      free();
      return;
    }
    const delivery = this.#send(entry, number, summary);
    void delivery.idle.then(() => {
      slot.park();
      this.dispatch();
    });
    await delivery.outcome;
    // The slot stays taken until the delivery is durable: after a kill, only alerts in flight are sent twice.
    if (entry.state === 'delivered') void ledger.committed().then(free);
    else free();
  }

  /** Returns undefined if there is nothing to send: the alert is filtered out, is a dead letter, or waits. */
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
      events.publish({ kind: 'filtered' });
    } catch (thrown) {
      if (!signal.aborted) this.#readFailed(entry, asSekoiaError(thrown));
    }
    return undefined;
  }

  #readFailed(entry: Entry, error: SekoiaError): void {
    const { ledger, events } = this.#options;
    const wait = error.retryable || error.refused;
    if (!wait && (error.code !== 'SEKOIA_BAD_RESPONSE' || this.#badReads.badRead(entry))) {
      this.#outcomes.unreadable(entry, error);
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
    void delivery.outcome.then((outcome) => this.#outcomes.conclude(attempt, outcome));
    events.publish({ kind: 'sent', attempt });
    return delivery;
  }

  /** A function of its own, because its result is kept for long and must not hold on to the message. */
  #reviserOf(attempt: Attempt): (revision: Revision) => void {
    return (revision) => this.#outcomes.revise(attempt, revision);
  }

  /** Node-RED would end on a promise that nobody handles. The next start sends the alert again. */
  #reportBug({ uuid }: Entry, error: unknown): void {
    const message = `The alert ${uuid} cannot be delivered because of a bug: ${describe(error)}`;
    this.#options.events.publish({ kind: 'trouble', message, level: 'error' });
  }

  get #blocked(): boolean {
    return this.#slots.areClosed || this.#readPause.isOn || this.#stopped.signal.aborted;
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

/** A flow that throws while it receives the message has failed. */
function sendWith(sender: Sender, message: AlertMessage, onRevised: (revision: Revision) => void): Delivery {
  try {
    return sender.send(message, onRevised);
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(describe(thrown));
    return endedDelivery({ status: 'failed', error });
  }
}
