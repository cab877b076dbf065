import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that the target has answered. */
export interface Answered {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body: string;
  readonly accepted: boolean;
}

/** How the target answers: a status, or a connection that is cut. */
export type Answer = number | 'cut';

/** A tool that accepts or refuses what it is sent, and keeps a record of it. */
export class Target {
  readonly record: Answered[] = [];
  /** Told by a test; everything is accepted otherwise. */
  answer: (request: { method: string; path: string; body: string }) => Answer = () => 200;
  readonly #server = http.createServer((request, response) => void this.#take(request, response));
  #url = '';
  readonly #waiting: (() => void)[] = [];

  get url(): string {
    return this.#url;
  }

  /** Waits until it has answered so many requests. */
  async answers(count: number): Promise<void> {
    while (this.record.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #take(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk as string;
    const { method = '', url: path = '' } = request;
    const answer = this.answer({ method, path, body });
    this.record.push({ method, path, body, accepted: typeof answer === 'number' && answer < 400 });
    if (answer === 'cut') {
      request.socket.destroy();
    } else {
      response.statusCode = answer;
      // A connection that is used again may be cut with a request on its way that is never recorded.
      response.setHeader('Connection', 'close');
      response.end('answer');
    }
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** One that starts empty with each test of the suite. */
export function useTarget(): Target {
  const target = new Target();
  before(() => target.start());
  beforeEach(() => {
    target.record.length = 0;
    target.answer = () => 200;
  });
  after(() => target.stop());
  return target;
}
