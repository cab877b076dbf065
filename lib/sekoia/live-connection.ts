import { WebSocket, type RawData } from 'ws';

import type { ApiKey } from './api-key';
import { BackOff } from '../util/back-off';
import { type Route, type TransportSettings, routeTo } from './agents';
import { SekoiaError, asSekoiaError } from './errors';
import { errorFromAnswer } from './http-error';
import { type AlertNotice, parseLiveMessage } from './live-message';
import { errorFromNetwork } from './network-error';
import { USER_AGENT } from './user-agent';

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

export interface LiveTiming {
  /** From opening the socket until the WebSocket handshake is done. */
  handshakeTimeoutMs: number;
  /** From the handshake until the pong, or a message other than the greeting. */
  answerTimeoutMs: number;
  pingEveryMs: number;
  pongTimeoutMs: number;
  firstReconnectMs: number;
  maxReconnectMs: number;
  /** After a connection of this duration, the backoff starts over. */
  stableAfterMs: number;
  refusedRetryMs: number;
  /** For the closing handshake; then the socket is torn down. */
  closeTimeoutMs: number;
}

/** Ping and pong times are those of Sekoia's own client. */
export const LIVE_TIMING: Readonly<LiveTiming> = {
  handshakeTimeoutMs: 10_000,
  answerTimeoutMs: 10_000,
  pingEveryMs: 20_000,
  pongTimeoutMs: 5_000,
  firstReconnectMs: 1_000,
  maxReconnectMs: 300_000,
  stableAfterMs: 60_000,
  refusedRetryMs: 300_000,
  closeTimeoutMs: 500,
};

export interface LiveConnectionOptions {
  /** e.g. `wss://app.sekoia.io/live/` */
  url: string;
  apiKey: ApiKey;
  transport?: TransportSettings;
  timing?: Partial<LiveTiming>;
}

/** Asks for messages of version 2; sent as it stands in the platform's public client. */
const UPGRADE = '{"action": "upgrade"}';

/** Notices have a few hundred bytes. A message near this size is not a notice. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

/** Close codes with which a server refuses a client: policy violation, and 4000 plus the HTTP status. */
const REFUSING_CLOSE_CODES = new Map([
  [1008, 403],
  [4401, 401],
  [4403, 403],
]);

export class LiveConnection {
  readonly #url: string;
  readonly #apiKey: ApiKey;
  readonly #route: Route;
  readonly #timing: LiveTiming;
  readonly #backOff: BackOff;
  readonly #listeners = new Set<LiveListener>();
  #status: LiveStatus = { state: 'off' };
  #socket: WebSocket | undefined;
  /** Cleanups for the current socket or wait. */
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #closing = new Set<Promise<void>>();
  #malformed = 0;
  #attempts = 0;

  constructor(options: LiveConnectionOptions) {
    this.#url = options.url;
    this.#apiKey = options.apiKey;
    this.#route = routeTo(options.url, options.transport ?? {}, false);
    this.#timing = { ...LIVE_TIMING, ...options.timing };
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
    let socket: WebSocket;
    try {
      const options = {
        headers: { Cookie: this.#apiKey.cookie, 'User-Agent': USER_AGENT },
        agent: this.#route.agent,
        followRedirects: false,
        maxPayload: MAX_MESSAGE_BYTES,
        // For either side's goodbye. @types/ws does not know it yet.
        closeTimeout: this.#timing.closeTimeoutMs,
      };
      socket = new WebSocket(this.#url, options);
    } catch (error) {
      this.#fail(asSekoiaError(error));
      return;
    }
    this.#socket = socket;
    this.#after(this.#timing.handshakeTimeoutMs, () => {
      if (socket.readyState === WebSocket.CONNECTING) this.#fail(this.#silence('the LiveAPI handshake'));
    });
    /** Runs a handler only while this socket is the present one. */
    const whilePresent =
      <Args extends unknown[]>(handler: (...args: Args) => void) =>
      (...args: Args): void => {
        if (this.#socket === socket) handler(...args);
      };
    // Always present, even after the socket is dropped: an `error` event without a listener ends the process.
    socket.on(
      'error',
      whilePresent((error: Error) => this.#fail(errorFromNetwork(error, this.#host, this.#route.proxyHost))),
    );
    socket.on('unexpected-response', (request, response) => {
      response.resume();
      request.destroy();
      if (this.#socket === socket) this.#fail(handshakeRefused(response.statusCode ?? 0, response.headers));
    });
    socket.on(
      'open',
      whilePresent(() => this.#opened(socket)),
    );
    socket.on(
      'message',
      whilePresent((data: RawData, isBinary: boolean) => this.#received(data, isBinary)),
    );
    socket.on(
      'pong',
      whilePresent(() => this.#answered()),
    );
    socket.on(
      'close',
      whilePresent((code: number) => this.#fail(closedBy(code))),
    );
    // Last, because a listener may leave during the call, and then the socket must exist.
    this.#setStatus({ state: 'connecting' });
  }

  #opened(socket: WebSocket): void {
    socket.send(UPGRADE);
    // Not every server speaks first; a ping makes any answer.
    socket.ping();
    this.#after(this.#timing.answerTimeoutMs, () => {
      if (this.#status.state === 'connecting') this.#fail(this.#silence('on the LiveAPI connection'));
    });
  }

  #answered(): void {
    if (this.#status.state !== 'connecting') return;
    this.#after(this.#timing.stableAfterMs, () => this.#backOff.reset());
    this.#watch();
    this.#setStatus({ state: 'live' });
  }

  /** Pings for as long as the socket is open. A missing pong means a half-open connection. */
  #watch(): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    this.#after(this.#timing.pingEveryMs, () => {
      if (socket.readyState !== WebSocket.OPEN) return;
      const lost = this.#after(this.#timing.pongTimeoutMs, () =>
        this.#fail(this.#silence('a ping on the LiveAPI connection')),
      );
      socket.once('pong', () => {
        clearTimeout(lost);
        this.#timers.delete(lost);
        if (this.#socket === socket) this.#watch();
      });
      socket.ping();
    });
  }

  #received(data: RawData, isBinary: boolean): void {
    const message = isBinary ? ({ kind: 'malformed' } as const) : parseLiveMessage(textOf(data));
    if (message.kind === 'authenticated' && !message.ok) {
      this.#fail(handshakeRefused(401));
      return;
    }
    // The server's first message comes before it has read that we want version 2; the pong comes after.
    if (message.kind !== 'authenticated') this.#answered();
    if (message.kind === 'malformed') this.#malformed += 1;
    if (message.kind !== 'alert-created') return;
    for (const listener of this.#listeners) listener.onNotice(message.notice);
  }

  /** Ends the current attempt and schedules the next one. */
  #fail(error: SekoiaError): void {
    this.#drop();
    if (this.#listeners.size === 0) return;
    const waitMs = error.refused ? this.#timing.refusedRetryMs : this.#backOff.nextMs();
    this.#after(Math.max(waitMs, error.retryAfterMs ?? 0), () => this.#connect());
    this.#setStatus({ state: error.refused ? 'refused' : 'waiting', error });
  }

  /** Releases the socket and all timers. The socket gets a moment for the closing handshake. */
  #drop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined || socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()));
    this.#closing.add(closed);
    void closed.then(() => this.#closing.delete(closed));
    if (socket.readyState === WebSocket.OPEN) socket.close(1000);
    else socket.terminate();
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

  #after(ms: number, action: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, ms);
    this.#timers.add(timer);
    return timer;
  }

  #silence(where: string): SekoiaError {
    return new SekoiaError('SEKOIA_TIMEOUT', `${this.#host} did not answer ${where}`);
  }

  get #host(): string {
    return new URL(this.#url).host;
  }
}

function handshakeRefused(status: number, headers: Record<string, unknown> = {}): SekoiaError {
  return errorFromAnswer({ status, headers, body: '' }, 'connect to LiveAPI');
}

function closedBy(code: number): SekoiaError {
  const status = REFUSING_CLOSE_CODES.get(code);
  if (status !== undefined) return handshakeRefused(status);
  return new SekoiaError('SEKOIA_UNAVAILABLE', `LiveAPI closed the connection (${code})`);
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}
