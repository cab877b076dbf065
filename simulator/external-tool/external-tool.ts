import { EventEmitter } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { BodyTooLarge, readBody } from '../http/body';
import { reset } from '../http/reset';
import { listen, type Listener, type ListenOptions } from '../http/server';
import { Timers } from '../http/timers';
import { Page } from './page';

export interface ExternalToolOptions extends ListenOptions {
  /** When given, a request with another bearer token, or none, is answered with 401. */
  token?: string;
}

/** A request that reached the tool, whatever it was answered. */
export interface Received {
  /** When it came, as performance.now() counts. */
  at: number;
  method: string;
  /** With the query. */
  path: string;
  headers: IncomingHttpHeaders;
  /** Parsed when it is JSON, else the text. */
  body: unknown;
  raw: string;
  /** What it was answered; 0 for as long as there is no answer. */
  status: number;
}

/** What the tool does in place of answering 201. */
export interface ToolAnswer {
  status?: number;
  /** A string as plain text, anything else as JSON. */
  body?: unknown;
  /** Waits before it answers. */
  delayMs?: number;
  /** Resets the connection without an answer. */
  reset?: boolean;
  /** Never answers. */
  hang?: boolean;
  /** How many requests it meets. Default: all, until it is cleared. */
  times?: number;
  /** Which requests it meets. Default: all */
  when?: (received: Received) => boolean;
}

export interface ToolAnswerHandle {
  /** How many requests met it. */
  readonly hits: number;
  clear(): void;
}

const MAX_BODY_BYTES = 10_000_000;

/** A stand-in for the tool that alerts are sent to. It opens a ticket for every request, and shows them on a page. */
export class ExternalTool extends EventEmitter<{ received: [Received] }> {
  /** All requests but those for the page, in the order in which they came. */
  readonly received: Received[] = [];

  private readonly answers: { answer: ToolAnswer; left: number; hits: number }[] = [];
  private readonly page = new Page();
  private readonly timers = new Timers();
  private readonly waiting = new Set<() => void>();
  private tickets = 0;
  private listener: Listener | undefined;

  /** It answers once it is started: see startExternalTool. */
  constructor(private readonly token?: string) {
    super();
  }

  /** @throws the listen error, for example EADDRINUSE */
  async start(options: ListenOptions = {}): Promise<void> {
    this.listener = await listen((request, response) => void this.handle(request, response), options);
  }

  /** Ends at once, also with requests that hang. Whoever still waits is told. */
  async stop(): Promise<void> {
    this.timers.clear();
    for (const giveUp of this.waiting) giveUp();
    await this.listener?.stop();
  }

  get url(): string {
    if (!this.listener) throw new Error('The external tool is not started');
    return this.listener.url;
  }

  /** Connections that are open. */
  get connections(): number {
    return this.listener?.connections ?? 0;
  }

  /** Forgets what was received. Tickets are still numbered on. */
  clear(): void {
    this.received.length = 0;
    this.page.clear();
  }

  /** From now on, requests that fit are answered like this. Of several that fit, the oldest is met. */
  answer(answer: ToolAnswer): ToolAnswerHandle {
    const entry = { answer, left: answer.times ?? Infinity, hits: 0 };
    this.answers.push(entry);
    return {
      get hits() {
        return entry.hits;
      },
      clear: () => {
        entry.left = 0;
      },
    };
  }

  /**
   * What was received, as soon as there are so many, or as soon as they are as wanted.
   * @throws Error that says how many there were when `timeoutMs` had passed
   */
  waitFor(
    wanted: number | ((received: readonly Received[]) => boolean),
    timeoutMs = 5_000,
  ): Promise<Received[]> {
    const reached = () =>
      typeof wanted === 'number' ? this.received.length >= wanted : wanted(this.received);
    return new Promise((resolve, reject) => {
      const settle = (end: () => void) => {
        clearTimeout(timer);
        this.off('received', check);
        this.waiting.delete(giveUp);
        end();
      };
      const check = () => {
        if (reached()) settle(() => resolve([...this.received]));
      };
      const giveUp = () => {
        const { length } = this.received;
        const what =
          typeof wanted === 'number' ? `${length} of ${wanted}` : `${length}, not the ones wanted:`;
        settle(() => reject(new Error(`${what} requests reached the external tool within ${timeoutMs} ms`)));
      };
      const timer = setTimeout(giveUp, timeoutMs);
      this.waiting.add(giveUp);
      this.on('received', check);
      check();
    });
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET' || request.method === 'HEAD') {
      this.page.handle(request, response);
      return;
    }
    let raw: string;
    try {
      raw = (await readBody(request, MAX_BODY_BYTES)).toString('utf8');
    } catch (error) {
      send(response, error instanceof BodyTooLarge ? 413 : 400, { error: String(error) });
      return;
    }
    const { body, broken } = parseBody(raw, request.headers['content-type'] ?? '');
    const received: Received = {
      at: performance.now(),
      method: request.method ?? '',
      path: request.url ?? '/',
      headers: request.headers,
      body,
      raw,
      status: 0,
    };
    this.received.push(received);
    this.page.add(received);
    const answer = this.takeAnswer(received);
    this.emit('received', received);

    if (answer?.delayMs !== undefined) await this.timers.delay(answer.delayMs);
    if (answer?.hang) return;
    if (answer?.reset) {
      reset(request.socket);
      return;
    }
    if (answer?.status !== undefined) this.reply(response, received, answer.status, answer.body ?? {});
    else if (!this.knows(request.headers.authorization))
      this.reply(response, received, 401, { error: 'Unknown token' });
    else if (broken) this.reply(response, received, 400, { error: 'The body is not JSON' });
    else this.reply(response, received, 201, answer?.body ?? { id: `TICKET-${++this.tickets}` });
  }

  private takeAnswer(received: Received): ToolAnswer | undefined {
    const entry = this.answers.find(({ answer, left }) => left > 0 && (answer.when?.(received) ?? true));
    if (!entry) return undefined;
    entry.left--;
    entry.hits++;
    return entry.answer;
  }

  private knows(authorization: string | undefined): boolean {
    return this.token === undefined || authorization === `Bearer ${this.token}`;
  }

  private reply(response: ServerResponse, received: Received, status: number, body: unknown): void {
    received.status = status;
    this.page.answered(received);
    send(response, status, body);
  }
}

/** @throws the listen error, for example EADDRINUSE */
export async function startExternalTool(options: ExternalToolOptions = {}): Promise<ExternalTool> {
  const tool = new ExternalTool(options.token);
  await tool.start(options);
  return tool;
}

/** What claims to be JSON and is not is kept as text, and refused: a real tool would not take it either. */
function parseBody(raw: string, contentType: string): { body: unknown; broken: boolean } {
  try {
    return { body: JSON.parse(raw), broken: false };
  } catch {
    return { body: raw, broken: contentType.includes('json') };
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response
    .writeHead(status, {
      'Content-Type': typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json',
      'Content-Length': Buffer.byteLength(text),
    })
    .end(text);
}
