/** The other tool, in a process of its own: it answers 200 to everything, and remembers what came when. */
import http from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { serve } from '../support/child';
import { nowMs } from '../support/clock';

/** When each alert was received for the first time, by its uuid. */
let receivedAt = new Map<string, number>();
let wanted: { count: number; resolve: () => void } | undefined;

const server = http.createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"ok":true}');
    receive(Buffer.concat(chunks).toString('utf8'));
  });
});
server.keepAliveTimeout = 60_000;
const listening = once(server.listen(0, '127.0.0.1', 4096), 'listening');

function receive(body: string): void {
  const { alert_short_id: uuid } = JSON.parse(body) as { alert_short_id: string };
  if (!receivedAt.has(uuid)) receivedAt.set(uuid, nowMs());
  if (wanted !== undefined && receivedAt.size >= wanted.count) wanted.resolve();
}

const answers = {
  url: async (): Promise<string> => {
    await listening;
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  },

  /** Waits until so many alerts are there, or the time is over, and forgets them. */
  received: async ({ count, withinMs }: { count: number; withinMs: number }): Promise<[string, number][]> => {
    if (receivedAt.size < count) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        wanted = { count, resolve };
        timer = setTimeout(resolve, withinMs);
      });
      clearTimeout(timer);
      wanted = undefined;
    }
    const received = [...receivedAt];
    receivedAt = new Map();
    return received;
  },
};

export type TargetProcess = typeof answers;

serve(answers);
