import { once } from 'node:events';

import type { RunDetails, RunSummary } from '../../../lib/history';
import type { UseCaseFixture } from './use-case-fixture';

export interface Answer<Body = unknown> {
  status: number;
  type: string;
  text: string;
  /** Undefined when it is not JSON. */
  body: Body;
}

export interface TriggerInfo {
  id: string;
  name: string;
  flow: { id: string; name: string };
  on: boolean;
  state: string;
  error: string | null;
  lastDay: Record<'received' | 'filtered' | 'succeeded' | 'failed', number>;
  waiting: number;
  dead: number;
}

/** The admin API of docs/admin-api.md, as the sidebar or a script calls it. */
export class RunsApi {
  constructor(
    private readonly fixture: UseCaseFixture,
    private readonly token?: string,
  ) {}

  /** @param body JSON is made of it unless it is a text */
  async call<Body = unknown>(method: 'GET' | 'POST', route: string, body?: unknown): Promise<Answer<Body>> {
    const response = await fetch(`${this.fixture.nodeRed.url}/sekoia/${route}`, {
      method,
      headers: {
        // Node-RED closes a connection that is idle for 5 s, maybe just when a busy machine asks again.
        Connection: 'close',
        ...(method === 'POST' && { 'Content-Type': 'application/json' }),
        ...(this.token !== undefined && { Authorization: `Bearer ${this.token}` }),
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    const parsed: unknown = type.includes('application/json') ? JSON.parse(text) : undefined;
    return { status: response.status, type, text, body: parsed as Body };
  }

  async runs(query = ''): Promise<RunSummary[]> {
    return (await this.page(query)).runs;
  }

  async page(query = ''): Promise<{ runs: RunSummary[]; next: string | null }> {
    return (await this.call<{ runs: RunSummary[]; next: string | null }>('GET', `runs?${query}`)).body;
  }

  async run(id: string): Promise<RunDetails> {
    return (await this.call<RunDetails>('GET', `runs/${id}`)).body;
  }

  async triggers(): Promise<TriggerInfo[]> {
    return (await this.call<{ triggers: TriggerInfo[] }>('GET', 'triggers')).body.triggers;
  }

  async trigger(id: string): Promise<TriggerInfo> {
    const found = (await this.triggers()).find((trigger) => trigger.id === id);
    if (found === undefined) throw new Error(`There is no trigger ${id}`);
    return found;
  }

  /** Waits until a probe finds something; looks again whenever editors are told of a change. */
  async until<Found>(probe: () => Promise<Found | undefined>): Promise<Found> {
    for (;;) {
      const changed = once(this.fixture.comms, 'changes');
      const found = await probe();
      if (found !== undefined) return found;
      await changed;
    }
  }

  /** Waits for the newest run of an alert to have a status. */
  runOf(uuid: string, status: RunSummary['status']): Promise<RunSummary> {
    return this.until(async () => {
      const [newest] = await this.runs(`alert=${uuid}&limit=1`);
      return newest?.status === status ? newest : undefined;
    });
  }
}
