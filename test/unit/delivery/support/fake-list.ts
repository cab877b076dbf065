import { SekoiaError } from '../../../../lib/sekoia/errors';
import type { AlertListQuery, AlertPage } from '../../../../lib/sekoia/rest-client';

export interface ListedAlert {
  [field: string]: unknown;
  uuid: string;
  created_at: unknown;
}

/** An alert list in the order in which the platform holds it, behind a clock and a line of which the test disposes. */
export class FakeList {
  readonly alerts: ListedAlert[] = [];
  readonly queries: AlertListQuery[] = [];
  /** In epoch seconds. */
  now = 1_700_000_000;
  /** How far the `Date` of the next answer is off, in seconds; undefined: it has none. */
  dateOff: number | undefined = 0;
  /** More do not come in time. */
  pageSize = 100;
  /** Windows that begin in the future are an error. */
  strict = false;
  onQuery: () => void = () => undefined;

  /** @param createdAt now, unless it is said otherwise */
  raise(createdAt: unknown = this.now): string {
    const uuid = `alert-${this.alerts.length}`;
    this.alerts.push({ uuid, created_at: createdAt });
    return uuid;
  }

  remove(uuid: string): void {
    const at = this.alerts.findIndex((alert) => alert.uuid === uuid);
    if (at !== -1) this.alerts.splice(at, 1);
  }

  async listAlerts(query: AlertListQuery): Promise<AlertPage> {
    this.queries.push(query);
    this.onQuery();
    await Promise.resolve();
    const range = query['date[created_at]'];
    const from = range === undefined ? -Infinity : Date.parse(String(range).split(',')[0]!) / 1000;
    if (this.strict && from > this.now) throw new SekoiaError('SEKOIA_BAD_INPUT', 'start after end');
    const limit = Math.min(Number(query.limit), this.pageSize);
    const offset = Number(query.offset ?? 0);
    const inOrder = [...this.alerts].sort((one, other) => key(one) - key(other));
    if (query.direction === 'desc') inOrder.reverse();
    const within = inOrder.filter((alert) => key(alert) >= from);
    const items = within.slice(offset, offset + limit);
    return {
      items,
      sent: items.length,
      hasMore: offset + items.length < within.length,
      ...(this.dateOff !== undefined && { answeredAtMs: (this.now + this.dateOff) * 1000 }),
    };
  }
}

function key({ created_at }: ListedAlert): number {
  return typeof created_at === 'number' ? created_at : 0;
}
