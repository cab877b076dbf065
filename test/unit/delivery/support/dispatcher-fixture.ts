import type { Outcome } from '../../../../lib/delivery/attempt';
import { DeliveryEvents } from '../../../../lib/delivery/delivery-events';
import { Dispatcher, type DispatcherOptions } from '../../../../lib/delivery/dispatcher';
import { type AlertSummary, summarize } from '../../../../lib/sekoia/alert';
import type { Entry } from '../../../../lib/delivery/entry';
import { Ledger } from '../../../../lib/delivery/ledger';
import { deriveAddresses } from '../../../../lib/sekoia/addresses';
import { asSekoiaError, type SekoiaError } from '../../../../lib/sekoia/errors';
import { MemoryStorage } from '../../support/memory-storage';
import { turns } from '../../support/turns';
import { FAILED, TestFlow } from './test-flow';

const ADDRESSES = deriveAddresses({ baseUrl: 'https://api.test.invalid' });

/** What a trigger would report of its deliveries. */
class Reports {
  readonly dead: [uuid: string, message: string][] = [];
  /** Failed attempts: whether their alert is sent again. */
  readonly failed: [uuid: string, sentAgain: boolean][] = [];
  /** Each change of what is wrong with the platform, by code. */
  readonly troubles: (string | undefined)[] = [];

  constructor(events: DeliveryEvents) {
    events.on('ended', ({ attempt, outcome, verdict }) => {
      if (outcome.status !== 'failed' && outcome.status !== 'timed-out') return;
      if (verdict !== 'dead-letter' && verdict !== 'report')
        this.failed.push([attempt.entry.uuid, verdict !== 'superseded']);
    });
    events.on('dead', ({ entry, error }) => this.dead.push([entry.uuid, error.message]));
    events.on('platform', ({ error }) => this.#troubled(error));
  }

  #troubled(error: SekoiaError | undefined): void {
    if (this.troubles.length === 0 && error === undefined) return;
    const code = error && asSekoiaError(error).code;
    if (this.troubles.at(-1) !== code) this.troubles.push(code);
  }
}

/** Stands in for reading alerts. */
class TestReader {
  /** Alerts in the order in which they were read, or tried to. */
  readonly reads: string[] = [];
  /** What reading an alert takes; it may throw, or say that the alert does not pass the filters. */
  answer: (uuid: string) => Promise<void> | 'filtered' = () => Promise.resolve();

  async read({ uuid }: Entry): Promise<AlertSummary | 'filtered'> {
    this.reads.push(uuid);
    const passing = this.answer(uuid);
    if (passing === 'filtered') return 'filtered';
    await passing;
    return summaryOf(uuid);
  }
}

/** A dispatcher, its ledger, and a stand-in for reading alerts and running flows. */
export class DispatcherFixture {
  readonly storage = new MemoryStorage();
  readonly events = new DeliveryEvents();
  readonly reports = new Reports(this.events);
  readonly reader = new TestReader();
  readonly flow = new TestFlow(() => this.storage.content.length);
  ledger!: Ledger;
  dispatcher!: Dispatcher;

  static async create(options: Partial<DispatcherOptions> = {}): Promise<DispatcherFixture> {
    const fixture = new DispatcherFixture();
    fixture.ledger = await Ledger.open({ storage: fixture.storage, onTrouble: () => undefined });
    fixture.dispatcher = new Dispatcher({
      ledger: fixture.ledger,
      events: fixture.events,
      maxInFlight: 10,
      retries: 3,
      atMostOnce: false,
      afterTimeout: 'retry',
      now: () => 1_000,
      reader: fixture.reader,
      sender: fixture.flow,
      ...options,
    });
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
    for (const run of [...this.flow.running]) await run.end(outcome);
  }

  /** Lets all runs fail, those that follow too, until none is sent any more. */
  async fail(): Promise<void> {
    while (this.flow.running.size > 0) await this.endAll(FAILED);
  }

  /** Ends one run under way. */
  async end(uuid: string, outcome: Outcome): Promise<void> {
    const run = [...this.flow.running].find((one) => one.uuid === uuid);
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
    return this.flow.sent.map(({ uuid }) => uuid);
  }

  state(uuid: string): string | undefined {
    return this.ledger.entry(uuid)?.state;
  }
}

/** As the platform shows an alert of which only the uuid matters. */
export function summaryOf(uuid: string): AlertSummary {
  return summarize({ uuid }, ADDRESSES);
}
