import { EventEmitter } from 'node:events';

import { WebSocket } from 'ws';

export interface EditorStatus {
  fill?: string;
  shape?: string;
  text?: string;
}

/** What the Runs sidebar is told. */
export interface RunChanges {
  runs: { id: string; status: string }[];
  triggers: { id: string; on: boolean; state: string }[];
  many?: boolean;
}

interface EditorMessage {
  topic: string;
  data: unknown;
}

/** What an open editor is told: the status under each node, and what changes of runs and triggers. */
export class EditorComms extends EventEmitter<{ status: [string, EditorStatus]; changes: [RunChanges] }> {
  readonly statuses = new Map<string, EditorStatus>();
  /** Every status of every node so far, oldest first. */
  readonly history: { id: string; status: EditorStatus }[] = [];
  /** All so far, and when each came, as performance.now() counts. */
  readonly changes: { at: number; changes: RunChanges }[] = [];

  private constructor(private readonly socket: WebSocket) {
    super();
    this.setMaxListeners(0);
    socket.on('message', (data: Buffer) => {
      const messages = JSON.parse(data.toString('utf8')) as unknown;
      // What is not a list is about logging in.
      if (Array.isArray(messages)) for (const message of messages as EditorMessage[]) this.#take(message);
    });
    socket.on('error', () => undefined);
  }

  #take({ topic, data }: EditorMessage): void {
    if (topic === 'sekoia-runs/changes') {
      const changes = data as RunChanges;
      this.changes.push({ at: performance.now(), changes });
      this.emit('changes', changes);
    }
    if (!topic.startsWith('status/')) return;
    const status = data as EditorStatus;
    const id = topic.slice('status/'.length);
    this.statuses.set(id, status);
    this.history.push({ id, status });
    this.emit('status', id, status);
  }

  static async open(nodeRedUrl: string): Promise<EditorComms> {
    const socket = new WebSocket(`${nodeRedUrl.replace('http', 'ws')}/comms`);
    const comms = new EditorComms(socket);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    socket.send(JSON.stringify({ subscribe: 'status/#' }));
    return comms;
  }

  /** Resolves with the node's status, now or later, once its text matches. */
  async waitForStatus(id: string, pattern: RegExp): Promise<EditorStatus> {
    const matches = (status: EditorStatus | undefined): status is EditorStatus =>
      pattern.test(status?.text ?? '');
    const now = this.statuses.get(id);
    if (matches(now)) return now;
    return new Promise((resolve) => {
      const onStatus = (changed: string, status: EditorStatus): void => {
        if (changed !== id || !matches(status)) return;
        this.off('status', onStatus);
        resolve(status);
      };
      this.on('status', onStatus);
    });
  }

  close(): void {
    this.socket.terminate();
  }
}
