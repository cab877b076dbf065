import type { Timers } from '../http/timers';
import type { AlertComment, AlertFields, Author } from './alerts/alert';
import type { AlertReading } from './alerts/alert-reading';
import { AlertStore } from './alerts/alert-store';
import { caseOfAlert, CaseStore, type Case, type CaseFields } from './cases/case-store';
import type { LiveApi } from './live/live-api';
import { alertCreated, alertUpdated, caseNotice, commentCreated } from './live/notices';

export interface RaiseOptions {
  /** Sends the notice on the LiveAPI. Default: true */
  announce?: boolean;
  /** How much later than the alert its notice is sent. Default: 0 */
  announceAfterMs?: number;
  /** How long the REST API does not show the alert. Default: 0 */
  visibleAfterMs?: number;
  /** Whether the alert list shows it when nothing is said of `visible`. Default: true */
  visible?: boolean;
  /** Epoch seconds, with fractions. Default: now, on the platform's clock */
  createdAt?: number;
}

export interface RaiseManyOptions extends RaiseOptions {
  /** What lies between the creation of one alert and the next. Default: 0 */
  everySeconds?: number;
}

/** Where alerts and cases are raised, changed and commented, and where the LiveAPI hears of it. */
export class AlertDesk {
  readonly store: AlertStore;
  readonly cases = new CaseStore();
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
    if (options.visible === false) this.store.setVisible(reading.record.uuid, false);
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

  /** @throws RangeError when there is no such alert */
  editComment(id: string, comment: AlertComment, by: Author): AlertComment {
    this.store.editComment(id, comment, by, this.now());
    return comment;
  }

  /** @throws RangeError when there is no such alert */
  removeComment(id: string, uuid: string, by: Author): void {
    this.store.removeComment(id, uuid, by, this.now());
  }

  openCase(fields: CaseFields, by: Author): Case {
    const opened = this.cases.add(fields, by, this.isoNow());
    this.live.notify(caseNotice('created', opened), opened.community_uuid);
    return opened;
  }

  changeCase(uuid: string, patch: Partial<CaseFields>, by: Author): void {
    this.cases.change(uuid, patch, by, this.isoNow());
    this.tellOfCase('updated', uuid, patch);
  }

  setCaseAlerts(uuid: string, alerts: string[], by: Author): void {
    const before = this.cases.alertsOf(uuid);
    this.cases.setAlerts(uuid, alerts);
    this.cases.change(uuid, {}, by, this.isoNow());
    const found = this.cases.get(uuid);
    if (!found) return;
    const added = alerts.filter((alert) => !before.includes(alert));
    const deleted = before.filter((alert) => !alerts.includes(alert));
    for (const alert of [...added, ...deleted]) {
      const others = this.store.readable(alert)?.cases.filter(({ short_id }) => short_id !== found.short_id);
      if (others)
        this.store.setCases(alert, added.includes(alert) ? [...others, caseOfAlert(found)] : others);
    }
    this.tellOfCase('alerts-updated', uuid, { added_alerts_uuid: added, deleted_alerts_uuid: deleted });
  }

  commentCase(uuid: string, commentUuid: string, content: string, by: Author): void {
    const found = this.cases.get(uuid);
    if (!found) return;
    this.cases.change(uuid, { number_of_comments: found.number_of_comments + 1 }, by, this.isoNow());
    this.live.notify(
      {
        type: 'case-comment',
        action: 'created',
        attributes: {
          uuid: commentUuid,
          case_uuid: uuid,
          content,
          created_by: by.uuid,
          created_by_type: by.type,
        },
      },
      found.community_uuid,
    );
  }

  private tellOfCase(action: string, uuid: string, updated: object): void {
    const found = this.cases.get(uuid);
    if (found) this.live.notify(caseNotice(action, found, updated), found.community_uuid);
  }

  private isoNow(): string {
    return new Date(this.now()).toISOString();
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
