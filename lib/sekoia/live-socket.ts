import { WebSocket, type RawData } from 'ws';

import type { Route } from './agents';
import type { ApiKey } from './api-key';
import { SekoiaError } from './errors';
import { errorFromAnswer } from './http-error';
import { type AlertNotice, parseLiveMessage } from './live-message';
import type { LiveTiming } from './live-timing';
import { errorFromNetwork } from './network-error';
import { USER_AGENT } from './user-agent';

export interface LiveSocketOptions {
  /** e.g. `wss://app.sekoia.io/live/` */
  url: string;
  apiKey: ApiKey;
  route: Route;
  timing: LiveTiming;
}

/** What a socket reports. A listener may close the socket during a call. */
export interface LiveSocketListener {
  /** The platform has answered for the first time. */
  onAnswer(): void;
  onNotice(notice: AlertNotice): void;
  /** A message could not be read. */
  onMalformed(): void;
  /** The socket could not be opened, or is lost. This is the last call. */
  onLost(error: SekoiaError): void;
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

/** One WebSocket to LiveAPI, from its opening until it is lost or closed. */
export class LiveSocket {
  readonly #options: LiveSocketOptions;
  readonly #listener: LiveSocketListener;
  readonly #socket: WebSocket;
  /** Resolves when the socket is gone. */
  readonly #gone: Promise<void>;
  #answered = false;
  /** Lost or closed: later events are not reported. */
  #ended = false;
  /** Until the next ping, or for the answer that is due. */
  #timer: NodeJS.Timeout | undefined;

  /** @throws if the key or the address cannot be used */
  constructor(options: LiveSocketOptions, listener: LiveSocketListener) {
    this.#options = options;
    this.#listener = listener;
    this.#socket = openSocket(options);
    this.#gone = new Promise((resolve) => void this.#socket.once('close', () => resolve()));
    this.#handleEvents();
    this.#expectAnswer('the LiveAPI handshake', options.timing.handshakeTimeoutMs);
  }

  /**
   * Ends the socket, with a moment for the closing handshake. Resolves when the socket is gone, at the latest
   * after `closeTimeoutMs`.
   */
  close(): Promise<void> {
    if (this.#ended) return this.#gone;
    this.#ended = true;
    clearTimeout(this.#timer);
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.close(1000);
    else this.#socket.terminate();
    return this.#gone;
  }

  #handleEvents(): void {
    const socket = this.#socket;
    const untilEnd =
      <Args extends unknown[]>(handler: (...args: Args) => void) =>
      (...args: Args): void => {
        if (!this.#ended) handler(...args);
      };
    // Always present, even after the end: an `error` event without a listener ends the process.
    socket.on(
      'error',
      untilEnd((error: Error) =>
        this.#lose(errorFromNetwork(error, this.#host, this.#options.route.proxyHost)),
      ),
    );
    socket.on('unexpected-response', (request, response) => {
      response.resume();
      request.destroy();
      if (!this.#ended) this.#lose(handshakeRefused(response.statusCode ?? 0, response.headers));
    });
    socket.on(
      'open',
      untilEnd(() => this.#opened()),
    );
    socket.on(
      'message',
      untilEnd((data: RawData, isBinary: boolean) => this.#received(data, isBinary)),
    );
    socket.on(
      'pong',
      untilEnd(() => this.#recordAnswer()),
    );
    socket.on(
      'close',
      untilEnd((code: number) => this.#lose(closedBy(code))),
    );
  }

  #opened(): void {
    this.#socket.send(UPGRADE);
    // Not every server speaks first; a ping makes any answer.
    this.#socket.ping();
    this.#expectAnswer('on the LiveAPI connection', this.#options.timing.answerTimeoutMs);
  }

  #received(data: RawData, isBinary: boolean): void {
    const message = isBinary ? ({ kind: 'malformed' } as const) : parseLiveMessage(textOf(data));
    if (message.kind === 'authenticated' && !message.ok) {
      this.#lose(handshakeRefused(401));
      return;
    }
    // The server's first message comes before it has read that we want version 2; the pong comes after.
    if (message.kind !== 'authenticated') this.#recordAnswer();
    if (message.kind === 'malformed') this.#listener.onMalformed();
    if (message.kind === 'alert-created') this.#listener.onNotice(message.notice);
  }

  #recordAnswer(): void {
    if (this.#answered) return;
    this.#answered = true;
    this.#pingLater();
    this.#listener.onAnswer();
  }

  /** Pings for as long as the socket is open. A missing pong means a half-open connection. */
  #pingLater(): void {
    this.#startTimer(this.#options.timing.pingEveryMs, () => {
      if (this.#socket.readyState !== WebSocket.OPEN) return;
      this.#expectAnswer('a ping on the LiveAPI connection', this.#options.timing.pongTimeoutMs);
      this.#socket.once('pong', () => {
        if (!this.#ended) this.#pingLater();
      });
      this.#socket.ping();
    });
  }

  #lose(error: SekoiaError): void {
    void this.close();
    this.#listener.onLost(error);
  }

  /** @param where the place or the question, as the error message names it */
  #expectAnswer(where: string, timeoutMs: number): void {
    this.#startTimer(timeoutMs, () => {
      this.#lose(new SekoiaError('SEKOIA_TIMEOUT', `${this.#host} did not answer ${where}`));
    });
  }

  #startTimer(ms: number, action: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(action, ms);
  }

  get #host(): string {
    return new URL(this.#options.url).host;
  }
}

function openSocket({ url, apiKey, route, timing }: LiveSocketOptions): WebSocket {
  const options = {
    headers: { Cookie: apiKey.cookie, 'User-Agent': USER_AGENT },
    agent: route.agent,
    followRedirects: false,
    maxPayload: MAX_MESSAGE_BYTES,
    // For either side's goodbye. @types/ws does not know it yet.
    closeTimeout: timing.closeTimeoutMs,
  };
  return new WebSocket(url, options);
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
