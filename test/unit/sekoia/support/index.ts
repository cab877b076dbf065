import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import { type WebSocket, WebSocketServer } from 'ws';

import { deriveAddresses } from '../../../../lib/sekoia/addresses';
import { ApiKey } from '../../../../lib/sekoia/api-key';
import { LiveConnection, type LiveListener, type LiveState } from '../../../../lib/sekoia/live-connection';
import type { LiveStatus } from '../../../../lib/sekoia/live-connection';
import type { AlertNotice } from '../../../../lib/sekoia/live-message';
import type { LiveTiming } from '../../../../lib/sekoia/live-timing';
import { RestClient, type RestTiming } from '../../../../lib/sekoia/rest-client';

export const KEY = 'unit-test-key-3f9a1c77';

export const ALERT_UUID = '7d0f1f3e-3a54-4b2c-9d0a-6f1b2c3d4e5f';

/** For use inside `describe`: what is handed over is ended after each test, the last first. */
export function endings(): (end: () => unknown) => void {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  return (end) => void ends.push(end);
}

/** Waits that a test can afford. */
export const QUICK_REST: Partial<RestTiming> = { firstRetryMs: 5, maxRetryMs: 40 };

/** Growing waits from 10 ms; everything that means "too late" is far away unless a test brings it near. */
export const QUICK_LIVE: Partial<LiveTiming> = {
  firstReconnectMs: 10,
  maxReconnectMs: 40,
  refusedRetryMs: 60,
  closeTimeoutMs: 100,
};

export function restClient(baseUrl: string, timing: Partial<RestTiming> = {}, key = KEY): RestClient {
  return new RestClient({
    addresses: deriveAddresses({ baseUrl }),
    apiKey: new ApiKey(key),
    timing: { ...QUICK_REST, ...timing },
  });
}

export function liveConnection(baseUrl: string, timing: Partial<LiveTiming> = {}, key = KEY): LiveConnection {
  return new LiveConnection({
    url: deriveAddresses({ baseUrl }).live,
    apiKey: new ApiKey(key),
    timing: { ...QUICK_LIVE, ...timing },
  });
}

/** A listener that keeps what it hears and lets a test wait for it. */
export class Watcher implements LiveListener {
  readonly statuses: LiveStatus[] = [];
  readonly notices: AlertNotice[] = [];
  readonly #waiting = new Set<() => void>();

  onStatus(status: LiveStatus): void {
    this.statuses.push(status);
    for (const look of [...this.#waiting]) look();
  }

  onNotice(notice: AlertNotice): void {
    this.notices.push(notice);
    for (const look of [...this.#waiting]) look();
  }

  get states(): LiveState[] {
    return this.statuses.map((status) => status.state);
  }

  /** How often the state was reached. */
  count(state: LiveState): number {
    return this.states.filter((one) => one === state).length;
  }

  /** Resolves with the status once the state was reached for the `times`th time. */
  async reaches(state: LiveState, times = 1): Promise<LiveStatus> {
    await this.until(() => this.count(state) >= times);
    return this.statuses.filter((status) => status.state === state)[times - 1]!;
  }

  /** Resolves once the condition holds; it is looked at whenever something is heard. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!condition()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }
}

export function watch(connection: LiveConnection): { watcher: Watcher; leave: () => void } {
  const watcher = new Watcher();
  return { watcher, leave: connection.listen(watcher) };
}

/** Resolves after `ms`: only for what must not happen, or must be over, in that time. */
export function pass(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Timers that keep the process alive, those of mocha included. */
export function runningTimers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}

export function deferred<T = void>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((fulfil) => (resolve = fulfil));
  return { promise, resolve };
}

/** A server of this test's own, for what the simulator does not do. */
export interface BareServer {
  readonly url: string;
  readonly http: http.Server;
  /** TCP connections since the start. */
  readonly connections: number;
  stop(): Promise<void>;
}

export async function bareServer(
  handle: http.RequestListener = (_, response) => void response.writeHead(404).end(),
): Promise<BareServer> {
  const server = http.createServer(handle);
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    http: server,
    get connections() {
      return connections;
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Answers every request with this JSON, or text as it stands. */
export function answering(
  status: number,
  body: unknown,
  headers: http.OutgoingHttpHeaders = {},
): http.RequestListener {
  return (request, response) => {
    request.resume();
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

export interface BareLive extends BareServer {
  readonly handshakes: http.IncomingMessage[];
}

/** A WebSocket server of this test's own. */
export async function bareLive(
  onSocket: (socket: WebSocket, request: http.IncomingMessage) => void,
  options: { autoPong?: boolean } = {},
): Promise<BareLive> {
  const server = await bareServer();
  const sockets = new WebSocketServer({ noServer: true, ...options });
  const handshakes: http.IncomingMessage[] = [];
  server.http.on('upgrade', (request, connection, head) => {
    handshakes.push(request);
    sockets.handleUpgrade(request, connection, head, (socket) => {
      socket.on('error', () => socket.terminate());
      onSocket(socket, request);
    });
  });
  return Object.assign(server, { handshakes });
}

/** A handshake answered with an HTTP error. */
export async function refusingLive(status: number, headers: Record<string, string> = {}): Promise<BareLive> {
  const server = await bareServer();
  const handshakes: http.IncomingMessage[] = [];
  const lines = Object.entries({ 'Content-Length': '0', Connection: 'close', ...headers });
  server.http.on('upgrade', (request, connection) => {
    handshakes.push(request);
    connection.on('error', () => connection.destroy());
    connection.end(
      `HTTP/1.1 ${status} Refused\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
    );
  });
  return Object.assign(server, { handshakes });
}

/** A notice of a new alert, as the platform sends it in version 2. */
export function createdNotice(uuid = ALERT_UUID, changes: Record<string, unknown> = {}): string {
  return JSON.stringify({
    metadata: {
      version: 2,
      uuid: '0b8f2c36-98d6-4c0b-9d86-4a8f1d6b7a11',
      created_at: '2026-01-05T07:32:03.256679+00:00',
      community_uuid: '6f0f3f5e-5a1b-4b6f-8f39-1de0a8cf2ce4',
    },
    type: 'alert',
    action: 'created',
    attributes: { uuid, short_id: 'ALabc123DEF4' },
    ...changes,
  });
}
