import type { AlertCriteria } from '../delivery/alert-filter';
import type { Sender } from '../delivery/attempt';
import { CatchUp } from '../delivery/catch-up';
import type { CircuitState } from '../delivery/circuit';
import type { DeliveryEvents } from '../delivery/delivery-events';
import { Dispatcher } from '../delivery/dispatcher';
import { Intake } from '../delivery/intake';
import { JudgedReads } from '../delivery/judged-reads';
import type { Ledger, LedgerCounts } from '../delivery/ledger';
import { PlatformWatch, type PlatformState } from '../delivery/platform-watch';
import { ReadAhead } from '../delivery/read-ahead';
import type { RetrySettings } from '../delivery/retry-policy';
import type { SekoiaError } from '../sekoia/errors';
import type { LiveConnection } from '../sekoia/live-connection';
import type { RestClient } from '../sekoia/rest-client';
import type { LedgerError } from '../storage/ledger-error';
import { TRIGGER_TIMING, type TriggerTiming } from './trigger-timing';

export interface TriggerStatus {
  readonly state: PlatformState;
  /** Alerts that were delivered since the start. */
  readonly delivered: number;
  /** When the last message was sent, on this machine's clock. */
  readonly lastSentAt?: Date;
  readonly counts: LedgerCounts;
  readonly circuit: CircuitState;
  /** The platform error, in `polling` and `refused`. */
  readonly error?: SekoiaError;
  /** Why nothing is sent: the ledger cannot write. */
  readonly ledgerError?: LedgerError;
}

export interface TriggerOptions extends RetrySettings {
  client: RestClient;
  live: LiveConnection;
  ledger: Ledger;
  sender: Sender;
  events: DeliveryEvents;
  criteria: AlertCriteria;
  startAgoSeconds: number;
  maxInFlight: number;
  timing: Pick<TriggerTiming, 'reconcileMs'> & Partial<TriggerTiming>;
}

/** Delivers every new alert once: LiveAPI for speed, catch-up reads for completeness. */
export class Trigger {
  readonly #options: TriggerOptions;
  readonly #stopTimeoutMs: number;
  readonly #intake: Intake;
  readonly #watch: PlatformWatch;
  readonly #dispatcher: Dispatcher;
  readonly #stopped = new AbortController();
  #stopListening: (() => void) | undefined;
  #ledgerError: LedgerError | undefined;
  #lastSentAt: Date | undefined;

  constructor(options: TriggerOptions) {
    const { client, ledger, events, startAgoSeconds } = options;
    const timing = { ...TRIGGER_TIMING, ...options.timing };
    this.#options = options;
    this.#stopTimeoutMs = timing.stopTimeoutMs;
    this.#intake = new Intake(ledger, client.clock, events);
    const catchUp = new CatchUp({ client, ledger, intake: this.#intake, events, startAgoSeconds });
    this.#watch = new PlatformWatch(catchUp, events, timing);
    const readAhead = new ReadAhead({
      client,
      ledger,
      goodForMs: timing.readAheadForMs,
      notFoundForMs: timing.notFoundForMs,
      signal: this.#stopped.signal,
    });
    this.#dispatcher = new Dispatcher({
      ...options,
      reader: new JudgedReads(readAhead, client, options.criteria),
      now: () => this.#intake.now(),
    });
    events.on('sent', () => (this.#lastSentAt = new Date()));
  }

  start(): void {
    this.#stopListening = this.#options.live.listen({
      onStatus: (status) => this.#watch.liveChanged(status),
      onNotice: ({ uuid, createdAt }) => this.#intake.accept(uuid, createdAt, 'live'),
    });
    this.#watch.read();
    this.#dispatcher.dispatch();
  }

  /** Sends an alert once more, whether it passes the filters or not. False if it is on its way already. */
  rerun(uuid: string): boolean {
    return this.#intake.rerun(uuid);
  }

  /** The flow says that an alert was delivered. False if the alert does not wait for that. */
  confirm(uuid: string): boolean {
    const entry = this.#options.ledger.entry(uuid);
    return entry !== undefined && this.#dispatcher.confirm(entry);
  }

  /** Accepts no more alerts, and lets the runs under way end, for as long as a stop may take. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#watch.stop();
    this.#stopListening?.();
    await this.#dispatcher.stop(this.#stopTimeoutMs);
  }

  /** Ends all runs at once: whoever has the ledger next sends their alerts again. */
  abandon(): void {
    this.#dispatcher.abandon();
  }

  get status(): TriggerStatus {
    const { state, error } = this.#watch;
    return {
      state,
      delivered: this.#dispatcher.delivered,
      counts: this.#options.ledger.counts,
      circuit: this.#dispatcher.circuit,
      ...(this.#lastSentAt && { lastSentAt: this.#lastSentAt }),
      ...(error && { error }),
      ...(this.#ledgerError && { ledgerError: this.#ledgerError }),
    };
  }

  /** Reports that the ledger cannot write; undefined when it can write again. */
  ledgerChanged(error: LedgerError | undefined): void {
    this.#ledgerError = error;
    this.#dispatcher.pause(error !== undefined);
    this.#options.events.changed();
  }
}
