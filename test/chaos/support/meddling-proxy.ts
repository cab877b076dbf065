import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import net from 'node:net';
import { buffer } from 'node:stream/consumers';

import { type Listener, listen } from '../../../simulator/http/server';
import { SharedLine } from './shared-line';

/** What a proxy does to a request, or to its answer. */
export interface Meddling {
  /** Answers with a page of its own, in place of the platform. */
  status?: number;
  /** How far the Date of the answer is ahead. */
  dateAheadMs?: number;
}

export interface MeddlingProxyOptions {
  /** Of each REST request. Default: passes it on */
  meddle?: (url: string) => Meddling;
  /** How fast REST answers come, all together. Default: at once */
  bytesPerSecond?: number;
}

/** A reverse proxy in front of the platform. Sockets of the LiveAPI pass through it untouched. */
export class MeddlingProxy {
  readonly #target: URL;
  readonly #options: MeddlingProxyOptions;
  readonly #line: SharedLine | undefined;
  readonly #agent = new http.Agent({ keepAlive: true });
  readonly #tunnels = new Set<net.Socket>();
  #listener!: Listener;
  /** Answers that the client did not wait for. */
  givenUp = 0;
  /** What the longest answer took, from the request to its last byte. */
  longestMs = 0;

  private constructor(target: string, options: MeddlingProxyOptions) {
    this.#target = new URL(target);
    this.#options = options;
    if (options.bytesPerSecond !== undefined) this.#line = new SharedLine(options.bytesPerSecond);
  }

  static async start(target: string, options: MeddlingProxyOptions): Promise<MeddlingProxy> {
    const proxy = new MeddlingProxy(target, options);
    proxy.#listener = await listen((request, response) => void proxy.#handle(request, response));
    proxy.#listener.server.on('upgrade', (request, client: net.Socket, head: Buffer) =>
      proxy.#tunnel(request, client, head),
    );
    return proxy;
  }

  get url(): string {
    return this.#listener.url;
  }

  /** What has come through, in bytes, of a line with a limit. */
  get bytes(): number {
    return this.#line?.bytes ?? 0;
  }

  async stop(): Promise<void> {
    this.#line?.close();
    for (const socket of this.#tunnels) socket.destroy();
    this.#agent.destroy();
    await this.#listener.stop();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedMs = performance.now();
    response.once('close', () => {
      if (!response.writableFinished) this.givenUp += 1;
      else this.longestMs = Math.max(this.longestMs, performance.now() - startedMs);
    });
    const { status, dateAheadMs = 0 } = this.#options.meddle?.(request.url ?? '/') ?? {};
    if (status !== undefined) {
      request.resume();
      const date = new Date(Date.now() + dateAheadMs).toUTCString();
      response.writeHead(status, { Date: date, 'Content-Type': 'text/html' });
      response.end(`<html><h1>${status}</h1>The proxy of the company</html>`);
      return;
    }
    try {
      const answer = await this.#ask(request);
      const body = await buffer(answer);
      const headers = { ...answer.headers };
      const dateMs = Date.parse(headers.date ?? '');
      if (dateAheadMs !== 0) headers.date = new Date(dateMs + dateAheadMs).toUTCString();
      response.writeHead(answer.statusCode ?? 502, headers);
      if (this.#line === undefined) response.end(body);
      else this.#line.send(response, body);
    } catch {
      response.destroy();
    }
  }

  #ask(request: IncomingMessage): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = this.#target;
      const { method, url, headers } = request;
      const asked = http.request({ agent: this.#agent, hostname, port, method, path: url, headers }, resolve);
      asked.once('error', reject);
      request.pipe(asked);
    });
  }

  #tunnel(request: IncomingMessage, client: net.Socket, head: Buffer): void {
    const platform = net.connect(Number(this.#target.port), this.#target.hostname);
    const lines = [`${request.method ?? 'GET'} ${request.url ?? '/'} HTTP/1.1`];
    for (let at = 0; at < request.rawHeaders.length; at += 2)
      lines.push(`${request.rawHeaders[at] ?? ''}: ${request.rawHeaders[at + 1] ?? ''}`);
    platform.write(`${lines.join('\r\n')}\r\n\r\n`);
    platform.write(head);
    platform.pipe(client).pipe(platform);
    for (const socket of [platform, client]) {
      this.#tunnels.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        this.#tunnels.delete(socket);
        platform.destroy();
        client.destroy();
      });
    }
  }
}
