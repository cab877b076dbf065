import type { DeliveryEvents } from '../delivery/delivery-events';
import type { Ledger, LedgerCounts } from '../delivery/ledger';
import { SekoiaError } from '../sekoia/errors';
import { describe } from '../util/error-text';
import type { Platform } from '../sekoia/platform';
import type { LimiterWait } from '../sekoia/limiter-wait';
import type { LedgerError } from '../storage/ledger-error';
import { SerialQueue } from '../util/serial-queue';
import { LedgerAccess, type LedgerAccessOptions } from './ledger-access';
import { readNow, waitingOnPlatform } from './platform-backlog';
import type { FlowSender } from './flow-sender';
import { type ShownState, shownState } from './shown-state';
import type { Switches } from './switches';
import { buildTrigger } from './build-trigger';
import type { Trigger, TriggerOptions, TriggerStatus } from './trigger';
import { TriggerNotReadyError, notReady } from './trigger-not-ready';

type Settings =
  'criteria' | 'startAgoSeconds' | 'maxInFlight' | 'retries' | 'atMostOnce' | 'afterTimeout' | 'timing';

export interface TriggerLifeOptions
  extends Pick<TriggerOptions, Settings>, Pick<LedgerAccessOptions, 'ledgerStorage' | 'reopenAfterMs'> {
  /** Id of the node. */
  id: string;
  /** Or why there is none that can be used. */
  platform: Platform | SekoiaError;
  /** The events of the trigger, over all of its starts. */
  events: DeliveryEvents;
  openSender: () => Promise<FlowSender>;
  switches: Switches;
}

/**
 * A trigger from one deploy to the next. It opens the ledger as soon as possible, and runs a Trigger on it
 * while it is switched on. Requests are handled in order.
 */
export class TriggerLife {
  readonly #options: TriggerLifeOptions;
  readonly #createdMs = performance.now();
  readonly #closed = new AbortController();
  readonly #queue = new SerialQueue();
  /** Undefined until it is known. */
  #on: boolean | undefined;
  readonly #access: LedgerAccess;
  #sender: FlowSender | undefined;
  #trigger: Trigger | undefined;
  #stopListening: (() => void) | undefined;

  constructor(options: TriggerLifeOptions) {
    this.#options = options;
    this.#access = new LedgerAccess({
      ...options,
      onTrouble: (message, level) => this.#trouble(message, level),
      onRetry: () => this.#inBackground(() => this.#retry()),
      onWritable: (error) => this.#ledgerChanged(error),
      onLost: () => this.#lost(),
    });
  }

  get id(): string {
    return this.#options.id;
  }

  /** True also until it is known. */
  get on(): boolean {
    return this.#on !== false;
  }

  get state(): ShownState {
    const { status } = this;
    return shownState({
      on: this.on,
      configured: !(this.#options.platform instanceof SekoiaError),
      standby: this.#access.standby,
      ledgerFails: this.#access.error !== undefined,
      platform: status?.state,
      toolFails: status !== undefined && status.circuit !== 'flowing',
    });
  }

  /** What is wrong, in a sentence. */
  get error(): string | undefined {
    const { platform } = this.#options;
    if (platform instanceof SekoiaError) return platform.message;
    return this.#access.error ?? this.status?.error?.message;
  }

  /** Undefined while no Trigger runs. */
  get status(): TriggerStatus | undefined {
    return this.#trigger?.status;
  }

  /** Why requests to the platform are not sent at once. */
  get wait(): LimiterWait | undefined {
    const { platform } = this.#options;
    return platform instanceof SekoiaError ? undefined : platform.limiter.wait;
  }

  /** Undefined until the ledger is open. */
  get ledgerCounts(): LedgerCounts | undefined {
    return this.#ledger?.counts;
  }

  /** Alerts in the ledger: those that wait for delivery, and the dead letters. */
  get counts(): { waiting: number; dead: number } {
    const { queued = 0, running = 0, waiting = 0, dead = 0 } = this.ledgerCounts ?? {};
    return { waiting: queued + running + waiting, dead };
  }

  start(): void {
    const { platform } = this.#options;
    if (!(platform instanceof SekoiaError))
      this.#stopListening = platform.limiter.listen(() => this.#changed());
    this.#inBackground(async () => {
      this.#on = await this.#options.switches.isOn(this.id);
      await this.#run();
    });
  }

  /** For a deploy or the end of Node-RED: gives runs time to end, and writes the remaining records. */
  close(): Promise<void> {
    this.#closed.abort();
    this.#stopListening?.();
    this.#access.stop();
    return this.#queue.run(async () => {
      await this.#trigger?.stop();
      await this.#access.close();
      await this.#sender?.close();
    });
  }

  /** Nothing happens if it is off. @throws NotRememberedError; TriggerNotReadyError when it was closed */
  switchOff(): Promise<void> {
    return this.#queue.run(async () => {
      this.#assertOpen();
      if (!this.on) return;
      await this.#options.switches.set(this.id, false);
      this.#on = false;
      await this.#trigger?.stop();
      this.#trigger = undefined;
      this.#ledger?.requeue();
      this.#changed();
    });
  }

  /**
   * Nothing happens if it is on.
   * @param from whether to send or skip the alerts that arrived in the meantime
   * @throws NotRememberedError; TriggerNotReadyError if the alerts to skip are unknown
   */
  switchOn(from: 'stopped' | 'now'): Promise<void> {
    return this.#queue.run(async () => {
      this.#assertOpen();
      if (this.on) return;
      const now = from === 'now' ? await this.#readNow() : undefined;
      await this.#options.switches.set(this.id, true);
      if (now !== undefined) {
        this.#ledger?.skip(now.seconds, now.alerts);
        this.#options.events.publish({ kind: 'skipped' });
      }
      this.#on = true;
      await this.#run();
      this.#changed();
    });
  }

  /** The number of alerts that it would send if it were on, before filters. Null if unknown. */
  async waiting(): Promise<number | null> {
    const { platform, startAgoSeconds } = this.#options;
    if (this.on) return this.counts.waiting;
    if (platform instanceof SekoiaError || this.#ledger === undefined) return null;
    const onPlatform = await waitingOnPlatform(platform.client, this.#ledger, startAgoSeconds);
    return onPlatform === null ? null : this.counts.waiting + onPlatform;
  }

  /** Whether it is on and able to send. */
  get canSend(): boolean {
    return this.on && this.#trigger !== undefined && this.#access.error === undefined;
  }

  /** Dead letters, by UUID. */
  deadLetters(): string[] {
    return this.#ledger?.deadLetters().map(({ uuid }) => uuid) ?? [];
  }

  /** Whether an alert waits to be sent, or is being sent. */
  isOnItsWay(uuid: string): boolean {
    return this.#ledger?.isOnItsWay(uuid) ?? false;
  }

  /**
   * Sends an alert again. False if it is on its way.
   * @throws TriggerNotReadyError
   */
  rerun(uuid: string): boolean {
    if (!this.on) throw new TriggerNotReadyError('off', 'The trigger is off: switch it on first');
    if (this.#trigger === undefined || !this.canSend)
      throw notReady(this.error ?? 'The trigger has not started yet');
    return this.#trigger.rerun(uuid);
  }

  /** The flow confirms an alert. Returns false if the alert does not wait for a confirmation. */
  confirm(uuid: string): boolean {
    return this.#trigger?.confirm(uuid) ?? false;
  }

  #isClosed(): boolean {
    return this.#closed.signal.aborted;
  }

  #assertOpen(): void {
    if (this.#isClosed()) throw notReady('The trigger is being redeployed');
    // Both processes read the file with the switch, but the other one reads it only when it starts.
    if (this.#access.standby) throw notReady(`${this.#access.error ?? ''}. Switch it in that Node-RED`);
  }

  /** Publishes an error as trouble, because no caller waits for the action. */
  #inBackground(action: () => Promise<void>): void {
    this.#queue.run(action).catch((error: unknown) => this.#trouble(describe(error), 'error'));
  }

  /** Opens what is needed, and starts if it is on. */
  async #run(): Promise<void> {
    const { platform, openSender } = this.#options;
    if (!(platform instanceof SekoiaError) && !this.#isClosed()) {
      const ledger = await this.#access.open();
      if (ledger !== undefined && this.on) {
        const sender = (this.#sender ??= await openSender());
        if (!this.#isClosed() && ledger === this.#ledger) this.#startOn(platform, ledger, sender);
      }
    }
    this.#changed();
  }

  /** Tries to open the ledger again. Its previous owner may have switched the trigger in the meantime. */
  async #retry(): Promise<void> {
    if (this.#isClosed() || this.#trigger !== undefined) return;
    if ((await this.#access.open()) !== undefined) this.#on = await this.#options.switches.isOn(this.id);
    if (this.#ledger === undefined) this.#changed();
    else await this.#run();
  }

  get #ledger(): Ledger | undefined {
    return this.#access.ledger;
  }

  /** Another process owns the ledger now: send nothing more, and go into standby. */
  #lost(): void {
    const [trigger, sender] = [this.#trigger, this.#sender];
    this.#trigger = undefined;
    this.#sender = undefined;
    // Both at once: runs in progress are abandoned without a grace period.
    const ended = Promise.all([trigger?.stop(), sender?.close()]);
    this.#inBackground(async () => {
      await ended;
      await this.#access.close();
      await this.#retry();
    });
    this.#changed();
  }

  #changed(): void {
    if (!this.#isClosed()) this.#options.events.changed();
  }

  #ledgerChanged(error: LedgerError | undefined): void {
    this.#trigger?.ledgerChanged(error);
    this.#changed();
  }

  #startOn(platform: Platform, ledger: Ledger, sender: FlowSender): void {
    const { startAgoSeconds } = this.#options;
    this.#trigger = buildTrigger({
      ...this.#options,
      platform,
      ledger,
      sender,
      // Alerts count from the deploy, not from the time when the ledger was opened.
      startAgoSeconds: startAgoSeconds + (performance.now() - this.#createdMs) / 1000,
      ownsLedger: () => this.#access.held(),
      isClosed: () => this.#isClosed(),
    });
    this.#trigger.start();
  }

  #trouble(message: string, level: 'warn' | 'error'): void {
    this.#options.events.publish({ kind: 'trouble', message, level });
  }

  async #readNow(): Promise<Awaited<ReturnType<typeof readNow>>> {
    const { platform } = this.#options;
    if (platform instanceof SekoiaError) throw notReady(platform.message);
    if (this.#ledger === undefined) throw notReady(this.#access.error ?? 'The ledger is not open yet');
    try {
      return await readNow(platform.client, this.#closed.signal);
    } catch (error) {
      throw notReady(`The platform does not answer which alerts to skip: ${describe(error)}`);
    }
  }
}
