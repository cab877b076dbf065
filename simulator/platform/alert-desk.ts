import type { Timers } from '../http/timers';
import type { AlertComment, AlertFields, Author } from './alerts/alert';
import type { AlertReading } from './alerts/alert-reading';
import { AlertStore } from './alerts/alert-store';
import type { LiveApi } from './live/live-api';
import { alertCreated, alertUpdated, commentCreated } from './live/notices';

export interface RaiseOptions {
  /** Sends the notice on the LiveAPI. Default: true */
  announce?: boolean;
  /** How much later than the alert its notice is sent. Default: 0 */
  announceAfterMs?: number;
  /** How long the REST API does not show the alert. Default: 0 */
  visibleAfterMs?: number;
  /** Epoch seconds, with fractions. Default: now, on the platform's clock */
  createdAt?: number;
}

export interface RaiseManyOptions extends RaiseOptions {
  /** What lies between the creation of one alert and the next. Default: 0 */
  everySeconds?: number;
}

/** Where alerts are raised, changed and commented, and where the LiveAPI hears of it. */
export class AlertDesk {
  readonly store: AlertStore;
  /** Whether the list shows custom statuses and verdicts: it has no parameter for them. */
  listsCustomStatus = true;

  /** @param now the platform's clock, epoch milliseconds */
  constructor(
    seed: number,
    readonly now: () => number,
    private readonly live: LiveApi,
    private readonly timers: Timers,
    private readonly onRaised: (alert: AlertReading) => void,
  ) {
    this.store = new AlertStore(seed);
  }

  raise(fields: AlertFields, options: RaiseOptions): AlertReading {
    const createdAt = options.createdAt ?? fields.created_at;
    const createdAtMs = createdAt === undefined ? this.now() : createdAt * 1000;
    const reading = this.store.add(fields, createdAtMs, options.visibleAfterMs ?? 0);
    if (options.announce ?? true) this.announce(reading, options.announceAfterMs ?? 0);
    this.onRaised(reading);
    return reading;
  }

  raiseMany(count: number, fields: AlertFields, options: RaiseManyOptions): string[] {
    const { everySeconds = 0, createdAt = this.now() / 1000 } = options;
    return Array.from(
      { length: count },
      (_, i) => this.raise(fields, { ...options, createdAt: createdAt + i * everySeconds }).record.uuid,
    );
  }

  /** @throws RangeError when there is no such alert */
  change(id: string, patch: AlertFields, by: Author): AlertReading {
    const reading = this.store.change(id, patch, by, this.now());
    this.live.notify(alertUpdated(reading.item, patch), reading.item.community_uuid);
    return reading;
  }

  /** @throws RangeError when there is no such alert */
  addComment(id: string, content: string, by: Author, author?: string): AlertComment {
    const { comment, reading } = this.store.comment(id, content, by, this.now(), author);
    this.live.notify(commentCreated(reading.item, comment), reading.item.community_uuid);
    return comment;
  }

  private announce(reading: AlertReading, afterMs: number): void {
    const send = () => {
      // Nothing is drawn for nobody: a hundred thousand alerts may be raised before the first socket opens.
      if (this.live.open === 0) return;
      this.live.notify(alertCreated(reading.item, this.live.noticeShape), reading.item.community_uuid);
    };
    if (afterMs > 0) this.timers.after(afterMs, send);
    else send();
  }
}
