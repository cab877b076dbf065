import { BackOff } from '../sekoia/back-off';
import { type SekoiaError, asSekoiaError } from '../sekoia/errors';
import type { Entry } from './entry';
import type { Ledger } from './ledger';

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
 *   probing  one run, to see. It uses up none of its alert's retries, and the next probe takes another alert,
 *            so that neither an outage kills alerts nor one bad alert keeps up an outage.
 *
 * Apart from that, trouble with the platform stops everything for a while: no alert can be read then.
 */
export type DispatcherState = 'flowing' | 'paused' | 'probing';

/** What became of one sending. */
export type Outcome =
  /** The alert does not pass the filters; nothing was sent. */
  | { kind: 'filtered' }
  | { kind: 'succeeded' }
  | { kind: 'failed'; error: Error }
  /** It may still be at work, and may succeed later. */
  | { kind: 'timed-out'; error: Error; succeededLate: Promise<void> }
  /** The trigger stops; the next start sends it again. */
  | { kind: 'abandoned' };

export interface DispatcherTiming {
  /** Before a failed run is tried again. */
  firstRetryMs: number;
  maxRetryMs: number;
  /** Between probes. */
  firstProbeMs: number;
  maxProbeMs: number;
  /** After trouble with the platform. */
  firstReadRetryMs: number;
  maxReadRetryMs: number;
  /** After a 401 or 403 of the platform. */
  refusedRetryMs: number;
}

export const DISPATCHER_TIMING: Readonly<DispatcherTiming> = {
  firstRetryMs: 2_000,
  maxRetryMs: 60_000,
  firstProbeMs: 5_000,
  maxProbeMs: 300_000,
  firstReadRetryMs: 1_000,
  maxReadRetryMs: 60_000,
  refusedRetryMs: 300_000,
};

const FAILURES_BEFORE_PAUSE = 5;

/** Attempts at reading an alert whose answer cannot be used; trouble that passes does not count. */
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
  /** At most once: an alert counts as delivered when it is about to be sent. */
  atMostOnce: boolean;
  /** The platform's time in epoch seconds. */
  now: () => number;
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
  readonly #readBackOff: BackOff;
  readonly #stopped = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #inFlight = 0;
  readonly #retryTimers = new Set<NodeJS.Timeout>();
  readonly #badReads = new WeakMap<Entry, number>();
  #state: DispatcherState = 'flowing';
  #failuresInARow = 0;
  #probeTimer: NodeJS.Timeout | undefined;
  #readPause: NodeJS.Timeout | undefined;
  /** The alert of the last probe, which lets another one go first. */
  #lastProbe: Entry | undefined;
  #held = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#timing = { ...DISPATCHER_TIMING, ...options.timing };
    const { firstProbeMs, maxProbeMs, firstReadRetryMs, maxReadRetryMs } = this.#timing;
    this.#probeBackOff = new BackOff({ firstMs: firstProbeMs, maxMs: maxProbeMs });
    this.#readBackOff = new BackOff({ firstMs: firstReadRetryMs, maxMs: maxReadRetryMs });
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
    clearTimeout(this.#readPause);
    this.#readPause = undefined;
    this.fill();
  }

  /** Stops sending; resolves when the runs under way have ended or been abandoned. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    clearTimeout(this.#readPause);
    clearTimeout(this.#probeTimer);
    for (const timer of this.#retryTimers) clearTimeout(timer);
    await Promise.all(this.#running);
  }

  get #blocked(): boolean {
    return this.#held || this.#readPause !== undefined || this.#stopped.signal.aborted;
  }

  #next(): Entry | undefined {
    const { ledger } = this.#options;
    const previous = this.#lastProbe;
    if (this.#state !== 'probing' || previous === undefined) return ledger.next();
    this.#lastProbe = undefined;
    const other = ledger.next();
    ledger.due(previous);
    return other ?? ledger.next();
  }

  async #run(entry: Entry): Promise<void> {
    const { ledger, deliver, atMostOnce } = this.#options;
    const { signal } = this.#stopped;
    const send = async (): Promise<number> => {
      const attempt = ledger.sending(entry);
      if (atMostOnce) {
        ledger.delivered(entry);
        await ledger.committed();
      }
      return attempt;
    };
    let outcome: Outcome;
    try {
      outcome = await deliver(entry, send, signal);
    } catch (error) {
      if (!signal.aborted) this.#readFailed(entry, asSekoiaError(error));
      this.#release();
      return;
    }
    this.#readBackOff.reset();
    this.#options.onReadTrouble(undefined);
    switch (outcome.kind) {
      case 'abandoned':
        return;
      case 'filtered':
        ledger.filtered(entry);
        break;
      case 'succeeded':
        this.#succeeded();
        ledger.delivered(entry);
        // The place is free once it is written down: after a kill, no more is sent twice than was in flight.
        void ledger.committed().then(() => this.#release());
        return;
      case 'failed':
      case 'timed-out':
        if (atMostOnce) this.#options.onDead(entry, outcome.error);
        else this.#failed(entry, outcome);
    }
    this.#release();
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
    if (this.#lastProbe !== undefined) this.#options.ledger.due(this.#lastProbe);
    this.#lastProbe = undefined;
  }

  #failed(entry: Entry, outcome: Extract<Outcome, { kind: 'failed' | 'timed-out' }>): void {
    const { ledger, retries } = this.#options;
    const probe = this.#state !== 'flowing';
    this.#failuresInARow += 1;
    if (outcome.kind === 'timed-out') {
      // It may still be at work: sent again by itself, it could arrive twice.
      this.#die(entry, outcome.error);
      void outcome.succeededLate.then(() => {
        if (entry.state === 'dead' && !this.#stopped.signal.aborted) ledger.delivered(entry);
        this.#options.onChange();
      });
    } else if (probe) {
      ledger.failed(entry, false);
      if (this.#lastProbe !== undefined) ledger.due(this.#lastProbe);
      this.#lastProbe = entry;
    } else if (entry.failures < retries) {
      ledger.failed(entry, true);
      this.#retryLater(entry);
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

  #readFailed(entry: Entry, error: SekoiaError): void {
    const { ledger, onReadTrouble } = this.#options;
    const wait = error.passing || error.refused;
    const badReads = (this.#badReads.get(entry) ?? 0) + 1;
    if (!wait) this.#badReads.set(entry, badReads);
    if (!wait && (error.code !== 'SEKOIA_BAD_RESPONSE' || badReads >= MAX_BAD_READS)) {
      this.#die(entry, error);
      return;
    }
    ledger.putBack(entry);
    if (wait) onReadTrouble(error);
    const waitMs = error.refused ? this.#timing.refusedRetryMs : this.#readBackOff.nextMs();
    this.#readPause ??= setTimeout(() => this.platformAnswered(), Math.max(waitMs, error.retryAfterMs ?? 0));
  }
}
