import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

export interface Tls {
  key: string | Buffer;
  cert: string | Buffer;
}

export interface ListenOptions {
  /** 0, the default, takes a free port. */
  port?: number | undefined;
  /** Default: 127.0.0.1 */
  host?: string | undefined;
  tls?: Tls | undefined;
}

export interface Listener {
  server: Server;
  url: string;
  /** Connections that are open. */
  readonly connections: number;
  /** Ends at once, also what is half answered, upgraded to a WebSocket or waiting for ever. */
  stop(): Promise<void>;
}

/** Longer than any test, so that no client meets a connection that is being closed for idleness. */
const KEEP_ALIVE_TIMEOUT_MS = 60_000;

/** @throws the listen error, for example EADDRINUSE */
export async function listen(handler: RequestListener, options: ListenOptions = {}): Promise<Listener> {
  const { port = 0, host = '127.0.0.1', tls } = options;
  const server = tls ? createHttpsServer({ ...tls }, handler) : createHttpServer(handler);
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;

  // Server.closeAllConnections() forgets what was upgraded, so the TCP sockets are kept here.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port: boundPort } = server.address() as AddressInfo;
  const authority = host.includes(':') ? `[${host}]` : host;

  return {
    server,
    url: `${tls ? 'https' : 'http'}://${authority}:${boundPort}`,
    get connections() {
      return sockets.size;
    },
    async stop() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
