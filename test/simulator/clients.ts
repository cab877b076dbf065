import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Platform } from '../../simulator';

export interface JsonAnswer {
  status: number;
  headers: Headers;
  body: unknown;
}

/** A request with the platform's key; the body of the answer is parsed when it is JSON. */
export async function call(
  platform: Platform,
  path: string,
  options: { method?: string; body?: unknown; key?: string | null } = {},
): Promise<JsonAnswer> {
  const { method = 'GET', body, key = platform.apiKey } = options;
  const response = await fetch(platform.url + path, {
    method,
    redirect: 'manual',
    headers: { ...(key !== null && { Authorization: `Bearer ${key}` }), 'Content-Type': 'application/json' },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type') === 'application/json';
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** The body of an answer that must be 200. */
export async function get<T>(platform: Platform, path: string): Promise<T> {
  const { status, body } = await call(platform, path);
  if (status !== 200) throw new Error(`${path} was answered ${status}: ${JSON.stringify(body)}`);
  return body as T;
}

export interface List {
  items: Record<string, unknown>[];
  total: number;
  has_more: boolean;
}

export function list(platform: Platform, parameters: Record<string, string> = {}): Promise<List> {
  return get<List>(platform, `/v1/sic/alerts?${new URLSearchParams(parameters).toString()}`);
}

export async function listUuids(platform: Platform, parameters: Record<string, string>): Promise<string[]> {
  return (await list(platform, parameters)).items.map(({ uuid }) => String(uuid));
}

export interface Message {
  authenticated?: boolean;
  event_version?: string;
  metadata?: { version: number; uuid: string; created_at: string; community_uuid: string };
  type?: string;
  action?: string;
  attributes?: Record<string, unknown>;
}

/** A LiveAPI client that keeps what it gets until it is asked for it. */
export class LiveClient {
  readonly socket: WebSocket;
  private readonly messages: string[] = [];

  constructor(platform: Platform, headers: Record<string, string>, path = '/live/') {
    this.socket = new WebSocket(platform.url.replace('http', 'ws') + path, { headers });
    this.socket.on('message', (data: Buffer) => {
      this.messages.push(data.toString('utf8'));
      this.socket.emit('kept');
    });
    // Refused handshakes are looked at by who waits for them.
    this.socket.on('error', () => undefined);
  }

  static async open(platform: Platform, options: { upgrade?: boolean } = {}): Promise<LiveClient> {
    const client = new LiveClient(platform, { Cookie: `access_token_cookie=${platform.apiKey}` });
    await client.next();
    if (options.upgrade ?? true) {
      client.socket.send('{"action": "upgrade"}');
      await once(platform.live, 'upgrade');
    }
    return client;
  }

  async nextRaw(): Promise<string> {
    while (this.messages.length === 0) await once(this.socket, 'kept');
    return this.messages.shift()!;
  }

  async next(): Promise<Message> {
    return JSON.parse(await this.nextRaw()) as Message;
  }

  /** The next message of version 2. */
  async nextNotice(): Promise<Message> {
    for (;;) {
      const message = await this.next();
      if (message.metadata?.version === 2) return message;
    }
  }

  get waiting(): number {
    return this.messages.length;
  }
}

/** The HTTP status with which a handshake is refused. */
export async function refusal(client: LiveClient): Promise<number | undefined> {
  const [, response] = (await once(client.socket, 'unexpected-response')) as [
    unknown,
    { statusCode?: number },
  ];
  client.socket.terminate();
  return response.statusCode;
}
