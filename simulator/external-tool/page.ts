import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Received } from './external-tool';

/** What the page shows of a request. */
interface Entry {
  number: number;
  /** Epoch milliseconds. */
  at: number;
  method: string;
  path: string;
  idempotencyKey: string | null;
  /** A request with the same Idempotency-Key came before. */
  repeat: boolean;
  body: unknown;
  status: number;
}

const MAX_ENTRIES = 1_000;
const PAGE_FILE = join(__dirname, 'page.html');

/** The page of the external tool, and the Server-Sent Events that fill it. */
export class Page {
  private readonly entries = new Map<Received, Entry>();
  private readonly seenKeys = new Set<string>();
  private readonly streams = new Set<ServerResponse>();
  private count = 0;

  add(received: Received): void {
    const key = received.headers['idempotency-key'];
    const idempotencyKey = typeof key === 'string' ? key : null;
    const entry: Entry = {
      number: ++this.count,
      at: performance.timeOrigin + received.at,
      method: received.method,
      path: received.path,
      idempotencyKey,
      repeat: idempotencyKey !== null && this.seenKeys.has(idempotencyKey),
      body: received.body,
      status: received.status,
    };
    if (idempotencyKey !== null) this.seenKeys.add(idempotencyKey);
    this.entries.set(received, entry);
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= MAX_ENTRIES) break;
      this.entries.delete(oldest);
    }
    this.broadcast('received', entry);
  }

  answered(received: Received): void {
    const entry = this.entries.get(received);
    if (!entry) return;
    entry.status = received.status;
    this.broadcast('answered', { number: entry.number, status: entry.status });
  }

  clear(): void {
    this.entries.clear();
    this.seenKeys.clear();
    this.broadcast('reset', {});
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    switch (request.url) {
      case '/':
        response.writeHead(200, {
          'Content-Type': 'text/html; charset=utf-8',
          'Cache-Control': 'no-store',
          // Nothing from outside, and nothing from the requests shown, is ever run.
          'Content-Security-Policy':
            "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; img-src data:",
        });
        response.end(readFileSync(PAGE_FILE));
        break;
      case '/events':
        this.stream(response);
        break;
      default:
        response.writeHead(404).end();
    }
  }

  private stream(response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    // A page that connects again, perhaps to a tool that was restarted, starts anew.
    response.write(`retry: 1000\n${message('reset', {})}`);
    for (const entry of this.entries.values()) response.write(message('received', entry));
    this.streams.add(response);
    response.on('close', () => this.streams.delete(response));
  }

  private broadcast(event: string, data: unknown): void {
    for (const stream of this.streams) stream.write(message(event, data));
  }
}

function message(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
