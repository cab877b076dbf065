import type { AlertMessage } from '../../../../lib/delivery/alert-message';
import { type Delivery, type Revision, endedDelivery } from '../../../../lib/delivery/attempt';
import { CatchUp } from '../../../../lib/delivery/catch-up';
import { DeliveryEvents } from '../../../../lib/delivery/delivery-events';
import { Dispatcher } from '../../../../lib/delivery/dispatcher';
import type { Entry } from '../../../../lib/delivery/entry';
import { Journal } from '../../../../lib/storage/journal';
import type { Ledger } from '../../../../lib/delivery/ledger';
import type { LedgerRecord } from '../../../../lib/delivery/ledger-record';
import { LedgerLock } from '../../../../lib/storage/lease/ledger-lock';
import type { ProcessIdentity } from '../../../../lib/storage/lease/owner';
import { OwnedStorage } from '../../../../lib/storage/owned-storage';
import type { AlertSummary } from '../../../../lib/sekoia/alert';
import { SekoiaError } from '../../../../lib/sekoia/errors';
import { LedgerAccess } from '../../../../lib/triggers/ledger-access';
import { summaryOf } from './dispatcher-fixture';
import type { Machine } from './model-machine';
import type { ModelPlatform } from './model-platform';
import { ModelRun } from './model-run';

const READ_EVERY_MS = 20_000;

export interface OwnerSurroundings {
  platform: ModelPlatform;
  /** Of the ledger's files. */
  base: string;
  atMostOnce: boolean;
  nowMs: () => number;
  /** The highest epoch of which a ledger was opened. */
  newest: { epoch: number };
  onSent: (run: ModelRun) => void;
}

interface Working {
  ledger: Ledger;
  dispatcher: Dispatcher;
  stopped: AbortController;
  reads: NodeJS.Timeout;
}

/** A trigger's process that shares its ledger's folder with others: stands by, owns it, loses it. */
export class ModelOwner {
  /** Runs whose messages are out, also of one who has lost the ledger since. */
  readonly running: ModelRun[] = [];
  readonly #access: LedgerAccess;
  #epoch = 0;
  #working: Working | undefined;
  #turn: Promise<void> = Promise.resolve();
  #closed = false;

  /** @param wallOffMs how far its time of day is off */
  constructor(
    readonly surroundings: OwnerSurroundings,
    readonly machine: Machine,
    self: ProcessIdentity,
    wallOffMs: number,
  ) {
    const { base, nowMs, platform } = surroundings;
    const clocks = { monotonicMs: nowMs, wallMs: () => 1_700_000_000_000 + wallOffMs + nowMs() };
    const lock = new LedgerLock(base, { self, clocks });
    const storageOf = (epoch: number): Journal<LedgerRecord> => {
      this.#epoch = epoch;
      return new Journal(base, { epoch, onRepaired: (message) => platform.expect(false, message) });
    };
    this.#access = new LedgerAccess({
      ledgerStorage: () => new OwnedStorage(lock, storageOf),
      reopenAfterMs: 5_000,
      onRetry: () => void this.#inTurn(() => this.#open()),
      onWritable: (error) => this.#working?.dispatcher.pause(error !== undefined),
      onLost: () => this.#lose(),
      onTrouble: () => undefined,
    });
    machine.run(() => void this.#inTurn(() => this.#open()));
  }

  get ledger(): Ledger | undefined {
    return this.#working?.ledger;
  }

  notice(uuid: string, createdAt: number): void {
    this.machine.run(() => {
      if (this.#working?.ledger.take(uuid, createdAt, 'live')) this.#working.dispatcher.dispatch();
    });
  }

  end(which: number, how: 'succeeded' | 'failed'): void {
    const [run] = this.running.splice(which % Math.max(1, this.running.length), 1);
    if (run === undefined) return;
    const ledger = this.ledger;
    run.end(how);
    if (how === 'failed') run.sending.settled = true;
    else
      setImmediate(() => {
        void this.machine.run(() => ledger?.committed().then(() => (run.sending.settled = true)));
      });
  }

  rerun(): void {
    this.machine.run(() => {
      for (const { uuid } of this.ledger?.deadLetters() ?? []) this.ledger?.rerun(uuid, 0);
      this.#working?.dispatcher.dispatch();
    });
  }

  /** As a deploy asks for. */
  stop(): Promise<void> {
    return this.machine.run(() => {
      this.#closed = true;
      this.#access.stop();
      return this.#inTurn(async () => {
        await this.#end();
        await this.#access.close();
      });
    });
  }

  /** As in a TriggerLife: what is asked of it happens in the order in which it was asked. */
  #inTurn(action: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(action);
    return this.#turn;
  }

  async #open(): Promise<void> {
    if (this.#closed || this.#working !== undefined) return;
    const ledger = await this.#access.open();
    if (ledger === undefined) return;
    const { newest } = this.surroundings;
    newest.epoch = Math.max(newest.epoch, this.#epoch);
    // It may have been lost, or the process closed, meanwhile.
    if (ledger === this.#access.ledger && !this.#isClosed()) this.#working = this.#begin(ledger);
  }

  #isClosed(): boolean {
    return this.#closed;
  }

  #begin(ledger: Ledger): Working {
    const { platform, atMostOnce } = this.surroundings;
    const stopped = new AbortController();
    const events = new DeliveryEvents();
    const dispatcher = new Dispatcher({
      ledger,
      maxInFlight: 3,
      retries: 2,
      atMostOnce,
      afterTimeout: 'retry',
      reader: { read: (entry) => this.#read(entry) },
      sender: { send: (message, onRevised) => this.#send(message, onRevised) },
      events,
      now: () => platform.now,
    });
    const catchUp = new CatchUp({
      client: {
        listAlerts: async (query) => {
          const page = await platform.listAlerts(query);
          await this.machine.gettingOn();
          return page;
        },
      },
      ledger,
      startAgoSeconds: 0,
      intake: {
        accept: (uuid, createdAt) => {
          if (ledger.take(uuid, createdAt ?? platform.now, 'catch-up')) dispatcher.dispatch();
        },
        room: () => Promise.resolve(),
      },
      events,
    });
    let reading: Promise<void> | undefined;
    const read = (): void => {
      if (!stopped.signal.aborted)
        reading ??= catchUp.read(stopped.signal).finally(() => (reading = undefined));
    };
    read();
    dispatcher.dispatch();
    return { ledger, dispatcher, stopped, reads: setInterval(read, READ_EVERY_MS) };
  }

  /** Others have the ledger: it lets go of its runs at once, and stands by. */
  #lose(): void {
    const ended = this.#end();
    void this.#inTurn(async () => {
      await ended;
      await this.#access.close();
      await this.#open();
    });
  }

  async #end(): Promise<void> {
    const working = this.#working;
    this.#working = undefined;
    if (working === undefined) return;
    working.stopped.abort(new SekoiaError('SEKOIA_UNAVAILABLE', 'stopped'));
    clearInterval(working.reads);
    const ended = working.dispatcher.stop(60_000);
    working.dispatcher.abandon();
    await ended;
  }

  async #read({ uuid }: Entry): Promise<AlertSummary> {
    await this.surroundings.platform.getAlert(uuid);
    await this.machine.gettingOn();
    return summaryOf(uuid);
  }

  #send({ sekoia }: AlertMessage, onRevised: (revision: Revision) => void): Delivery {
    if (!this.#access.held()) return endedDelivery({ status: 'abandoned' });
    const { uuid } = sekoia.alert;
    const { platform, newest } = this.surroundings;
    platform.expect(
      this.#epoch === newest.epoch,
      `${uuid} is sent by owner ${this.#epoch}, while ${newest.epoch} is the newest`,
    );
    const run = new ModelRun(platform.alert(uuid), onRevised);
    this.running.push(run);
    this.surroundings.onSent(run);
    return run;
  }
}
