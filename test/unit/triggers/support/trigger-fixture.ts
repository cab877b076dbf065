import { ANY_ALERT } from '../../../../lib/delivery/alert-filter';
import type { AlertMessage } from '../../../../lib/delivery/alert-message';
import { Ledger } from '../../../../lib/delivery/ledger';
import type { Delivery, Outcome, Revision } from '../../../../lib/delivery/attempt';
import { DeliveryEvents } from '../../../../lib/delivery/delivery-events';
import { Trigger, type TriggerOptions, type TriggerStatus } from '../../../../lib/triggers/trigger';
import type { Verdict } from '../../../../lib/delivery/retry-policy';
import { ApiKey } from '../../../../lib/sekoia/api-key';
import { deriveAddresses } from '../../../../lib/sekoia/addresses';
import { LiveConnection } from '../../../../lib/sekoia/live-connection';
import { RestClient } from '../../../../lib/sekoia/rest-client';
import type { Platform } from '../../../../simulator';
import { MemoryStorage } from '../../support/memory-storage';
import { Deferred, until } from '../../support/turns';

/** A run that a message set off, which ends as the test says. */
export class TestRun implements Delivery {
  readonly #ended = new Deferred<Outcome>();
  readonly outcome = this.#ended.promise;

  readonly #idle = new Deferred();
  readonly idle = this.#idle.promise;

  /** The last on it. */
  verdict: Verdict | undefined;

  constructor(
    readonly message: AlertMessage,
    readonly revise: (revision: Revision) => void,
  ) {}

  /** It only waits for its confirmation. */
  becomeIdle(): void {
    this.#idle.resolve();
  }

  confirm(): void {
    this.end();
  }

  end(outcome: Outcome = { status: 'succeeded' }): void {
    this.#ended.resolve(outcome);
  }

  abandon(): void {
    this.end({ status: 'abandoned' });
  }
}

/** A trigger on a simulated platform, between one deploy and the next. */
export class TriggerFixture {
  readonly runs: TestRun[] = [];
  readonly dead: [uuid: string, title: string | null | undefined][] = [];
  readonly statuses: TriggerStatus[] = [];
  readonly troubles: string[] = [];
  readonly counted = { received: 0, filtered: 0 };
  /** Whether runs succeed by themselves. */
  succeeding = true;

  private constructor(
    readonly storage: MemoryStorage,
    readonly ledger: Ledger,
    readonly client: RestClient,
    readonly live: LiveConnection,
  ) {}

  trigger!: Trigger;

  /** @param storage that of the trigger before */
  static async start(
    platform: Platform,
    storage = new MemoryStorage(),
    options: Partial<TriggerOptions> = {},
  ): Promise<TriggerFixture> {
    const addresses = deriveAddresses({ baseUrl: platform.url });
    const apiKey = new ApiKey('simulator-key');
    const client = new RestClient({
      addresses,
      apiKey,
      timing: { attempts: 1, firstRetryMs: 1, maxRetryMs: 5 },
    });
    const live = new LiveConnection({
      url: addresses.live,
      apiKey,
      timing: { firstReconnectMs: 5, maxReconnectMs: 20, refusedRetryMs: 20 },
    });
    const ledger = await Ledger.open({ storage, onTrouble: (error) => fixture.trigger.ledgerChanged(error) });
    const fixture = new TriggerFixture(storage, ledger, client, live);
    const events = new DeliveryEvents();
    fixture.trigger = new Trigger({
      client,
      live,
      ledger,
      criteria: ANY_ALERT,
      startAgoSeconds: 0,
      maxInFlight: 10,
      retries: 3,
      atMostOnce: false,
      afterTimeout: 'retry',
      timing: {
        reconcileMs: 60_000,
        pollMs: 30,
        notFoundForMs: 1_000,
        refusedRetryMs: 30,
        firstReadRetryMs: 5,
        maxReadRetryMs: 20,
        firstRetryMs: 5,
        maxRetryMs: 20,
        stopTimeoutMs: 20,
      },
      sender: { send: (message, onRevised) => fixture.#send(message, onRevised) },
      events,
      ...options,
    });
    events.subscribe(() => fixture.statuses.push(fixture.trigger.status));
    events.on('accepted', () => (fixture.counted.received += 1));
    events.on('trouble', ({ message }) => fixture.troubles.push(message));
    events.on('filtered', () => (fixture.counted.filtered += 1));
    events.on('dead', ({ entry, summary }) => fixture.dead.push([entry.uuid, summary?.title]));
    events.on('ended', ({ attempt: { runId }, verdict }) => {
      const run = fixture.runs.find(({ message }) => message.sekoia.run.id === runId);
      if (run !== undefined) run.verdict = verdict;
    });
    fixture.trigger.start();
    return fixture;
  }

  get sent(): string[] {
    return this.runs.map(({ message }) => message.sekoia.alert.uuid);
  }

  /** Resolves in this state. */
  async become(state: TriggerStatus['state']): Promise<void> {
    await until(() => this.trigger.status.state === state);
  }

  async sentCount(count: number): Promise<void> {
    await until(() => this.runs.length >= count);
  }

  async stop(): Promise<void> {
    await this.trigger.stop();
    await this.ledger.close();
    this.client.close();
    await this.live.close();
  }

  #send(message: AlertMessage, onRevised: (revision: Revision) => void): TestRun {
    const run = new TestRun(message, onRevised);
    this.runs.push(run);
    if (this.succeeding) run.end();
    return run;
  }
}
