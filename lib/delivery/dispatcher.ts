import { BackOff } from '../sekoia/back-off';
import { type SekoiaError, asSekoiaError } from '../sekoia/errors';
import { DISPATCHER_TIMING, type DispatcherTiming } from './dispatcher-timing';
import type { Entry } from './entry';
import type { Ledger } from './ledger';
import type { Outcome } from './outcome';
import { ReadPause } from './read-pause';

/**
 * Sends the ledger's alerts, oldest first, a bounded number at a time.
 *
 * States, and what moves between them:
 *
 *   flowing ── 5 runs in a row failed ──▶ paused ── the wait is over ──▶ probing
 *      ▲                                    ▲ │                             │
 *      │                                    └─┼──── the run failed ─────────┤
 *      └──────── a run succeeded ─────────────┴─────────────────────────────┘
 *
 *   flowing  up to `maxInFlight` runs.
 *   paused   the other tool is likely down: nothing is sent for a growing while.
 *   probing  one run, to see. It uses up none of its alert's retries, and the next probe takes another alert
 *            until all have had their turn, so that neither an outage kills alerts nor bad alerts keep up an
 *            outage.
 *
 * Apart from that, trouble with the platform stops everything for a while: no alert can be read then.
 */
export type DispatcherState = 'flowing' | 'paused' | 'probing';

const FAILURES_BEFORE_PAUSE = 5;

/** Attempts at reading an alert whose answer cannot be used, while other answers can. */
const MAX_BAD_READS = 5;

export interface DispatcherOptions {
  ledger: Ledger;
  maxInFlight: number;
  /** Times that a failed run is tried again. */
  retries: number;
  /**
   * Reads an alert and sends it. `send` is to be called just before it is sent, and says which time this is.
   * Throws SekoiaError when the alert cannot be read.
   */
  deliver: (entry: Entry, send: () => Promise<number>, signal: AbortSignal) => Promise<Outcome>;
  /** At most once: an alert counts as delivered when it is about to be sent. When that fails, it is given up. */
  atMostOnce: boolean;
  /** The platform's time in epoch seconds. */
  now: () => number;
  /** Its run failed, and it is sent again by itself. */
  onWaiting: (entry: Entry) => void;
  /** An alert was given up. */
  onDead: (entry: Entry, error: Error) => void;
  /** The platform cannot be read from; undefined once it can. */
  onReadTrouble: (error: SekoiaError | undefined) => void;
  /** Something that the status shows has changed. */
  onChange: () => void;
  timing?: Partial<DispatcherTiming>;
}

export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #timing: DispatcherTiming;
  readonly #probeBackOff: BackOff;
  readonly #readPause: ReadPause;
  readonly #stopped = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #inFlight = 0;
  readonly #retryTimers = new Set<NodeJS.Timeout>();
  /** Answers that could be used, to tell an alert that cannot be read from a platform that cannot. */
  #goodReads = 0;
  readonly #badReads = new WeakMap<Entry, { count: number; goodReads: number }>();
  #state: DispatcherState = 'flowing';
  #failuresInARow = 0;
  #probeTimer: NodeJS.Timeout | undefined;
  /** Alerts that failed while not flowing: the others go first. */
  readonly #failedProbes: Entry[] = [];
  #held = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#timing = { ...DISPATCHER_TIMING, ...options.timing };
    const { firstProbeMs, maxProbeMs } = this.#timing;
    this.#probeBackOff = new BackOff({ firstMs: firstProbeMs, maxMs: maxProbeMs });
    this.#readPause = new ReadPause(this.#timing, () => this.fill());
  }

  get state(): DispatcherState {
    return this.#state;
  }

  /** Sends what it may; called whenever the ledger has something new. */
  fill(): void {
    const limit = this.#state === 'flowing' ? this.#options.maxInFlight : this.#state === 'probing' ? 1 : 0;
    while (!this.#blocked && this.#inFlight < limit) {
      const entry = this.#next();
      if (entry === undefined) return;
      this.#inFlight += 1;
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
    this.#goodReads += 1;
    this.#readPause.end();
  }

  /** Stops sending; resolves when the runs under way have ended or been abandoned. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all(this.#running);
    // Only now: a run that failed just before its end has set one more.
    this.#readPause.clear();
    clearTimeout(this.#probeTimer);
    for (const timer of this.#retryTimers) clearTimeout(timer);
  }

  get #blocked(): boolean {
    return this.#held || this.#readPause.isOn || this.#stopped.signal.aborted;
  }

  #next(): Entry | undefined {
    const { ledger } = this.#options;
    const entry = ledger.next();
    if (entry !== undefined || this.#state !== 'probing') return entry;
    this.#probesDue();
    return ledger.next();
  }

  #probesDue(): void {
    for (const entry of this.#failedProbes.splice(0)) this.#options.ledger.due(entry);
  }

  async #run(entry: Entry): Promise<void> {
    const { ledger, deliver } = this.#options;
    const { signal } = this.#stopped;
    let sent = false as boolean;
    const send = async (): Promise<number> => {
      const attempt = await this.#sending(entry);
      sent = true;
      return attempt;
    };
    let outcome: Outcome;
    try {
      outcome = await deliver(entry, send, signal);
    } catch (error) {
      if (!sent) {
        if (!signal.aborted) this.#readFailed(entry, asSekoiaError(error));
        this.#release();
        return;
      }
      outcome = { kind: 'failed', error: error instanceof Error ? error : new Error(String(error)) };
    }
    switch (outcome.kind) {
      case 'abandoned':
        return;
      case 'filtered':
        this.#readSucceeded();
        ledger.filtered(entry);
        break;
      case 'succeeded':
        this.#succeeded();
        ledger.delivered(entry);
        // The place is free once it is written down: after a kill, no more is sent twice than was in flight.
        void ledger.committed().then(() => this.#release());
        return;
      case 'failed':
        if (signal.aborted && !this.#options.atMostOnce) {
          // The deploy that stops this may have stopped a node of the run, too: the next start sends it again.
          this.#options.onWaiting(entry);
          return;
        }
        this.#failed(entry, outcome);
        break;
      case 'timed-out':
        this.#failed(entry, outcome);
    }
    this.#release();
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

  #release(): void {
    this.#inFlight -= 1;
    this.#options.onChange();
    this.fill();
  }

  #succeeded(): void {
    this.#failuresInARow = 0;
    if (this.#state === 'flowing') return;
    clearTimeout(this.#probeTimer);
    this.#probeBackOff.reset();
    this.#state = 'flowing';
    this.#probesDue();
  }

  #failed(entry: Entry, outcome: Extract<Outcome, { kind: 'failed' | 'timed-out' }>): void {
    const { ledger, retries, atMostOnce, onDead, onWaiting } = this.#options;
    const probe = this.#state !== 'flowing';
    this.#failuresInARow += 1;
    if (atMostOnce) {
      onDead(entry, outcome.error);
    } else if (outcome.kind === 'timed-out') {
      // It may still be at work: sent again by itself, it could arrive twice.
      this.#die(entry, outcome.error);
      void outcome.succeededLate.then(() => {
        if (entry.state === 'dead') ledger.delivered(entry);
        this.#options.onChange();
      });
    } else if (probe) {
      ledger.failed(entry, false);
      this.#failedProbes.push(entry);
      onWaiting(entry);
    } else if (entry.failures < retries) {
      ledger.failed(entry, true);
      this.#retryLater(entry);
      onWaiting(entry);
    } else this.#die(entry, outcome.error);
    if (probe || this.#failuresInARow >= FAILURES_BEFORE_PAUSE) this.#pause();
  }

  #die(entry: Entry, error: Error): void {
    this.#options.ledger.dead(entry, this.#options.now(), error.message);
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

  #pause(): void {
    if (this.#state === 'paused') return;
    this.#state = 'paused';
    this.#probeTimer = setTimeout(() => {
      this.#state = 'probing';
      this.fill();
      this.#options.onChange();
    }, this.#probeBackOff.nextMs());
  }

  #readSucceeded(): void {
    this.#goodReads += 1;
    this.#readPause.reset();
    this.#options.onReadTrouble(undefined);
  }

  #readFailed(entry: Entry, error: SekoiaError): void {
    const { ledger, onReadTrouble } = this.#options;
    const wait = error.passing || error.refused;
    if (!wait && (error.code !== 'SEKOIA_BAD_RESPONSE' || this.#countBadRead(entry) >= MAX_BAD_READS)) {
      this.#die(entry, error);
      return;
    }
    ledger.putBack(entry);
    if (wait) onReadTrouble(error);
    this.#readPause.begin(error);
  }

  /** Counts only what came with a good read since the last: a proxy may answer everything with a page of its own. */
  #countBadRead(entry: Entry): number {
    const before = this.#badReads.get(entry);
    if (before?.goodReads === this.#goodReads) return before.count;
    const count = (before?.count ?? 0) + 1;
    this.#badReads.set(entry, { count, goodReads: this.#goodReads });
    return count;
  }
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
