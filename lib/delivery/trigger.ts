import { type Alert, summarise } from '../sekoia/alert';
import { type SekoiaError, asSekoiaError } from '../sekoia/errors';
import type { LiveConnection, LiveStatus } from '../sekoia/live-connection';
import type { AlertNotice } from '../sekoia/live-message';
import type { RestClient } from '../sekoia/rest-client';
import { type AlertCriteria, matchesCriteria } from './alert-filter';
import { type AlertMessage, alertMessage } from './alert-message';
import { CatchUp } from './catch-up';
import { Dispatcher, type DispatcherTiming } from './dispatcher';
import type { Delivery, Ledger } from './ledger';

/**
 * Every new alert, once: LiveAPI for speed, catch-up reads for truth.
 *
 *   notice or page  →  ledger (is it new?)  →  dispatcher  →  read  →  filter  →  message
 *
 * States:
 *
 *   connecting   nothing is known yet of the platform.
 *   catching-up  the socket is open and what was missed meanwhile is being read.
 *   live         the socket is open and nothing is missed.
 *   polling      the socket is down; alerts come by catch-up reads until it is back.
 *   refused      the REST API refuses the key (401 or 403); alerts wait on the platform until it no longer does.
 */
export type TriggerState = 'connecting' | 'catching-up' | 'live' | 'polling' | 'refused';

export interface TriggerStatus {
  readonly state: TriggerState;
  /** Messages emitted since the start. */
  readonly emitted: number;
  /** When the last message was emitted, on this machine's clock. */
  readonly lastEmittedAt?: Date;
  /** What is wrong, in `polling` and `refused`. */
  readonly error?: SekoiaError;
}

export interface TriggerTiming extends DispatcherTiming {
  /** Between catch-up reads while the socket is open. */
  reconcileMs: number;
  /** Between catch-up reads while it is not. */
  pollMs: number;
  /** How long an announced alert may be unreadable: the notice can be faster than the database. */
  notFoundForMs: number;
}

export const TRIGGER_TIMING = { pollMs: 30_000, notFoundForMs: 30_000, refusedRetryMs: 300_000 } as const;

export interface TriggerOptions {
  client: RestClient;
  live: LiveConnection;
  ledger: Ledger;
  criteria: AlertCriteria;
  startAgoSeconds: number;
  maxInFlight: number;
  timing: Pick<TriggerTiming, 'reconcileMs'> & Partial<TriggerTiming>;
  onMessage: (message: AlertMessage) => void;
  onStatus: (status: TriggerStatus) => void;
  /** An alert that could not be delivered, for good. */
  onGivenUp: (delivery: Delivery, error: SekoiaError) => void;
}

export class Trigger {
  readonly #options: TriggerOptions;
  readonly #timing: Pick<TriggerTiming, keyof typeof TRIGGER_TIMING | 'reconcileMs'>;
  readonly #catchUp: CatchUp;
  readonly #dispatcher: Dispatcher;
  readonly #stopped = new AbortController();
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
  /** What the REST API last failed with; undefined once it succeeds. */
  #restError: SekoiaError | undefined;
  #emitted = 0;
  #lastEmittedAt: Date | undefined;

  constructor(options: TriggerOptions) {
    this.#options = options;
    this.#timing = { ...TRIGGER_TIMING, ...options.timing };
    this.#catchUp = new CatchUp({
      client: options.client,
      ledger: options.ledger,
      startAgoSeconds: options.startAgoSeconds,
      onAlert: (alert, createdAt) => this.#take({ uuid: alert.uuid, createdAt, source: 'catch-up', alert }),
    });
    this.#dispatcher = new Dispatcher({
      maxInFlight: options.maxInFlight,
      deliver: (delivery, attempt, signal) => this.#deliver(delivery, attempt, signal),
      onGivenUp: options.onGivenUp,
      onTrouble: (error) => this.#restChanged(error),
      timing: options.timing,
    });
  }

  start(): void {
    this.#stopListening = this.#options.live.listen({
      onStatus: (status) => this.#liveChanged(status),
      onNotice: (notice) => this.#noticed(notice),
    });
    this.#read();
  }

  stop(): void {
    this.#stopped.abort();
    clearTimeout(this.#nextRead);
    this.#stopListening?.();
    this.#dispatcher.stop();
  }

  get status(): TriggerStatus {
    const error = this.#restError ?? this.#live.error;
    return {
      state: this.#state,
      emitted: this.#emitted,
      ...(this.#lastEmittedAt && { lastEmittedAt: this.#lastEmittedAt }),
      ...(error && { error }),
    };
  }

  get #state(): TriggerState {
    if (this.#restError?.refused) return 'refused';
    if (this.#live.state === 'live') return this.#missed ? 'catching-up' : 'live';
    return this.#down === undefined ? 'connecting' : 'polling';
  }

  #report(): void {
    if (!this.#stopped.signal.aborted) this.#options.onStatus(this.status);
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
      this.#dispatcher.resume();
    }
    if (again && !error?.refused) this.#read();
    else this.#planRead();
    this.#report();
  }

  #planRead(): void {
    if (this.#reading) return;
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

  #noticed(notice: AlertNotice): void {
    this.#take({ uuid: notice.uuid, createdAt: notice.createdAt, source: 'live' });
  }

  #take(delivery: Delivery): void {
    if (this.#options.ledger.take(delivery.uuid, delivery.createdAt)) this.#dispatcher.add(delivery);
  }

  async #deliver(delivery: Delivery, attempt: number, signal: AbortSignal): Promise<void> {
    const alert = delivery.alert ?? (await this.#readAlert(delivery.uuid, signal));
    const summary = summarise(alert, this.#options.client.addresses);
    if (signal.aborted || !matchesCriteria(alert, summary, this.#options.criteria)) return;
    this.#emitted += 1;
    this.#lastEmittedAt = new Date();
    this.#options.onMessage(alertMessage(summary, delivery.source, attempt));
    this.#report();
  }

  #readAlert(uuid: string, signal: AbortSignal): Promise<Alert> {
    return this.#options.client.getAlert(uuid, { signal, notFoundForMs: this.#timing.notFoundForMs });
  }
}
