import { BackOff } from '../util/back-off';
import { type SekoiaError, asSekoiaError, describe, systemCode } from '../sekoia/errors';
import { BadReads } from './bad-reads';
import { Circuit, type CircuitState } from './circuit';
import { DISPATCHER_TIMING, type DispatcherTiming } from './dispatcher-timing';
import type { Entry } from './entry';
import type { Ledger } from './ledger';
import type { Attempt, Outcome, Revision } from './outcome';
import { ReadPause } from './read-pause';
import { type RetrySettings, decide } from './retry-policy';
import { Standing } from './standing';

/** Attempts that wait for nothing but their confirmation. Beyond so many, each takes up a place again. */
const MAX_UNCONFIRMED = 10_000;

/** In place of the number of an attempt: whichever it was, it arrived. */
const CONFIRMED = 0;

export interface DispatcherOptions extends RetrySettings {
  ledger: Ledger;
  /** Runs at a time. */
  maxInFlight: number;
  /**
   * Reads an alert and sends it. `send` is to be called just before it is sent, and says which time this is.
   * Throws SekoiaError when the alert cannot be read.
   */
  deliver: (
    entry: Entry,
    send: () => Promise<number>,
    signal: AbortSignal,
  ) => Promise<Attempt | 'filtered' | 'abandoned'>;
  /** The platform's time in epoch seconds. */
  now: () => number;
  /** Its last attempt failed. An alert that is given up is told by `onDead` only. */
  onFailed: (entry: Entry, sentAgain: boolean) => void;
  /** An alert was given up. */
  onDead: (entry: Entry, error: Error) => void;
  /** The platform cannot be read from; undefined once it can. */
  onReadTrouble: (error: SekoiaError | undefined) => void;
  /** Something that the status shows has changed. */
  onChange: () => void;
  timing?: Partial<DispatcherTiming>;
}

/**
 * Sends the ledger's alerts, oldest first, a bounded number at a time. What becomes of an alert after an attempt
 * is decided by `retry-policy.ts`; when the other tool fails altogether, `circuit.ts` slows everything down.
 *
 * A probe uses up none of its alert's retries, and the next probe takes another alert until all have had their
 * turn, so that neither an outage kills alerts nor bad alerts keep up an outage.
 *
 * Apart from that, trouble with the platform stops everything for a while: no alert can be read then.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #timing: DispatcherTiming;
  readonly #circuit: Circuit;
  readonly #readPause: ReadPause;
  readonly #badReads = new BadReads();
  readonly #standing = new Standing();
  readonly #stopped = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #retryTimers = new Set<NodeJS.Timeout>();
  /** Alerts that failed while not flowing: the others go first. */
  readonly #failedProbes: Entry[] = [];
  #inFlight = 0;
  #unconfirmed = 0;
  #held = false;
  #delivered = 0;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#timing = { ...DISPATCHER_TIMING, ...options.timing };
    this.#circuit = new Circuit(this.#timing, () => {
      this.fill();
      options.onChange();
    });
    this.#readPause = new ReadPause(this.#timing, () => this.fill());
  }

  get state(): CircuitState {
    return this.#circuit.state;
  }

  /** Alerts that were delivered since the start. */
  get delivered(): number {
    return this.#delivered;
  }

  /** Sends what it may; called whenever the ledger has something new. */
  fill(): void {
    const limit = this.#circuit.limit(this.#options.maxInFlight);
    while (!this.#blocked && this.#inFlight < limit) {
      const entry = this.#next();
      if (entry === undefined) return;
      const run = this.#run(entry).finally(() => this.#running.delete(run));
      this.#running.add(run);
    }
  }

  /** Nothing is sent while the ledger cannot write: what is delivered could not be remembered. */
  hold(held: boolean): void {
    this.#held = held;
    this.fill();
  }

  /** Ends a wait for the platform early: it has answered elsewhere. */
  platformAnswered(): void {
    this.#badReads.goodRead();
    this.#readPause.end();
  }

  /**
   * An attempt has ended differently after all. A late success delivers the alert and cancels its retry; a late
   * failure counts as any other, unless another attempt has succeeded, or may yet.
   * @param attempt which time it was
   */
  revise(entry: Entry, attempt: number, revision: Revision): void {
    const { ledger } = this.#options;
    if (this.#standing.isEarly(entry, attempt, revision)) return;
    const known = ledger.entry(entry.uuid);
    // Forgotten meanwhile, and found anew.
    if (known !== undefined && known !== entry) return;
    if (revision.kind === 'succeeded') this.#succeededLate(entry, attempt);
    else this.#failedLate(entry, attempt, revision);
    this.#options.onChange();
    this.fill();
  }

  /** Somebody says that an alert arrived that no run is under way for. False if it does not wait for that. */
  confirm(entry: Entry): boolean {
    const sent = entry.attempt > 0 && entry.state !== 'delivered' && entry.state !== 'filtered';
    if (!sent || this.#stopped.signal.aborted) return false;
    this.#delivered += 1;
    this.#standing.succeeded(entry, CONFIRMED);
    this.#options.ledger.delivered(entry);
    this.#options.onChange();
    return true;
  }

  /** Stops sending; resolves when the runs under way have ended or been abandoned. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all(this.#running);
    // Only now: a run that failed just before its end has set one more.
    this.#readPause.clear();
    this.#circuit.close();
    for (const timer of this.#retryTimers) clearTimeout(timer);
  }

  get #blocked(): boolean {
    return (
      this.#held ||
      this.#readPause.isOn ||
      this.#stopped.signal.aborted ||
      this.#unconfirmed >= MAX_UNCONFIRMED
    );
  }

  #next(): Entry | undefined {
    const { ledger } = this.#options;
    const entry = ledger.next();
    if (entry !== undefined || this.#circuit.state !== 'probing') return entry;
    this.#probesDue();
    return ledger.next();
  }

  #probesDue(): void {
    for (const entry of this.#failedProbes.splice(0)) this.#options.ledger.due(entry);
  }

  /** From the turn of an alert to the verdict on this attempt at it. */
  async #run(entry: Entry): Promise<void> {
    const release = this.#takePlace();
    const begun = await this.#begin(entry);
    if (begun === undefined) {
      release();
      return;
    }
    const { attempt, number } = begun;
    let over = false as boolean;
    void attempt.idle.then(() => {
      if (over) return;
      this.#unconfirmed += 1;
      void attempt.outcome.then(() => (this.#unconfirmed -= 1));
      release();
    });
    const outcome = await attempt.outcome;
    over = true;
    if (outcome.kind === 'succeeded') this.#succeeded(entry, number);
    else if (outcome.kind !== 'abandoned') this.#failed(entry, outcome, true);
    const revision = this.#standing.ended(entry, number);
    if (revision !== undefined) this.revise(entry, number, revision);
    // The place is free once it is written down: after a kill, no more is sent twice than was in flight.
    if (outcome.kind === 'succeeded') void this.#options.ledger.committed().then(release);
    else release();
  }

  /** Reads and sends an alert. Undefined when there is nothing to follow: it is filtered, dead, or still waits. */
  async #begin(entry: Entry): Promise<{ attempt: Attempt; number: number } | undefined> {
    const { ledger, deliver } = this.#options;
    const { signal } = this.#stopped;
    let number = 0 as number;
    const send = async (): Promise<number> => {
      number = await this.#sending(entry);
      this.#standing.begun(entry, number);
      return number;
    };
    try {
      const attempt = await deliver(entry, send, signal);
      if (attempt === 'abandoned') return undefined;
      if (attempt !== 'filtered') return { attempt, number };
      this.#readSucceeded();
      ledger.filtered(entry);
    } catch (thrown) {
      if (number > 0) return { attempt: failedAttempt(thrown), number };
      if (!signal.aborted) this.#readFailed(entry, asSekoiaError(thrown));
    }
    return undefined;
  }

  /** Writes down what must be, before it is sent. Throws when the dispatcher stops: then it must not be. */
  async #sending(entry: Entry): Promise<number> {
    const { ledger, atMostOnce } = this.#options;
    const { signal } = this.#stopped;
    signal.throwIfAborted();
    this.#readSucceeded();
    const attempt = ledger.sending(entry);
    if (!atMostOnce) return attempt;
    ledger.delivered(entry);
    await settledOrAborted(ledger.committed(), signal);
    if (signal.aborted) {
      ledger.unsent(entry);
      signal.throwIfAborted();
    }
    return attempt;
  }

  /** One of the places for runs. The function that it returns frees it, once. */
  #takePlace(): () => void {
    this.#inFlight += 1;
    let taken = true;
    return () => {
      if (!taken) return;
      taken = false;
      this.#inFlight -= 1;
      this.#options.onChange();
      this.fill();
    };
  }

  #succeeded(entry: Entry, attempt: number): void {
    const { ledger, atMostOnce } = this.#options;
    this.#standing.succeeded(entry, attempt);
    if (atMostOnce || entry.state !== 'delivered') this.#delivered += 1;
    ledger.delivered(entry);
    this.#circuit.succeeded();
    if (this.#circuit.state === 'flowing') this.#probesDue();
  }

  #succeededLate(entry: Entry, attempt: number): void {
    const { ledger, atMostOnce } = this.#options;
    this.#standing.succeeded(entry, attempt);
    if (!atMostOnce && entry.state === 'delivered') return;
    this.#delivered += 1;
    if (!atMostOnce) ledger.delivered(entry);
  }

  #failedLate(entry: Entry, attempt: number, revision: Extract<Revision, { kind: 'failed' }>): void {
    this.#standing.failed(entry, attempt);
    if (entry.state !== 'delivered' || this.#standing.isDelivered(entry)) return;
    this.#delivered -= 1;
    if (this.#standing.isUnderWay(entry)) this.#options.ledger.underWay(entry);
    else this.#failed(entry, revision, false);
  }

  /** @param underWay whether the attempt was; else its failure came late */
  #failed(
    entry: Entry,
    outcome: Extract<Outcome, { kind: 'failed' | 'timed-out' }>,
    underWay: boolean,
  ): void {
    const { ledger, onDead, onFailed } = this.#options;
    const verdict = decide(
      outcome,
      {
        delivered: underWay && entry.state === 'delivered',
        failures: entry.failures,
        probing: this.#circuit.state !== 'flowing',
        stopping: this.#stopped.signal.aborted,
      },
      this.#options,
    );
    switch (verdict) {
      case 'retry':
        ledger.failed(entry, true);
        this.#retryLater(entry);
        onFailed(entry, true);
        break;
      case 'probe-again':
        ledger.failed(entry, false);
        this.#failedProbes.push(entry);
        onFailed(entry, true);
        break;
      case 'next-start':
        if (!underWay) ledger.failed(entry, false);
        onFailed(entry, true);
        return;
      case 'superseded':
        onFailed(entry, false);
        break;
      case 'dead-letter':
        this.#die(entry, outcome.error);
        break;
      case 'report':
        onDead(entry, outcome.error);
    }
    this.#circuit.failed();
  }

  #die(entry: Entry, error: Error): void {
    const death = { at: this.#options.now(), reason: describe(error), code: systemCode(error) };
    this.#options.ledger.dead(entry, death);
    this.#options.onDead(entry, error);
  }

  #retryLater(entry: Entry): void {
    const { firstRetryMs, maxRetryMs } = this.#timing;
    const backOff = new BackOff({ firstMs: firstRetryMs * 2 ** (entry.failures - 1), maxMs: maxRetryMs });
    const timer = setTimeout(() => {
      this.#retryTimers.delete(timer);
      this.#options.ledger.due(entry);
      this.fill();
    }, backOff.nextMs());
    this.#retryTimers.add(timer);
  }

  #readSucceeded(): void {
    this.#badReads.goodRead();
    this.#readPause.reset();
    this.#options.onReadTrouble(undefined);
  }

  #readFailed(entry: Entry, error: SekoiaError): void {
    const { ledger, onReadTrouble } = this.#options;
    const wait = error.passing || error.refused;
    if (!wait && (error.code !== 'SEKOIA_BAD_RESPONSE' || this.#badReads.badRead(entry))) {
      this.#die(entry, error);
      return;
    }
    ledger.putBack(entry);
    if (wait) onReadTrouble(error);
    this.#readPause.begin(error);
  }
}

/** The flow threw an error while it was given the alert. */
function failedAttempt(thrown: unknown): Attempt {
  const error = thrown instanceof Error ? thrown : new Error(describe(thrown));
  return { outcome: Promise.resolve({ kind: 'failed', error }), idle: new Promise(() => undefined) };
}

/** Resolves when the promise does, or the signal aborts. */
function settledOrAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      signal.removeEventListener('abort', done);
      resolve();
    };
    signal.addEventListener('abort', done);
    void promise.then(done);
  });
}
