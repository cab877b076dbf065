import { EventEmitter } from 'node:events';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData } from 'ws';
import { bearerToken, type Access } from '../access';
import { API_KEY, COMMUNITIES } from '../alerts/tenants';
import type { Faults, LiveFault } from '../faults';
import { LiveSocket } from './live-socket';
import { inVersion1, inVersion2, type Notice, type NoticeShape } from './notices';

export interface LiveEvents {
  /** A handshake was accepted. */
  open: [];
  /** A socket sent `{"action": "upgrade"}`. */
  upgrade: [];
  ping: [];
  /** A handshake was refused, with this HTTP status. */
  refused: [number];
  /** The TCP connection of a socket ended. */
  close: [];
}

/**
 * The LiveAPI: `/live/`, with the API key in the cookie `access_token_cookie`. A socket is silent until the client
 * is told that it is authenticated; it then gets notices of version 1, and after `{"action": "upgrade"}` of both
 * versions. Nothing is replayed.
 */
export class LiveApi extends EventEmitter<LiveEvents> {
  /** Sockets accepted since the start. */
  accepted = 0;
  /** Handshakes refused since the start. */
  refused = 0;
  /** `{"action": "upgrade"}` received since the start. */
  upgrades = 0;
  /** Pings received since the start, also those that a half-open socket did not answer. */
  pings = 0;
  /** How new alerts are announced. */
  noticeShape: NoticeShape = 'full';

  private readonly sockets = new Set<LiveSocket>();
  private readonly server = new WebSocketServer({ noServer: true, autoPong: false, WebSocket: LiveSocket });

  constructor(
    private readonly access: Access,
    private readonly faults: Faults,
    private readonly now: () => number,
  ) {
    super();
  }

  /** Sockets open now, half-open ones included. */
  get open(): number {
    return this.sockets.size;
  }

  /** Ends the TCP connection of every socket. */
  cut(): void {
    for (const socket of this.sockets) socket.terminate();
  }

  /** Sends one frame to every socket: a string as it is, anything else as JSON. */
  send(frame: unknown): void {
    for (const socket of this.sockets) socket.transmit(frame);
  }

  /** Sends a notice, in the versions that each socket gets. */
  notify(notice: Notice, communityUuid: string = COMMUNITIES[0].uuid): void {
    if (this.sockets.size === 0) return;
    const version1 = inVersion1(notice);
    const version2 = JSON.stringify(inVersion2(notice, this.now(), communityUuid));
    for (const socket of this.sockets) {
      if (version1) socket.transmit(version1);
      if (socket.upgraded) socket.transmit(version2);
    }
  }

  deafen(): void {
    for (const socket of this.sockets) socket.deaf = true;
  }

  /** For the `upgrade` event of the HTTP server. */
  handshake(request: IncomingMessage, connection: Duplex, head: Buffer): void {
    // A client that goes away in the middle is nothing to fail on.
    connection.on('error', () => connection.destroy());
    const fault = this.faults.takeLive();
    if (fault?.hangHandshake) {
      connection.on('end', () => connection.destroy()).resume();
      return;
    }
    const refusal = fault?.refuse ?? this.refusal(request);
    if (refusal !== undefined) {
      this.refuse(connection, refusal);
      return;
    }
    this.server.handleUpgrade(request, connection, head, (socket) => this.welcome(socket, fault));
  }

  private refusal(request: IncomingMessage): number | undefined {
    if (!/^\/live\/?(\?|$)/.test(request.url ?? '')) return 404;
    const { cookie = '', authorization } = request.headers;
    const [, inCookie] = /(?:^|;)\s*access_token_cookie=([^;]*)/.exec(cookie) ?? [];
    // An Authorization header is said to work as well, but not documented.
    return this.access.accepts(inCookie ?? bearerToken(authorization)) ? undefined : 401;
  }

  private refuse(connection: Duplex, status: number): void {
    this.refused++;
    connection.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}\r\n` +
        `Date: ${new Date(this.now()).toUTCString()}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    );
    this.emit('refused', status);
  }

  private welcome(socket: LiveSocket, fault: LiveFault | undefined): void {
    this.accepted++;
    this.sockets.add(socket);
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      this.sockets.delete(socket);
      this.emit('close');
    });
    socket.on('ping', (data: Buffer) => {
      this.pings++;
      if (!socket.deaf) socket.pong(data);
      this.emit('ping');
    });
    socket.on('message', (data) => this.hear(socket, data));

    socket.deaf = fault?.silent ?? false;
    if (fault?.refuseMessage) {
      socket.transmit({ authenticated: false });
      socket.close();
    } else {
      socket.transmit({ authenticated: true, identity: `apikey:${API_KEY.uuid}` });
    }
    this.emit('open');
  }

  private hear(socket: LiveSocket, data: RawData): void {
    if (!isUpgrade(data)) return;
    this.upgrades++;
    socket.upgraded = true;
    this.emit('upgrade');
  }
}

function isUpgrade(data: RawData): boolean {
  try {
    // With the default binaryType a message is one Buffer.
    const message: unknown = JSON.parse((data as Buffer).toString('utf8'));
    return (
      typeof message === 'object' && message !== null && 'action' in message && message.action === 'upgrade'
    );
  } catch {
    return false;
  }
}
