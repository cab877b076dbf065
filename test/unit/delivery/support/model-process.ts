import { CatchUp } from '../../../../lib/delivery/catch-up';
import { Dispatcher } from '../../../../lib/delivery/dispatcher';
import type { Entry } from '../../../../lib/delivery/entry';
import { passesFilters } from '../../../../lib/delivery/judge';
import { Ledger, OVERLAP_SECONDS } from '../../../../lib/delivery/ledger';
import type { Delivery, Revision } from '../../../../lib/delivery/attempt';
import type { AlertMessage } from '../../../../lib/delivery/alert-message';
import { DeliveryEvents } from '../../../../lib/delivery/delivery-events';
import { type AlertSummary, summarize } from '../../../../lib/sekoia/alert';
import { SekoiaError } from '../../../../lib/sekoia/errors';
import type { CrashableJournal } from './crashable-journal';
import { CRITERIA, mayPass, mustPass } from './model-alert';
import type { ModelPlatform } from './model-platform';
import { ModelRun } from './model-run';

export const MAX_IN_FLIGHT = 3;

/** Runs whose endings may still change. */
const REVISABLE = 10;

/** A trigger's process: ledger, catch-up and dispatcher, from its start until it is stopped or killed. */
export class ModelProcess {
  readonly running: ModelRun[] = [];
  /** Runs that have ended, and may end differently after all. */
  readonly ended: ModelRun[] = [];
  readonly #events = new DeliveryEvents();
  readonly #stopped = new AbortController();
  #reading: Promise<void> | undefined;
  #alive = true;
  #cursor: number | undefined;
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
      onTrouble: (error) => self.dispatcher.pause(error !== undefined),
    });
    self.dispatcher = new Dispatcher({
      ledger: self.ledger,
      maxInFlight: MAX_IN_FLIGHT,
      retries: 2,
      atMostOnce,
      afterTimeout: 'retry',
      reader: { read: (entry, signal) => self.#read(entry, signal) },
      sender: { send: (message, onRevised) => self.#send(message, onRevised) },
      events: self.#events,
      now: () => self.#now(),
    });
    self.#events.subscribe(() => self.check());
    self.#catchUp = new CatchUp({
      client: platform,
      ledger: self.ledger,
      startAgoSeconds: 0,
      intake: {
        accept: (uuid, createdAt) => self.notice(uuid, createdAt ?? self.#now(), 'catch-up'),
        room: () => Promise.resolve(),
      },
      events: self.#events,
    });
    platform.onPage = () => self.check();
    self.check();
    self.dispatcher.dispatch();
    return self;
  }

  notice(uuid: string, createdAt: number, source: 'live' | 'catch-up' = 'live'): void {
    if (this.#alive && this.ledger.take(uuid, createdAt, source)) this.dispatcher.dispatch();
  }

  /** Reads the list, unless a read is under way; resolves at its end. */
  read(): Promise<void> {
    this.#reading ??= this.#catchUp
      .read(this.#stopped.signal)
      .then(() => this.#events.publish({ kind: 'listed' }))
      .catch((error: unknown) => {
        if (!(error instanceof SekoiaError) && this.#alive) throw error;
      })
      .finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  /** Sends again what was given up. */
  rerun(): void {
    for (const { uuid, createdAt } of this.platform.alerts)
      if (this.ledger.entry(uuid)?.state === 'dead') this.ledger.rerun(uuid, createdAt);
    this.dispatcher.dispatch();
  }

  end(which: number, how: 'succeeded' | 'failed' | 'timed-out'): void {
    const [run] = this.running.splice(which % Math.max(1, this.running.length), 1);
    if (run === undefined) return;
    run.end(how);
    this.ended.push(run);
    if (this.ended.length > REVISABLE) this.ended.shift();
  }

  /** One of the last runs ends differently after all. */
  revise(which: number): void {
    const run = this.ended[which % Math.max(1, this.ended.length)];
    if (run === undefined) return;
    run.onRevised(run.revise());
    // The dispatcher may deal with the outcome before it, first.
    const { written } = run;
    setImmediate(() => void this.ledger.committed().then(written));
  }

  async stop(): Promise<void> {
    this.#stopped.abort(new SekoiaError('SEKOIA_UNAVAILABLE', 'stopped'));
    await this.#reading;
    const stopped = this.dispatcher.stop(60_000);
    this.dispatcher.abandon();
    await stopped;
    await this.ledger.close();
    this.#alive = false;
  }

  /** From now on nothing it does has any effect. */
  kill({ lied }: { lied: number }): void {
    this.#alive = false;
    this.#stopped.abort(new SekoiaError('SEKOIA_UNAVAILABLE', 'killed'));
    void this.dispatcher.stop(60_000);
    this.dispatcher.abandon();
    void this.journal.gone();
    // What it wrote last may be lost.
    for (const alert of this.platform.alerts) {
      alert.refused = false;
      if (lied > 0) for (const sending of alert.sendings) sending.unwritten ||= sending.failedLate;
    }
  }

  /** The cursor never passes an alert that is not in the ledger, except for what may be listed late. */
  check(): void {
    if (!this.#alive || this.ledger.cursor === undefined) return;
    const { cursor } = this.ledger;
    const isSetBack = cursor < (this.#cursor ?? -Infinity);
    this.#cursor = cursor;
    for (const alert of this.platform.alerts) {
      const { uuid, createdAt, late, begun, before } = alert;
      if (this.ledger.entry(uuid) !== undefined || createdAt < this.ledger.since!) continue;
      if (isSetBack && (begun || before || alert.refused)) {
        alert.forgotten += 1;
        alert.refused = false;
      }
      // Forgotten: it was dealt with, and no read meets it again, unless the cursor is set back.
      if (
        (begun || before || !mustPass(alert)) &&
        (createdAt < cursor - OVERLAP_SECONDS || alert.forgotten > 0)
      )
        continue;
      const missing = cursor - (late ? OVERLAP_SECONDS : 0);
      this.platform.expect(createdAt >= missing, `${uuid} of ${createdAt} is behind the cursor ${cursor}`);
    }
    this.platform.expect(this.running.length <= MAX_IN_FLIGHT, 'too many at a time');
  }

  async #read(entry: Entry, signal: AbortSignal): Promise<AlertSummary | 'filtered'> {
    const alert = this.platform.alert(entry.uuid);
    const read = await this.platform.getAlert(entry.uuid);
    const summary = summarize(read, this.platform.addresses);
    if (!entry.passed) {
      const passes = await passesFilters(read, summary, CRITERIA, this.platform, signal);
      this.platform.expect(!alert.refused, `${entry.uuid} was judged twice`);
      this.platform.expect(passes ? mayPass(alert) : !mustPass(alert), `${entry.uuid} was misjudged`);
      if (this.#alive) alert.refused = !passes;
      if (!passes) return 'filtered';
    }
    alert.begun = true;
    return summary;
  }

  #send({ sekoia }: AlertMessage, onRevised: (revision: Revision) => void): Delivery {
    // A process that was killed gets on with nothing.
    if (!this.#alive) return neverEnding();
    const run = new ModelRun(this.platform.alert(sekoia.alert.uuid), onRevised);
    this.running.push(run);
    return run;
  }

  /** Epoch seconds on the platform's clock, as a trigger knows it. */
  #now(): number {
    const nowMs = this.platform.clock.nowMs();
    return nowMs === undefined ? (this.ledger.cursor ?? 0) : Math.floor(nowMs / 1000);
  }
}

function neverEnding(): Delivery {
  const never = new Promise<never>(() => undefined);
  return { outcome: never, idle: never, confirm: () => undefined, abandon: () => undefined };
}
