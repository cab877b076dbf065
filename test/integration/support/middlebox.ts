import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';

/** Answers a request instead of the platform, and says so; or leaves it alone. */
export type Intercept = (request: http.IncomingMessage, response: http.ServerResponse) => boolean;

/** Between Node-RED and the platform: answers as it likes, with a clock of its own, or on a line as slow as told. */
export class Middlebox {
  readonly #target: URL;
  readonly #server = http.createServer((request, response) => this.#handle(request, response));
  readonly #sockets = new Set<net.Socket>();
  readonly #line: Line | undefined;
  /** What it answers itself. */
  intercept: Intercept | undefined;
  /** How often it did. */
  intercepted = 0;
  /** Requests that the platform answered, by path. */
  readonly passed: string[] = [];
  /** How far the `Date` of what it passes on is set off. */
  dateOffMs = 0;

  private constructor(target: string, bitsPerSecond: number | undefined) {
    this.#target = new URL(target);
    this.#line = bitsPerSecond === undefined ? undefined : new Line(bitsPerSecond / 8);
    this.#server.on('connection', (socket) => this.#keep(socket));
    this.#server.on('upgrade', (request, client: net.Socket, head) => this.#tunnel(request, client, head));
  }

  static async start(target: string, bitsPerSecond?: number): Promise<Middlebox> {
    const box = new Middlebox(target, bitsPerSecond);
    box.#server.listen(0, '127.0.0.1');
    await once(box.#server, 'listening');
    return box;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#line?.stop();
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #handle(request: http.IncomingMessage, response: http.ServerResponse): void {
    if (this.intercept?.(request, response)) {
      this.intercepted += 1;
      return;
    }
    const { url = '', method, headers } = request;
    const { hostname, port } = this.#target;
    const upstream = http.request({ hostname, port, path: url, method, headers }, (answer) => {
      const date = new Date(Date.parse(answer.headers.date ?? '') + this.dateOffMs).toUTCString();
      response.writeHead(answer.statusCode ?? 502, { ...answer.headers, date });
      if (this.#line === undefined) answer.pipe(response);
      else void this.#line.carry(answer, response);
      response.on('finish', () => this.passed.push(url));
    });
    upstream.on('error', () => response.destroy());
    response.on('close', () => upstream.destroy());
    request.pipe(upstream);
  }

  #tunnel(request: http.IncomingMessage, client: net.Socket, head: Buffer): void {
    const { hostname, port } = this.#target;
    const upstream = net.connect(Number(port), hostname, () => {
      const lines = Object.entries(request.headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
      upstream.write(`GET ${request.url ?? ''} HTTP/1.1\r\n${lines.join('')}\r\n`);
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    this.#keep(upstream);
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
  }

  #keep(socket: net.Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }
}

const TICK_MS = 20;

/** A line that several answers share, piece by piece. */
class Line {
  readonly #bytesPerTick: number;
  readonly #waiting: (() => void)[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(bytesPerSecond: number) {
    this.#bytesPerTick = Math.floor((bytesPerSecond * TICK_MS) / 1000);
    this.#timer = setInterval(() => this.#waiting.shift()?.(), TICK_MS);
  }

  async carry(answer: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    try {
      for await (const chunk of answer as AsyncIterable<Buffer>)
        for (let at = 0; at < chunk.length && !response.destroyed; at += this.#bytesPerTick) {
          await new Promise<void>((resolve) => this.#waiting.push(resolve));
          response.write(chunk.subarray(at, at + this.#bytesPerTick));
        }
      response.end();
    } catch {
      response.destroy();
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
