import { type AlertSummary, summarise } from '../sekoia/alert';
import { SekoiaError, asSekoiaError } from '../sekoia/errors';
import type { LiveConnection, LiveStatus } from '../sekoia/live-connection';
import type { RestClient } from '../sekoia/rest-client';
import type { AlertCriteria } from './alert-filter';
import { type AlertMessage, alertMessage } from './alert-message';
import { CatchUp } from './catch-up';
import { creationTime } from './creation-time';
import type { CircuitState } from './circuit';
import { Dispatcher } from './dispatcher';
import type { Entry } from './entry';
import { passesFilters } from './judge';
import type { Ledger, LedgerCounts } from './ledger';
import type { LedgerError } from '../storage/ledger-error';
import type { AlertSource } from './ledger-record';
import type { Attempt, Revision } from './outcome';
import { ReadAhead } from './read-ahead';
import type { RetrySettings } from './retry-policy';
import type { Run } from './run';
import type { TriggerState } from './trigger-state';
import { TRIGGER_TIMING, type TriggerTiming } from './trigger-timing';

export interface TriggerStatus {
  readonly state: TriggerState;
  /** Alerts that were delivered since the start. */
  readonly delivered: number;
  /** When the last message was emitted, on this machine's clock. */
  readonly lastEmittedAt?: Date;
  readonly counts: LedgerCounts;
  readonly dispatcher: CircuitState;
  /** What is wrong with the platform, in `polling` and `refused`. */
  readonly error?: SekoiaError;
  /** Why nothing is sent: the ledger cannot write. */
  readonly ledgerError?: LedgerError;
}

/** Alerts that wait in the ledger before catch-up reads wait too: the platform keeps the rest. */
const ROOM = 1_000;

export interface TriggerOptions extends RetrySettings {
  client: RestClient;
  live: LiveConnection;
  ledger: Ledger;
  criteria: AlertCriteria;
  startAgoSeconds: number;
  maxInFlight: number;
  timing: Pick<TriggerTiming, 'reconcileMs'> & Partial<TriggerTiming>;
  /** Sends a message and follows its run, which may end differently after its outcome was told. */
  emit: (message: AlertMessage, onRevised: (revision: Revision) => void) => Run;
  onStatus: (status: TriggerStatus) => void;
  /** Something is not as it should be, and was dealt with; told once. */
  onTrouble?: (message: string, level: 'warn') => void;
  /** An alert has come in, or does not pass the filters: told once each. */
  onCounted: (what: 'received' | 'filtered') => void;
  /** An alert that was given up: told once. The summary is there if the alert could be read. */
  onDead: (entry: Entry, error: Error, summary: AlertSummary | undefined) => void;
}

/**
 * Every new alert, once: LiveAPI for speed, catch-up reads for truth.
 *
 *   notice or page  →  ledger (is it new?)  →  dispatcher  →  read  →  filter  →  message  →  run  →  ledger
 */
export class Trigger {
  readonly #options: TriggerOptions;
  readonly #timing: Pick<TriggerTiming, keyof typeof TRIGGER_TIMING | 'reconcileMs'>;
  readonly #catchUp: CatchUp;
  readonly #readAhead: ReadAhead;
  readonly #dispatcher: Dispatcher;
  readonly #stopped = new AbortController();
  /** Those under way, by the alert. */
  readonly #runs = new Map<Entry, Run>();
  /** The last of each alert. */
  readonly #lastRuns = new WeakMap<Entry, Run>();
  /** Of the alerts being sent, for whoever hears that one died. */
  readonly #summaries = new WeakMap<Entry, AlertSummary>();
  #stopListening: (() => void) | undefined;
  #live: LiveStatus = { state: 'off' };
  /** Whether the socket was lost or could not be opened, and has not been open since; undefined before it was tried. */
  #down: boolean | undefined;
  /** Alerts may have passed by while the socket was not open, and have not been read yet. */
  #missed = true;
  #reading = false;
  /** Reads asked for, to see whether one was asked for during another. */
  #asked = 0;
  #nextRead: NodeJS.Timeout | undefined;
  #roomMade: (() => void) | undefined;
  /** What the REST API last failed with; undefined once it succeeds. */
  #restError: SekoiaError | undefined;
  #ledgerError: LedgerError | undefined;
  #lastEmittedAt: Date | undefined;

  constructor(options: TriggerOptions) {
    this.#options = options;
    this.#timing = { ...TRIGGER_TIMING, ...options.timing };
    this.#catchUp = new CatchUp({
      client: options.client,
      ledger: options.ledger,
      startAgoSeconds: options.startAgoSeconds,
      onAlert: (alert, createdAt) => this.#take(alert.uuid, createdAt, 'catch-up'),
      room: (signal) => this.#room(signal),
      ...(options.onTrouble && { onTrouble: options.onTrouble }),
    });
    this.#readAhead = new ReadAhead({
      client: options.client,
      upcoming: (count) => options.ledger.upcoming(count),
      goodForMs: this.#timing.readAheadForMs,
      notFoundForMs: this.#timing.notFoundForMs,
      signal: this.#stopped.signal,
    });
    this.#dispatcher = new Dispatcher({
      ledger: options.ledger,
      maxInFlight: options.maxInFlight,
      retries: options.retries,
      atMostOnce: options.atMostOnce,
      afterTimeout: options.afterTimeout,
      deliver: (entry, send, signal) => this.#deliver(entry, send, signal),
      now: () => this.#now(),
      onFailed: (entry, sentAgain) => this.#lastRuns.get(entry)?.failed(sentAgain),
      onDead: (entry, error) => this.#died(entry, error),
      onReadTrouble: (error) => this.#restChanged(error),
      onChange: () => this.#changed(),
      timing: options.timing,
    });
  }

  start(): void {
    this.#stopListening = this.#options.live.listen({
      onStatus: (status) => this.#liveChanged(status),
      onNotice: (notice) => this.#take(notice.uuid, this.#credible(notice.createdAt), 'live'),
    });
    this.#read();
    this.#dispatcher.fill();
  }

  /**
   * Queues an alert once more because somebody asked for it; it is sent whether it passes the filters or not.
   * False if it is already on its way.
   */
  rerun(uuid: string): boolean {
    if (!this.#options.ledger.rerun(uuid, this.#now())) return false;
    this.#dispatcher.fill();
    this.#report();
    return true;
  }

  /**
   * The flow says that an alert was delivered, whether its run is under way or not any more. False if the alert is
   * not known to wait for that.
   */
  confirm(uuid: string): boolean {
    const entry = this.#options.ledger.entry(uuid);
    if (entry === undefined) return false;
    const run = this.#runs.get(entry);
    if (run === undefined) return this.#dispatcher.confirm(entry);
    run.confirm();
    return true;
  }

  /**
   * Stops taking alerts in, and lets the runs under way end, for as long as a stop may take. What only waits for
   * its confirmation is sent again by the next start: whatever gathers alerts may be stopping as well.
   */
  async stop(): Promise<void> {
    this.#stopped.abort();
    clearTimeout(this.#nextRead);
    this.#stopListening?.();
    for (const run of this.#runs.values()) void run.idle.then(() => run.abandon());
    const timeout = setTimeout(() => this.abandon(), this.#timing.stopTimeoutMs);
    await this.#dispatcher.stop();
    clearTimeout(timeout);
  }

  /** Ends all runs at once: their alerts are sent again by whoever has the ledger next. */
  abandon(): void {
    for (const run of this.#runs.values()) run.abandon();
  }

  get status(): TriggerStatus {
    const error = this.#restError ?? this.#live.error;
    return {
      state: this.#state,
      delivered: this.#dispatcher.delivered,
      counts: this.#options.ledger.counts,
      dispatcher: this.#dispatcher.state,
      ...(this.#lastEmittedAt && { lastEmittedAt: this.#lastEmittedAt }),
      ...(error && { error }),
      ...(this.#ledgerError && { ledgerError: this.#ledgerError }),
    };
  }

  /** The ledger cannot write, or, with undefined, can again. */
  ledgerChanged(error: LedgerError | undefined): void {
    this.#ledgerError = error;
    this.#dispatcher.hold(error !== undefined);
    this.#report();
  }

  get #state(): TriggerState {
    if (this.#restError?.refused) return 'refused';
    if (this.#live.state === 'live') return this.#missed ? 'catching-up' : 'live';
    return this.#down === undefined ? 'connecting' : 'polling';
  }

  #report(): void {
    if (!this.#stopped.signal.aborted) this.#options.onStatus(this.status);
  }

  #changed(): void {
    if (this.#options.ledger.counts.queued < ROOM) this.#roomMade?.();
    this.#report();
  }

  #liveChanged(status: LiveStatus): void {
    const wasDown = this.#down;
    this.#live = status;
    if (status.state === 'live') {
      this.#down = false;
      this.#read();
    } else {
      this.#missed = true;
      // Read at once when the socket goes down: that also tells trouble of the socket from trouble of the key.
      if (status.state !== 'connecting') this.#down = true;
      if (this.#down && wasDown !== true) this.#read();
    }
    this.#report();
  }

  #restChanged(error: SekoiaError | undefined): void {
    if (error?.code === this.#restError?.code) return;
    this.#restError = error;
    this.#report();
  }

  /** Reads now, or once more after the read under way: that one may have begun before the reason for this one. */
  #read(): void {
    this.#asked += 1;
    if (!this.#reading) void this.#readWindow();
  }

  async #readWindow(): Promise<void> {
    const { signal } = this.#stopped;
    clearTimeout(this.#nextRead);
    this.#reading = true;
    const asked = this.#asked;
    let error: SekoiaError | undefined;
    try {
      await this.#catchUp.read(signal);
    } catch (thrown) {
      error = asSekoiaError(thrown);
    }
    this.#reading = false;
    if (signal.aborted) return;
    this.#restChanged(error);
    const again = this.#asked !== asked;
    if (error === undefined) {
      if (!again && this.#live.state === 'live') this.#missed = false;
      this.#dispatcher.platformAnswered();
    }
    if (again && !error?.refused) this.#read();
    else this.#planRead();
    this.#report();
  }

  #planRead(): void {
    const { pollMs, reconcileMs, refusedRetryMs } = this.#timing;
    const error = this.#restError;
    const untilMs = error?.refused
      ? refusedRetryMs
      : error === undefined && this.#live.state === 'live'
        ? reconcileMs
        : Math.max(pollMs, error?.retryAfterMs ?? 0);
    clearTimeout(this.#nextRead);
    this.#nextRead = setTimeout(() => this.#read(), untilMs);
  }

  /** Waits until the ledger has room for more. */
  #room(signal: AbortSignal): Promise<void> {
    if (this.#options.ledger.counts.queued < ROOM) return Promise.resolve();
    return new Promise((resolve) => {
      const made = (): void => {
        this.#roomMade = undefined;
        signal.removeEventListener('abort', made);
        resolve();
      };
      this.#roomMade = made;
      signal.addEventListener('abort', made);
    });
  }

  #take(uuid: string, createdAt: number | null, source: AlertSource): void {
    const { ledger } = this.#options;
    const known = ledger.entry(uuid);
    // An alert may be announced minutes before it can be read; then the list shows that it now can.
    if (source === 'catch-up' && known?.died?.code === 'SEKOIA_NOT_FOUND') ledger.unsent(known);
    else if (ledger.take(uuid, createdAt ?? this.#now(), source)) this.#options.onCounted('received');
    else return;
    this.#dispatcher.fill();
    this.#report();
  }

  #died(entry: Entry, error: Error): void {
    this.#lastRuns.get(entry)?.failed(false);
    this.#options.onDead(entry, error, this.#summaries.get(entry));
  }

  async #deliver(
    entry: Entry,
    send: () => Promise<number>,
    signal: AbortSignal,
  ): Promise<Attempt | 'filtered' | 'abandoned'> {
    const { client, criteria, emit, onCounted } = this.#options;
    const alert = await this.#readAhead.read(entry.uuid);
    const summary = summarise(alert, client.addresses);
    if (!entry.passed && !(await passesFilters(alert, summary, criteria, client, signal))) {
      onCounted('filtered');
      return 'filtered';
    }
    if (signal.aborted) return 'abandoned';
    const attempt = await send();
    this.#summaries.set(entry, summary);
    const run = emit(alertMessage(summary, entry.source, attempt), (revision) =>
      this.#dispatcher.revise(entry, attempt, revision),
    );
    this.#lastEmittedAt = new Date();
    this.#runs.set(entry, run);
    this.#lastRuns.set(entry, run);
    void run.outcome.then(() => this.#runs.delete(entry));
    this.#report();
    return run;
  }

  /** The time of a notice, unless it is one that would keep the alert in the ledger, and back in its queue, for ever. */
  #credible(createdAt: number | null): number | null {
    const nowMs = this.#options.client.clock.nowMs();
    const now = nowMs === undefined ? undefined : { seconds: nowMs / 1000, exact: true };
    return creationTime(createdAt, -Infinity, now).forLedger;
  }

  /** Epoch seconds on the platform's clock; before its first answer, the last that is known of it. */
  #now(): number {
    const nowMs = this.#options.client.clock.nowMs();
    return nowMs === undefined ? (this.#options.ledger.cursor ?? 0) : Math.floor(nowMs / 1000);
  }
}
