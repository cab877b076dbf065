import type { AlertMessage } from '../../../../lib/delivery/alert-message';
import type { Delivery, Outcome, Revision } from '../../../../lib/delivery/attempt';
import { DeliveryEvents } from '../../../../lib/delivery/delivery-events';
import { Dispatcher, type DispatcherOptions } from '../../../../lib/delivery/dispatcher';
import { type AlertSummary, summarize } from '../../../../lib/sekoia/alert';
import type { Entry } from '../../../../lib/delivery/entry';
import { Ledger } from '../../../../lib/delivery/ledger';
import type { AlertSource } from '../../../../lib/delivery/ledger-record';
import { deriveAddresses } from '../../../../lib/sekoia/addresses';
import { asSekoiaError, type SekoiaError } from '../../../../lib/sekoia/errors';
import { MemoryStorage } from '../../support/memory-storage';
import { Deferred, turns } from '../../support/turns';

const ADDRESSES = deriveAddresses({ baseUrl: 'https://api.test.invalid' });

/** One sending, whose run ends as the test says. */
export interface Sent {
  uuid: string;
  attempt: number;
  source: AlertSource;
  /** What the storage held when it was sent. */
  writtenBefore: number;
  end: (outcome: Outcome) => Promise<void>;
  /** It only waits for its confirmation. */
  idle: () => Promise<void>;
  /** It ends differently after all. */
  revise: (revision: Revision) => Promise<void>;
}

export const FAILED: Outcome = { status: 'failed', error: new Error('the other tool is down') };
export const SUCCEEDED: Outcome = { status: 'succeeded' };

export const TIMED_OUT: Outcome = { status: 'timed-out', error: new Error('no answer in time') };

/** A dispatcher, its ledger, and a stand-in for reading alerts and running flows. */
export class DispatcherFixture {
  readonly storage = new MemoryStorage();
  /** All sendings, in order; and those whose runs are under way. */
  readonly sent: Sent[] = [];
  readonly running = new Set<Sent>();
  mostRunning = 0;
  /** Alerts in the order in which they were read, or tried to. */
  readonly reads: string[] = [];
  readonly dead: [uuid: string, message: string][] = [];
  /** What was told of failed attempts: whether their alert is sent again. */
  readonly failed: [uuid: string, sentAgain: boolean][] = [];
  /** Each change of what is wrong with the platform, by code. */
  readonly troubles: (string | undefined)[] = [];
  changes = 0;
  readonly events = new DeliveryEvents();
  /** What reading an alert takes; it may throw, or say that the alert does not pass the filters. */
  read: (uuid: string) => Promise<void> | 'filtered' = () => Promise.resolve();
  /** Called right after an alert was sent. */
  emit: (uuid: string) => void = () => undefined;
  ledger!: Ledger;
  dispatcher!: Dispatcher;

  static async create(options: Partial<DispatcherOptions> = {}): Promise<DispatcherFixture> {
    const fixture = new DispatcherFixture();
    fixture.ledger = await Ledger.open({ storage: fixture.storage, onTrouble: () => undefined });
    const { events } = fixture;
    fixture.dispatcher = new Dispatcher({
      ledger: fixture.ledger,
      events,
      maxInFlight: 10,
      retries: 3,
      atMostOnce: false,
      afterTimeout: 'retry',
      now: () => 1_000,
      reader: { read: (entry) => fixture.#read(entry) },
      sender: { send: (message, onRevised) => fixture.#send(message, onRevised) },
      ...options,
    });
    events.on('ended', ({ attempt, outcome, verdict }) => {
      if (outcome.status !== 'failed' && outcome.status !== 'timed-out') return;
      if (verdict !== 'dead-letter' && verdict !== 'report')
        fixture.failed.push([attempt.entry.uuid, verdict !== 'superseded']);
    });
    events.on('dead', ({ entry, error }) => fixture.dead.push([entry.uuid, error.message]));
    events.on('platform', ({ error }) => fixture.#troubled(error));
    events.subscribe(() => (fixture.changes += 1));
    return fixture;
  }

  /** Alerts that come in, oldest first. */
  async take(...uuids: string[]): Promise<void> {
    for (const uuid of uuids) {
      this.ledger.take(uuid, this.ledger.size, 'live');
      this.dispatcher.dispatch();
    }
    await turns();
  }

  /** Ends the runs under way, oldest first, all the same way. */
  async endAll(outcome: Outcome): Promise<void> {
    for (const run of [...this.running]) await run.end(outcome);
  }

  /** Lets all runs fail, those that follow too, until none is sent any more. */
  async fail(): Promise<void> {
    while (this.running.size > 0) await this.endAll(FAILED);
  }

  /** Ends one run under way. */
  async end(uuid: string, outcome: Outcome): Promise<void> {
    const run = [...this.running].find((one) => one.uuid === uuid);
    if (run === undefined) throw new Error(`${uuid} is not running`);
    await run.end(outcome);
  }

  /** Stops, and gives runs no time. */
  async stop(): Promise<void> {
    const stopped = this.dispatcher.stop(60_000);
    this.dispatcher.abandon();
    await stopped;
  }

  get sentUuids(): string[] {
    return this.sent.map(({ uuid }) => uuid);
  }

  state(uuid: string): string | undefined {
    return this.ledger.entry(uuid)?.state;
  }

  async #read({ uuid }: Entry): Promise<AlertSummary | 'filtered'> {
    this.reads.push(uuid);
    const passing = this.read(uuid);
    if (passing === 'filtered') return 'filtered';
    await passing;
    return summaryOf(uuid);
  }

  #send({ sekoia }: AlertMessage, onRevised: (revision: Revision) => void): Delivery {
    const { uuid } = sekoia.alert;
    const { attempt, source } = sekoia.run;
    this.emit(uuid);
    const ended = new Deferred<Outcome>();
    const idle = new Deferred();
    const sent: Sent = {
      ...{ uuid, source, attempt },
      writtenBefore: this.storage.content.length,
      end: async (outcome) => {
        this.running.delete(sent);
        ended.resolve(outcome);
        await turns();
      },
      idle: async () => {
        idle.resolve();
        await turns();
      },
      revise: async (revision) => {
        onRevised(revision);
        await turns();
      },
    };
    this.sent.push(sent);
    this.running.add(sent);
    this.mostRunning = Math.max(this.mostRunning, this.running.size);
    return {
      ...{ outcome: ended.promise, idle: idle.promise },
      confirm: () => ended.resolve(SUCCEEDED),
      abandon: () => ended.resolve({ status: 'abandoned' }),
    };
  }

  #troubled(error: SekoiaError | undefined): void {
    if (this.troubles.length === 0 && error === undefined) return;
    const code = error && asSekoiaError(error).code;
    if (this.troubles.at(-1) !== code) this.troubles.push(code);
  }
}

/** As the platform shows an alert of which only the uuid matters. */
export function summaryOf(uuid: string): AlertSummary {
  return summarize({ uuid }, ADDRESSES);
}
