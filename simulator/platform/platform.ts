import { EventEmitter } from 'node:events';
import { listen, type Listener, type ListenOptions } from '../http/server';
import { Timers } from '../http/timers';
import { Access, type KeyState } from './access';
import { AlertDesk, type RaiseManyOptions, type RaiseOptions } from './alert-desk';
import type { Alert, AlertComment, AlertFields } from './alerts/alert';
import type { Alerts } from './alerts/alert-store';
import { ANALYST } from './alerts/tenants';
import { Faults } from './faults';
import { HttpFront, type RequestRecord } from './http-front';
import { Intake, type IntakeEvent } from './intake';
import { LiveApi } from './live/live-api';

export interface PlatformOptions extends ListenOptions {
  /** Default: `simulator-key` */
  apiKey?: string;
  /** Default: `simulator-intake-key` */
  intakeKey?: string;
  /** The same alerts for the same seed. Default: 1 */
  seed?: number;
  /** How far the platform's clock is ahead of this machine's. Default: 0 */
  clockOffsetMs?: number;
}

export interface PlatformEvents {
  raised: [Alert];
  /** A request was answered, or met a fault that leaves it without an answer. */
  request: [RequestRecord];
}

/** A stand-in Sekoia.io: the REST API (at `/v1` and `/api/v1`), the LiveAPI (`/live/`) and the HTTP intake. */
export class Platform extends EventEmitter<PlatformEvents> {
  readonly faults: Faults;
  readonly live: LiveApi;
  clockOffsetMs: number;

  private readonly access: Access;
  private readonly desk: AlertDesk;
  private readonly front: HttpFront;
  private readonly intake: Intake;
  private readonly timers = new Timers();
  private listener: Listener | undefined;

  /** It answers once it is started: see startPlatform. */
  constructor(options: PlatformOptions = {}) {
    super();
    this.clockOffsetMs = options.clockOffsetMs ?? 0;
    const now = () => this.now();
    this.access = new Access(options.apiKey ?? 'simulator-key');
    this.faults = new Faults(() => this.live.deafen());
    this.live = new LiveApi(this.access, this.faults, now);
    this.desk = new AlertDesk(options.seed ?? 1, now, this.live, this.timers, (reading) => {
      if (this.listenerCount('raised') > 0) this.emit('raised', reading.alert);
    });
    this.intake = new Intake(options.intakeKey ?? 'simulator-intake-key', now);
    this.front = new HttpFront(this.desk, this.access, this.intake, this.faults, this.timers);
    this.front.on('request', (record) => this.emit('request', record));
  }

  /** @throws the listen error, for example EADDRINUSE */
  async start(options: ListenOptions = {}): Promise<void> {
    this.listener = await listen((request, response) => void this.front.handle(request, response), options);
    this.listener.server.on('upgrade', (request, socket, head) => this.live.handshake(request, socket, head));
  }

  /** Ends at once, also with requests that hang and sockets that are half-open. */
  async stop(): Promise<void> {
    this.timers.clear();
    await this.listener?.stop();
  }

  get url(): string {
    if (!this.listener) throw new Error('The platform is not started');
    return this.listener.url;
  }

  /** Epoch milliseconds on the platform's clock, which every Date header, alert and notice follows. */
  now(): number {
    return Date.now() + this.clockOffsetMs;
  }

  /** The one key that is known. Any other is answered with 401, code T300. */
  get apiKey(): string {
    return this.access.apiKey;
  }

  set apiKey(key: string) {
    this.access.apiKey = key;
  }

  /** An expired key is answered with 401, code T301, a revoked one with T302. */
  get keyState(): KeyState {
    return this.access.keyState;
  }

  set keyState(state: KeyState) {
    this.access.keyState = state;
  }

  /** Of the key: by name (`View alerts`), or by code (`SIC_READ_ALERTS`). What needs one that is missing answers 403. */
  get permissions(): Set<string> {
    return this.access.permissions;
  }

  /**
   * Whether the alert list shows custom statuses and verdicts. It has no parameter for them, and the platform's
   * description does not say: a client must cope with both. Default: true
   */
  get listsCustomStatus(): boolean {
    return this.desk.listsCustomStatus;
  }

  set listsCustomStatus(lists: boolean) {
    this.desk.listsCustomStatus = lists;
  }

  get alerts(): Alerts {
    return this.desk.store;
  }

  /** Requests to the REST API and the intake, in the order in which they came. */
  get requests(): RequestRecord[] {
    return this.front.requests;
  }

  clearRequests(): void {
    this.front.requests.length = 0;
  }

  /** What the intake took. */
  get events(): IntakeEvent[] {
    return this.intake.events;
  }

  /** @throws RangeError when `fields` names a uuid or short id that another alert has */
  raise(fields: AlertFields = {}, options: RaiseOptions = {}): Alert {
    return this.desk.raise(fields, options).alert;
  }

  /** Cheap enough for hundreds of thousands. @returns their uuids, in order */
  raiseMany(count: number, fields: AlertFields = {}, options: RaiseManyOptions = {}): string[] {
    return this.desk.raiseMany(count, fields, options);
  }

  /** Changes an alert, and announces it. @throws RangeError when there is no such alert */
  update(id: string, patch: AlertFields): Alert {
    return this.desk.change(id, patch, ANALYST).alert;
  }

  /** Comments an alert, and announces it. @throws RangeError when there is no such alert */
  comment(id: string, content: string, author?: string): AlertComment {
    return this.desk.addComment(id, content, ANALYST, author);
  }

  /**
   * Whether the alert list shows an alert when nothing is said of `visible`; a read of the alert alone always does.
   * @throws RangeError when there is no such alert
   */
  setVisible(id: string, visible: boolean): void {
    this.desk.store.setVisible(id, visible);
  }

  /** As if it had never been: it is answered with 404. @throws RangeError when there is no such alert */
  remove(id: string): void {
    this.desk.store.remove(id);
  }
}

/** @throws the listen error, for example EADDRINUSE */
export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const platform = new Platform(options);
  await platform.start(options);
  return platform;
}
