import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TestServer {
  readonly url: string;
  /** An address where nobody listens. */
  readonly refused: string;
  /** How often a path was asked for. */
  count(path: string): number;
  /** Lets the requests for `/slow` have their answer. */
  answer(): void;
  stop(): Promise<void>;
}

/**
 * `/ok…` 200, `/500…` 500, `/hang…` no answer, `/slow` 200 when the test says so, `/first-500…` and `/first-cut…` an error or a cut connection the
 * first time, then 200.
 */
export async function startServer(): Promise<TestServer> {
  const counts = new Map<string, number>();
  const slow: http.ServerResponse[] = [];
  const server = http.createServer((request, response) => {
    const asked = request.url ?? '';
    const count = (counts.get(asked) ?? 0) + 1;
    counts.set(asked, count);
    if (asked.startsWith('/hang')) return;
    if (asked.startsWith('/slow')) {
      slow.push(response);
      return;
    }
    if (asked.startsWith('/first-cut') && count === 1) {
      request.socket.destroy();
      return;
    }
    response.statusCode =
      asked.startsWith('/500') || (asked.startsWith('/first-500') && count === 1) ? 500 : 200;
    response.end(asked);
  });
  const url = await listen(server);
  const closed = http.createServer();
  const refused = await listen(closed);
  closed.close();
  return {
    url,
    refused,
    count: (asked) => counts.get(asked) ?? 0,
    answer() {
      for (const response of slow.splice(0)) response.end('slow');
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function listen(server: http.Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
