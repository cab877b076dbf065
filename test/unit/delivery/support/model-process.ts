import assert from 'node:assert/strict';

import { CatchUp } from '../../../../lib/delivery/catch-up';
import { Dispatcher } from '../../../../lib/delivery/dispatcher';
import { Ledger, OVERLAP_SECONDS } from '../../../../lib/delivery/ledger';
import type { Entry } from '../../../../lib/delivery/entry';
import type { Attempt, Outcome } from '../../../../lib/delivery/outcome';
import { SekoiaError } from '../../../../lib/sekoia/errors';
import { CrashableJournal } from './crashable-journal';
import type { ModelPlatform } from './model-platform';
import { Deferred } from './turns';

export interface ModelRun {
  uuid: string;
  end: (outcome: Outcome) => void;
}

export const MAX_IN_FLIGHT = 3;

/** A trigger's process: ledger, catch-up and dispatcher, from its start until it is stopped or killed. */
export class ModelProcess {
  readonly running: ModelRun[] = [];
  /** Runs that timed out and are still at work. */
  readonly late: { uuid: string; succeed: () => void }[] = [];
  readonly #attempts = new WeakMap<ModelRun, { entry: Entry; attempt: number }>();
  readonly #stopped = new AbortController();
  #reading: Promise<void> | undefined;
  #alive = true;
  ledger!: Ledger;
  dispatcher!: Dispatcher;
  #catchUp!: CatchUp;

  private constructor(
    readonly platform: ModelPlatform,
    readonly journal: CrashableJournal,
  ) {}

  static async start(
    platform: ModelPlatform,
    journal: CrashableJournal,
    atMostOnce: boolean,
  ): Promise<ModelProcess> {
    const self = new ModelProcess(platform, journal);
    self.ledger = await Ledger.open({
      storage: journal,
      onTrouble: (error) => self.dispatcher.hold(error !== undefined),
    });
    self.dispatcher = new Dispatcher({
      ledger: self.ledger,
      maxInFlight: MAX_IN_FLIGHT,
      retries: 2,
      atMostOnce,
      afterTimeout: 'retry',
      deliver: (entry, send, signal) => self.#deliver(entry, send, signal),
      now: () => platform.now,
      onFailed: () => undefined,
      onDead: () => undefined,
      onReadTrouble: () => undefined,
      onChange: () => self.check(),
    });
    self.#catchUp = new CatchUp({
      client: platform,
      ledger: self.ledger,
      startAgoSeconds: 0,
      onAlert: ({ uuid }, createdAt) => self.notice(uuid, createdAt ?? 0, 'catch-up'),
      room: () => Promise.resolve(),
    });
    platform.onPage = () => self.check();
    self.check();
    self.dispatcher.fill();
    return self;
  }

  notice(uuid: string, createdAt: number, source: 'live' | 'catch-up' = 'live'): void {
    if (this.#alive && this.ledger.take(uuid, createdAt, source)) this.dispatcher.fill();
  }

  /** Reads the list, unless a read is under way; resolves at its end. */
  read(): Promise<void> {
    this.#reading ??= this.#catchUp
      .read(this.#stopped.signal)
      .then(() => this.dispatcher.platformAnswered())
      .catch((error: unknown) => {
        if (!(error instanceof SekoiaError) && this.#alive) throw error;
      })
      .finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  /** Sends again what was given up. */
  rerun(): void {
    for (const { uuid, createdAt } of this.platform.alerts)
      if (this.ledger.entry(uuid)?.state === 'dead') {
        this.late.splice(0, this.late.length, ...this.late.filter((run) => run.uuid !== uuid));
        this.ledger.rerun(uuid, createdAt);
      }
    this.dispatcher.fill();
  }

  async stop(): Promise<void> {
    this.#stopped.abort(new SekoiaError('SEKOIA_UNAVAILABLE', 'stopped'));
    await this.#reading;
    await this.dispatcher.stop();
    await this.ledger.close();
    this.#alive = false;
  }

  /** From now on nothing it does has any effect. */
  kill(): void {
    this.#alive = false;
    this.#stopped.abort(new SekoiaError('SEKOIA_UNAVAILABLE', 'killed'));
    void this.dispatcher.stop();
    void this.journal.gone();
  }

  /** The cursor never passes an alert that is not in the ledger, except for what may be listed late. */
  check(): void {
    if (!this.#alive || this.ledger.cursor === undefined) return;
    for (const { uuid, createdAt, late, begun, filtered } of this.platform.alerts) {
      if (this.ledger.entry(uuid) !== undefined || createdAt < this.ledger.since!) continue;
      // Forgotten: it was dealt with, and no read meets it again.
      if ((begun || filtered) && createdAt < this.ledger.cursor - OVERLAP_SECONDS) continue;
      const missing = this.ledger.cursor - (late ? OVERLAP_SECONDS : 0);
      assert.ok(createdAt >= missing, `${uuid} of ${createdAt} is behind the cursor ${this.ledger.cursor}`);
    }
    assert.ok(this.running.length <= MAX_IN_FLIGHT);
  }

  async #deliver(
    entry: Entry,
    send: () => Promise<number>,
    signal: AbortSignal,
  ): Promise<Attempt | 'filtered'> {
    await new Promise(setImmediate);
    this.platform.check();
    const alert = this.platform.alert(entry.uuid);
    if (!entry.passed && alert.filtered) return 'filtered';
    alert.begun = true;
    const attempt = await send();
    const never = new Promise<never>(() => undefined);
    if (!this.#alive) return { outcome: never, idle: never };
    alert.sent += 1;
    const ended = new Deferred<Outcome>();
    const run: ModelRun = {
      uuid: entry.uuid,
      end: (outcome) => {
        this.running.splice(this.running.indexOf(run), 1);
        if (outcome.kind === 'succeeded') alert.succeeded += 1;
        ended.resolve(outcome);
      },
    };
    this.#attempts.set(run, { entry, attempt });
    this.running.push(run);
    const abandon = (): void => ended.resolve({ kind: 'abandoned' });
    if (signal.aborted) abandon();
    signal.addEventListener('abort', abandon);
    const outcome = ended.promise.finally(() => signal.removeEventListener('abort', abandon));
    return { outcome, idle: never };
  }

  /** A run that takes too long, and may succeed later. */
  timeOut(run: ModelRun): void {
    const { entry, attempt } = this.#attempts.get(run)!;
    const succeed = (): void => {
      this.platform.alert(run.uuid).succeeded += 1;
      if (this.#alive) this.dispatcher.revise(entry, attempt, { kind: 'succeeded' });
    };
    this.late.push({ uuid: run.uuid, succeed });
    run.end({ kind: 'timed-out', error: new Error('no answer in time') });
  }
}
