import { Dispatcher, type DispatcherOptions } from '../../../../lib/delivery/dispatcher';
import type { Entry } from '../../../../lib/delivery/entry';
import { Ledger } from '../../../../lib/delivery/ledger';
import type { AlertSource } from '../../../../lib/delivery/ledger-record';
import type { Attempt, Outcome, Revision } from '../../../../lib/delivery/outcome';
import { asSekoiaError, type SekoiaError } from '../../../../lib/sekoia/errors';
import { MemoryStorage } from './memory-storage';
import { Deferred, turns } from './turns';

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

export const FAILED: Outcome = { kind: 'failed', error: new Error('the other tool is down') };
export const SUCCEEDED: Outcome = { kind: 'succeeded' };

export const TIMED_OUT: Outcome = { kind: 'timed-out', error: new Error('no answer in time') };

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
  /** What reading an alert takes; it may throw, or say that the alert does not pass the filters. */
  read: (uuid: string) => Promise<void> | 'filtered' = () => Promise.resolve();
  /** Called right after an alert was sent. */
  emit: (uuid: string) => void = () => undefined;
  ledger!: Ledger;
  dispatcher!: Dispatcher;

  static async create(options: Partial<DispatcherOptions> = {}): Promise<DispatcherFixture> {
    const fixture = new DispatcherFixture();
    fixture.ledger = await Ledger.open({ storage: fixture.storage, onTrouble: () => undefined });
    fixture.dispatcher = new Dispatcher({
      ledger: fixture.ledger,
      maxInFlight: 10,
      retries: 3,
      atMostOnce: false,
      afterTimeout: 'retry',
      now: () => 1_000,
      deliver: (entry, send, signal) => fixture.#deliver(entry, send, signal),
      onFailed: (entry, sentAgain) => fixture.failed.push([entry.uuid, sentAgain]),
      onDead: (entry, error) => fixture.dead.push([entry.uuid, error.message]),
      onReadTrouble: (error) => fixture.#troubled(error),
      onChange: () => (fixture.changes += 1),
      ...options,
    });
    return fixture;
  }

  /** Alerts that come in, oldest first. */
  async take(...uuids: string[]): Promise<void> {
    for (const uuid of uuids) {
      this.ledger.take(uuid, this.ledger.size, 'live');
      this.dispatcher.fill();
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

  get sentUuids(): string[] {
    return this.sent.map(({ uuid }) => uuid);
  }

  state(uuid: string): string | undefined {
    return this.ledger.entry(uuid)?.state;
  }

  async #deliver(
    entry: Entry,
    send: () => Promise<number>,
    signal: AbortSignal,
  ): Promise<Attempt | 'filtered'> {
    this.reads.push(entry.uuid);
    const passing = this.read(entry.uuid);
    if (passing === 'filtered') return 'filtered';
    await passing;
    const attempt = await send();
    this.emit(entry.uuid);
    return this.#sent(entry, attempt, signal);
  }

  #sent(entry: Entry, attempt: number, signal: AbortSignal): Attempt {
    const { uuid, source } = entry;
    const ended = new Deferred<Outcome>();
    const idle = new Deferred();
    const abandon = (): void => ended.resolve({ kind: 'abandoned' });
    const sent: Sent = {
      uuid,
      source,
      attempt,
      writtenBefore: this.storage.content.length,
      end: async (outcome) => {
        this.running.delete(sent);
        signal.removeEventListener('abort', abandon);
        ended.resolve(outcome);
        await turns();
      },
      idle: async () => {
        idle.resolve();
        await turns();
      },
      revise: async (revision) => {
        this.dispatcher.revise(entry, attempt, revision);
        await turns();
      },
    };
    this.sent.push(sent);
    this.running.add(sent);
    this.mostRunning = Math.max(this.mostRunning, this.running.size);
    signal.addEventListener('abort', abandon);
    return { outcome: ended.promise, idle: idle.promise };
  }

  #troubled(error: SekoiaError | undefined): void {
    if (this.troubles.length === 0 && error === undefined) return;
    const code = error && asSekoiaError(error).code;
    if (this.troubles.at(-1) !== code) this.troubles.push(code);
  }
}
