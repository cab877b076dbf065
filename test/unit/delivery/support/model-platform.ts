import { deriveAddresses } from '../../../../lib/sekoia/addresses';
import type { Alert } from '../../../../lib/sekoia/alert';
import { SekoiaError } from '../../../../lib/sekoia/errors';
import type { AlertListQuery, AlertPage, GetAlertOptions } from '../../../../lib/sekoia/rest-client';
import { ServerClock } from '../../../../lib/sekoia/server-clock';
import { type AlertState, type ModelAlert, asJson, stateOf } from './model-alert';

/** An alert lists late by at most this. */
const MAX_LATE_SECONDS = 500;

const PAGE = 3;

/** A platform of small pages, whose time passes when the test says so. */
export class ModelPlatform {
  readonly addresses = deriveAddresses({ baseUrl: 'https://api.sekoia.io' });
  /** As the client takes it from the answers. */
  readonly clock = new ServerClock();
  readonly alerts: ModelAlert[] = [];
  readonly #startedAt = 1_700_000_000;
  now = this.#startedAt;
  up = true;
  /** How far the `Date` of answer after answer is off, in turn; undefined: it has none. */
  dateOff: readonly (number | undefined)[] = [0];
  /** What must not be, and was: those who are tested may catch what is thrown. */
  readonly violations: string[] = [];
  #answers = 0;
  /** Called before each page is answered. */
  onPage: () => void = () => undefined;

  /** Time that has passed on the platform: nothing is too small for a monotonic clock. */
  get elapsedMs(): number {
    return (this.now - this.#startedAt) * 1000;
  }

  pass(seconds: number): void {
    this.now += seconds;
    for (const alert of this.alerts) if (this.now - alert.createdAt > MAX_LATE_SECONDS) alert.hidden = false;
  }

  raise(given: Pick<ModelAlert, 'wanted' | 'hidden' | 'raised'> & { before?: boolean }): ModelAlert {
    const { wanted, hidden, raised, before = false } = given;
    const alert: ModelAlert = {
      uuid: `alert-${this.alerts.length}`,
      createdAt: this.now,
      wanted,
      raised,
      changes: [],
      before,
      hidden,
      late: hidden,
      begun: false,
      refused: false,
      sendings: [],
      forgotten: 0,
    };
    this.alerts.push(alert);
    return alert;
  }

  /** An analyst changes one of the newest alerts, some time after it was raised: times are whole seconds. */
  change(which: number, to: Partial<AlertState>): void {
    const alert = this.alerts.at(-1 - (which % Math.max(1, this.alerts.length)));
    if (alert === undefined) return;
    const last = alert.changes.at(-1)?.at ?? alert.createdAt;
    if (this.now <= last) this.pass(1);
    const before = stateOf(alert);
    alert.changes.push({ at: this.now, before, after: { ...before, ...to } });
  }

  expect(holds: boolean, otherwise: string): void {
    if (!holds) this.violations.push(otherwise);
  }

  alert(uuid: string): ModelAlert {
    const alert = this.alerts.find((one) => one.uuid === uuid);
    if (alert === undefined) throw new Error(`there is no ${uuid}`);
    return alert;
  }

  async listAlerts(query: AlertListQuery): Promise<AlertPage> {
    this.onPage();
    const answeredAtMs = await this.#answer();
    const newestFirst = query.direction === 'desc';
    const from = Date.parse(String(query['date[created_at]'] ?? '1970').split(',')[0]!) / 1000;
    const offset = Number(query.offset ?? 0);
    const visible = this.alerts.filter(({ hidden, createdAt }) => !hidden && createdAt >= from);
    if (newestFirst) visible.reverse();
    const limit = newestFirst ? Number(query.limit) : Math.min(PAGE, Number(query.limit));
    const items = visible.slice(offset, offset + limit).map((alert) => asJson(alert, { listed: true }));
    return {
      items,
      sent: items.length,
      hasMore: offset + items.length < visible.length,
      ...(answeredAtMs !== undefined && { answeredAtMs }),
    };
  }

  /** Single reads, and reads of several that come as a list. */
  async getAlert(uuid: string, { include = [] }: GetAlertOptions = {}): Promise<Alert> {
    await this.#answer();
    const history = include.includes('history');
    return asJson(this.alert(uuid), { history, listed: !history && this.#answers % 2 === 0 });
  }

  /** Resolves with the `Date` of the answer. @throws SekoiaError while the platform is down */
  async #answer(): Promise<number | undefined> {
    await new Promise(setImmediate);
    if (!this.up) throw new SekoiaError('SEKOIA_UNAVAILABLE', 'the platform is down');
    this.#answers += 1;
    const off = this.dateOff[this.#answers % this.dateOff.length];
    const answeredAtMs = off === undefined ? undefined : (this.now + off) * 1000;
    this.clock.observe(answeredAtMs);
    return answeredAtMs;
  }
}
