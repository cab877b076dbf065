import type { Alert } from '../../../../lib/sekoia/alert';
import type { AlertListQuery, AlertPage } from '../../../../lib/sekoia/rest-client';
import { SekoiaError } from '../../../../lib/sekoia/errors';
import { ServerClock } from '../../../../lib/sekoia/server-clock';

/** An alert lists late by at most this. */
const MAX_LATE_SECONDS = 500;

const PAGE = 3;

/** What is true of an alert, whatever the ledger says. */
export interface ModelAlert {
  uuid: string;
  createdAt: number;
  filtered: boolean;
  /** The list does not show it yet; and whether that was ever so. */
  hidden: boolean;
  late: boolean;
  /** It was about to be sent: at most once, it counts as delivered from then on. */
  begun: boolean;
  sent: number;
  succeeded: number;
}

/** A platform of small pages, whose time passes when the test says so. */
export class ModelPlatform {
  readonly clock = new ServerClock();
  readonly alerts: ModelAlert[] = [];
  now = 1_700_000_000;
  up = true;
  /** Called before each page is answered. */
  onPage: () => void = () => undefined;

  pass(seconds: number): void {
    this.now += seconds;
    for (const alert of this.alerts) if (this.now - alert.createdAt > MAX_LATE_SECONDS) alert.hidden = false;
  }

  raise(given: Pick<ModelAlert, 'filtered' | 'hidden'>): ModelAlert {
    const uuid = `alert-${this.alerts.length}`;
    const { filtered, hidden } = given;
    const alert = {
      uuid,
      createdAt: this.now,
      filtered,
      hidden,
      late: hidden,
      begun: false,
      sent: 0,
      succeeded: 0,
    };
    this.alerts.push(alert);
    return alert;
  }

  alert(uuid: string): ModelAlert {
    const alert = this.alerts.find((one) => one.uuid === uuid);
    if (alert === undefined) throw new Error(`there is no ${uuid}`);
    return alert;
  }

  /** @throws SekoiaError while the platform is down */
  check(): void {
    if (!this.up) throw new SekoiaError('SEKOIA_UNAVAILABLE', 'the platform is down');
  }

  async listAlerts(query: AlertListQuery): Promise<AlertPage> {
    this.onPage();
    await new Promise(setImmediate);
    this.check();
    const answeredAtMs = this.now * 1000;
    this.clock.observe(answeredAtMs);
    const from = Date.parse(String(query['date[created_at]'] ?? '1970').split(',')[0]!) / 1000;
    const offset = Number(query.offset ?? 0);
    const visible = this.alerts.filter(({ hidden, createdAt }) => !hidden && createdAt >= from);
    const ordered = query.direction === 'desc' ? visible.reverse() : visible;
    const items = ordered.slice(offset, offset + PAGE).map(asListed);
    return { items, sent: items.length, hasMore: offset + items.length < ordered.length, answeredAtMs };
  }
}

function asListed({ uuid, createdAt }: ModelAlert): Alert {
  return { uuid, created_at: createdAt };
}
