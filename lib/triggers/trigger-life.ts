import type { Ledger, LedgerCounts } from '../delivery/ledger';
import type { LedgerError } from '../storage/ledger-error';
import type { LedgerRecord } from '../delivery/ledger-record';
import type { LedgerStorage } from '../storage/ledger-storage';
import { Trigger, type TriggerOptions, type TriggerStatus } from '../delivery/trigger';
import type { TriggerState } from '../delivery/trigger-state';
import { describe, SekoiaError } from '../sekoia/errors';
import type { Platform } from '../sekoia/platform';
import type { LimiterWait } from '../sekoia/rate-limiter';
import { abandonedRun } from './abandoned-run';
import type { Emitter } from './emitter';
import { LedgerAccess } from './ledger-access';
import type { LifeState } from './life-state';
import { readNow, waitingOnPlatform } from './on-the-platform';
import type { Switches } from './switches';

/** Why something that was asked of a trigger is not done. */
export class TriggerNotReadyError extends Error {
  constructor(
    readonly reason: 'off' | 'not-ready',
    message: string,
  ) {
    super(message);
  }
}

export interface TriggerLifeOptions extends Pick<
  TriggerOptions,
  | 'criteria'
  | 'startAgoSeconds'
  | 'maxInFlight'
  | 'retries'
  | 'atMostOnce'
  | 'afterTimeout'
  | 'timing'
  | 'onCounted'
  | 'onDead'
> {
  /** Id of the node. */
  id: string;
  /** Or why there is none that can be used. */
  platform: Platform | SekoiaError;
  openEmitter: () => Promise<Emitter>;
  /** @throws LedgerError */
  ledgerStorage: () => LedgerStorage<LedgerRecord>;
  /** Between attempts at opening a ledger whose disk or store is away. */
  reopenAfterMs: number;
  switches: Switches;
  /** What waited to be sent again is passed over. */
  onSkipped: () => void;
  /** Something that is told of the trigger has changed. */
  onChange: () => void;
  /** Told once per change: an hour of the same trouble is one line in the log. */
  onTrouble: (message: string, level: 'warn' | 'error') => void;
}

/**
 * A trigger from one deploy to the next: its ledger, opened as soon as it can be, and on it, while it is
 * switched on, a Trigger. What is asked of it happens in the order in which it was asked.
 */
export class TriggerLife {
  readonly #options: TriggerLifeOptions;
  readonly #createdMs = performance.now();
  readonly #closed = new AbortController();
  #work: Promise<unknown> = Promise.resolve();
  /** Undefined until it is known. */
  #on: boolean | undefined;
  readonly #access: LedgerAccess;
  #emitter: Emitter | undefined;
  #trigger: Trigger | undefined;
  #reported: TriggerState | undefined;
  #stopListening: (() => void) | undefined;

  constructor(options: TriggerLifeOptions) {
    this.#options = options;
    this.#access = new LedgerAccess({
      storage: options.ledgerStorage,
      reopenAfterMs: options.reopenAfterMs,
      onTrouble: options.onTrouble,
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

  get state(): LifeState {
    if (!this.on) return 'off';
    if (this.#options.platform instanceof SekoiaError) return 'misconfigured';
    if (this.#access.standby) return 'standby';
    if (this.#access.error !== undefined) return 'ledger';
    const status = this.status;
    if (status === undefined) return 'connecting';
    return status.dispatcher === 'flowing' || status.state === 'refused' ? status.state : 'paused';
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

  /** Alerts in the ledger: those that are still to be delivered, and those that were given up. */
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

  /** As a deploy or the end of Node-RED asks for: gives running runs a moment, writes down where it stands. */
  close(): Promise<void> {
    this.#closed.abort();
    this.#stopListening?.();
    this.#access.stop();
    return this.#inTurn(async () => {
      await this.#trigger?.stop();
      await this.#access.close();
      await this.#emitter?.close();
    });
  }

  /** Nothing happens if it is off. @throws NotRememberedError; TriggerNotReadyError when it was closed */
  switchOff(): Promise<void> {
    return this.#inTurn(async () => {
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
   * @param from whether what came up meanwhile is sent, or passed over
   * @throws NotRememberedError; TriggerNotReadyError when what is to be passed over cannot be known
   */
  switchOn(from: 'stopped' | 'now'): Promise<void> {
    return this.#inTurn(async () => {
      this.#assertOpen();
      if (this.on) return;
      const now = from === 'now' ? await this.#readNow() : undefined;
      await this.#options.switches.set(this.id, true);
      if (now !== undefined) {
        this.#ledger?.skip(now.seconds, now.alerts);
        this.#options.onSkipped();
      }
      this.#on = true;
      await this.#run();
      this.#changed();
    });
  }

  /** Alerts that it would send if it were on; before filters. Null when that cannot be known. */
  async waiting(): Promise<number | null> {
    const { platform, startAgoSeconds } = this.#options;
    const { waiting } = this.counts;
    if (this.on) return waiting;
    if (platform instanceof SekoiaError || this.#ledger === undefined) return null;
    const onPlatform = await waitingOnPlatform(platform.client, this.#ledger, startAgoSeconds);
    return onPlatform === null ? null : waiting + onPlatform;
  }

  /** Whether it is on and not kept from sending by what is wrong here. */
  get canSend(): boolean {
    return this.on && this.#trigger !== undefined && this.#access.error === undefined;
  }

  /** Alerts that were given up, by uuid. */
  givenUp(): string[] {
    return this.#ledger?.givenUp().map(({ uuid }) => uuid) ?? [];
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
      throw new TriggerNotReadyError('not-ready', this.error ?? 'The trigger has not started yet');
    return this.#trigger.rerun(uuid);
  }

  /** The flow says that an alert was delivered. False if it is not known to wait for that. */
  confirm(uuid: string): boolean {
    return this.#trigger?.confirm(uuid) ?? false;
  }

  #isClosed(): boolean {
    return this.#closed.signal.aborted;
  }

  #assertOpen(): void {
    if (this.#isClosed())
      throw new TriggerNotReadyError('not-ready', 'The trigger is just being deployed anew');
    // The switch is remembered in a file that both read, but the other one reads it only when it starts.
    if (this.#access.standby)
      throw new TriggerNotReadyError('not-ready', `${this.#access.error ?? ''}. Switch it in that Node-RED`);
  }

  async #inTurn(action: () => Promise<void>): Promise<void> {
    const done = this.#work.then(action);
    this.#work = done.catch(() => undefined);
    return done;
  }

  /** In turn, for nobody who waits for it: what goes wrong is told as trouble. */
  #inBackground(action: () => Promise<void>): void {
    this.#inTurn(action).catch((error: unknown) => this.#options.onTrouble(describe(error), 'error'));
  }

  /** Opens what is needed, and starts if it is on. */
  async #run(): Promise<void> {
    const { platform, openEmitter } = this.#options;
    if (!(platform instanceof SekoiaError) && !this.#isClosed()) {
      const ledger = await this.#access.open();
      if (ledger !== undefined && this.on) {
        const emitter = (this.#emitter ??= await openEmitter());
        if (!this.#isClosed() && ledger === this.#ledger) this.#startOn(platform, ledger, emitter);
      }
    }
    this.#changed();
  }

  /** The ledger may be there now. The process that had it may have switched the trigger meanwhile. */
  async #retry(): Promise<void> {
    if (this.#isClosed() || this.#trigger !== undefined) return;
    if ((await this.#access.open()) !== undefined) this.#on = await this.#options.switches.isOn(this.id);
    if (this.#ledger === undefined) this.#changed();
    else await this.#run();
  }

  get #ledger(): Ledger | undefined {
    return this.#access.ledger;
  }

  /** Another process has the ledger now: nothing more is sent, and this one stands by. */
  #lost(): void {
    const [trigger, emitter] = [this.#trigger, this.#emitter];
    this.#trigger = undefined;
    this.#emitter = undefined;
    // Both at once: what runs is let go rather than given time.
    const ended = Promise.all([trigger?.stop(), emitter?.close()]);
    this.#inBackground(async () => {
      await ended;
      await this.#access.close();
      await this.#retry();
    });
    this.#changed();
  }

  #changed(): void {
    if (!this.#isClosed()) this.#options.onChange();
  }

  #ledgerChanged(error: LedgerError | undefined): void {
    this.#trigger?.ledgerChanged(error);
    this.#changed();
  }

  #startOn({ client, live }: Platform, ledger: Ledger, emitter: Emitter): void {
    const { startAgoSeconds } = this.#options;
    this.#trigger = new Trigger({
      ...this.#options,
      client,
      live,
      ledger,
      // Alerts count from the deploy on, not from when the ledger could be opened at last.
      startAgoSeconds: startAgoSeconds + (performance.now() - this.#createdMs) / 1000,
      emit: (message, onRevised) => (this.#access.held() ? emitter.emit(message, onRevised) : abandonedRun()),
      onStatus: (status) => this.#statusChanged(status),
    });
    this.#trigger.start();
  }

  #statusChanged({ state, error }: TriggerStatus): void {
    if (state === 'refused' && this.#reported !== 'refused' && error !== undefined)
      this.#options.onTrouble(error.message, 'warn');
    this.#reported = state;
    this.#changed();
  }

  async #readNow(): Promise<Awaited<ReturnType<typeof readNow>>> {
    const { platform } = this.#options;
    if (platform instanceof SekoiaError) throw new TriggerNotReadyError('not-ready', platform.message);
    if (this.#ledger === undefined)
      throw new TriggerNotReadyError('not-ready', this.#access.error ?? 'The ledger is not open yet');
    try {
      return await readNow(platform.client, this.#closed.signal);
    } catch (error) {
      throw new TriggerNotReadyError(
        'not-ready',
        `What is to be passed over cannot be asked of the platform: ${describe(error)}`,
      );
    }
  }
}
