import { BackOff } from '../util/back-off';
import { type TransportSettings, routeTo } from './agents';
import type { ApiKey } from './api-key';
import { type SekoiaError, asSekoiaError } from './errors';
import type { AlertNotice } from './live-message';
import { LiveSocket, type LiveSocketOptions } from './live-socket';
import { LIVE_TIMING, type LiveTiming } from './live-timing';

/**
 * The connection to LiveAPI, the platform's WebSocket of notifications. One per Sekoia configuration, shared by
 * all its listeners, and open only while there are any.
 *
 * States, and what moves between them:
 *
 *   off ── first listener ──▶ connecting ── the platform answers ──▶ live
 *    ▲                            │ ▲                                 │
 *    │                    trouble │ │ the wait is over        trouble │
 *    │                            ▼ │                                 │
 *    │                          waiting ◀─────────────────────────────┤
 *    │                            ▲ │                                 │
 *    └──── last listener ─────────┤ └───── 401, 403 ────▶ refused ◀───┘
 *          leaves, or close       └── (a wait of its own) ───┘
 *
 *   off         no listeners; no socket, no timer.
 *   connecting  a socket is being opened, or is open without an answer so far.
 *   live        the platform has answered on this socket; notices come as they happen.
 *   waiting     the socket was lost or could not be opened; the next attempt is due after a growing wait.
 *   refused     the key was refused (401, 403): attempts continue, but rarely, because frequent ones get the
 *               address blocked.
 *
 * The platform keeps nothing for a client that is away. Each time the state changes to `live`, listeners must
 * read missed alerts through the REST API.
 */
export const LIVE_STATES = ['off', 'connecting', 'live', 'waiting', 'refused'] as const;
export type LiveState = (typeof LIVE_STATES)[number];

export interface LiveStatus {
  readonly state: LiveState;
  /** Why the connection is `waiting` or `refused`. */
  readonly error?: SekoiaError;
}

export interface LiveListener {
  /** Called at once with the present status, then at every change. */
  onStatus(status: LiveStatus): void;
  onNotice(notice: AlertNotice): void;
}

export interface LiveConnectionOptions {
  /** e.g. `wss://app.sekoia.io/live/` */
  url: string;
  apiKey: ApiKey;
  transport?: TransportSettings;
  timing?: Partial<LiveTiming>;
}

export class LiveConnection {
  readonly #socketOptions: LiveSocketOptions;
  readonly #timing: LiveTiming;
  readonly #backOff: BackOff;
  readonly #listeners = new Set<LiveListener>();
  #status: LiveStatus = { state: 'off' };
  #socket: LiveSocket | undefined;
  /** Until the next attempt, or until a live connection counts as stable. */
  #timer: NodeJS.Timeout | undefined;
  /** Former sockets that are not gone yet. */
  readonly #closing = new Set<Promise<void>>();
  #malformed = 0;
  #attempts = 0;

  constructor({ url, apiKey, transport = {}, timing }: LiveConnectionOptions) {
    this.#timing = { ...LIVE_TIMING, ...timing };
    this.#socketOptions = { url, apiKey, route: routeTo(url, transport, false), timing: this.#timing };
    this.#backOff = new BackOff({
      firstMs: this.#timing.firstReconnectMs,
      maxMs: this.#timing.maxReconnectMs,
    });
  }

  get status(): LiveStatus {
    return this.#status;
  }

  /** Messages that could not be read, since the start. */
  get malformed(): number {
    return this.#malformed;
  }

  /** How often a connection was opened, or tried to be, since the start. */
  get attempts(): number {
    return this.#attempts;
  }

  /** Starts listening; opens the connection if this is the first listener. The returned function ends it. */
  listen(listener: LiveListener): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#connect();
    else listener.onStatus(this.#status);
    return () => {
      if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return;
      this.#drop();
      this.#setStatus({ state: 'off' });
    };
  }

  /** Ends the connection. Resolves when the socket is gone, at the latest after `closeTimeoutMs`. */
  async close(): Promise<void> {
    this.#listeners.clear();
    this.#drop();
    this.#setStatus({ state: 'off' });
    await Promise.all(this.#closing);
  }

  #connect(): void {
    this.#drop();
    this.#attempts += 1;
    try {
      this.#socket = new LiveSocket(this.#socketOptions, {
        onAnswer: () => this.#answered(),
        onNotice: (notice) => {
          for (const listener of this.#listeners) listener.onNotice(notice);
        },
        onMalformed: () => (this.#malformed += 1),
        onLost: (error) => this.#fail(error),
      });
    } catch (error) {
      this.#fail(asSekoiaError(error));
      return;
    }
    // Last, because a listener may leave during the call, and then the socket must exist.
    this.#setStatus({ state: 'connecting' });
  }

  #answered(): void {
    this.#startTimer(this.#timing.stableAfterMs, () => this.#backOff.reset());
    this.#setStatus({ state: 'live' });
  }

  /** Ends the current attempt and schedules the next one. */
  #fail(error: SekoiaError): void {
    this.#drop();
    if (this.#listeners.size === 0) return;
    const waitMs = error.refused ? this.#timing.refusedRetryMs : this.#backOff.nextMs();
    this.#startTimer(Math.max(waitMs, error.retryAfterMs ?? 0), () => this.#connect());
    this.#setStatus({ state: error.refused ? 'refused' : 'waiting', error });
  }

  /** Releases the socket and the timer. */
  #drop(): void {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined) return;
    const closed = socket.close();
    this.#closing.add(closed);
    void closed.then(() => this.#closing.delete(closed));
  }

  #setStatus(status: LiveStatus): void {
    if (status.state === 'off' && this.#status.state === 'off') return;
    this.#status = status;
    for (const listener of [...this.#listeners]) {
      // A listener may remove another one, or close the connection.
      if (this.#status !== status) return;
      if (this.#listeners.has(listener)) listener.onStatus(status);
    }
  }

  #startTimer(ms: number, action: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(action, ms);
  }
}
