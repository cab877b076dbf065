import type { ServerClock } from '../sekoia/server-clock';
import { creationTime } from './creation-time';
import type { DeliveryEvents } from './delivery-events';
import type { Ledger } from './ledger';
import type { AlertSource } from './ledger-record';

/** With this many waiting alerts in the ledger, catch-up reads wait: the platform keeps the rest. */
const ROOM = 1_000;

/** Accepts alerts from LiveAPI and from the alert list, each one once. */
export class Intake {
  readonly #ledger: Ledger;
  readonly #clock: Pick<ServerClock, 'nowMs'>;
  readonly #events: DeliveryEvents;

  constructor(ledger: Ledger, clock: Pick<ServerClock, 'nowMs'>, events: DeliveryEvents) {
    this.#ledger = ledger;
    this.#clock = clock;
    this.#events = events;
  }

  /** The platform time in epoch seconds; before the first answer, the last known time. */
  now(): number {
    const nowMs = this.#clock.nowMs();
    return nowMs === undefined ? (this.#ledger.cursor ?? 0) : Math.floor(nowMs / 1000);
  }

  /** @param createdAt in epoch seconds; null if it is not known */
  accept(uuid: string, createdAt: number | null, source: AlertSource): void {
    const known = this.#ledger.entry(uuid);
    const time = source === 'live' ? this.#credible(createdAt) : createdAt;
    // An alert can be announced minutes before it is readable. The list then shows when it is.
    if (source === 'catch-up' && known?.died?.code === 'SEKOIA_NOT_FOUND') {
      this.#ledger.unsent(known);
      this.#events.publish({ kind: 'requeued' });
    } else if (this.#ledger.take(uuid, time ?? this.now(), source)) {
      this.#events.publish({ kind: 'accepted' });
    }
  }

  /**
   * Queues an alert again because a user reruns it. Filters do not apply. Returns false if the alert is already on
   * its way.
   */
  rerun(uuid: string): boolean {
    if (!this.#ledger.rerun(uuid, this.now())) return false;
    this.#events.publish({ kind: 'requeued' });
    return true;
  }

  /** Resolves when the ledger has room for another page of alerts, or the signal aborts. */
  room(signal: AbortSignal): Promise<void> {
    if (this.#hasRoom) return Promise.resolve();
    return new Promise((resolve) => {
      const look = (): void => {
        if (!this.#hasRoom && !signal.aborted) return;
        unsubscribe();
        signal.removeEventListener('abort', look);
        resolve();
      };
      const unsubscribe = this.#events.subscribe(look);
      signal.addEventListener('abort', look);
    });
  }

  get #hasRoom(): boolean {
    return this.#ledger.counts.queued < ROOM;
  }

  /** The time in a notice, unless it would keep the alert in the ledger and last in the queue forever. */
  #credible(createdAt: number | null): number | null {
    const nowMs = this.#clock.nowMs();
    const now = nowMs === undefined ? undefined : { seconds: nowMs / 1000, exact: true };
    return creationTime(createdAt, -Infinity, now).forLedger;
  }
}
