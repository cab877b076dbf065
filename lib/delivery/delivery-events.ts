import type { AlertSummary } from '../sekoia/alert';
import type { SekoiaError } from '../sekoia/errors';
import type { Attempt, Outcome } from './attempt';
import type { Entry } from './entry';
import type { Verdict } from './retry-policy';

/** What happens while alerts are delivered. */
export type DeliveryEvent =
  /** An alert is new to the ledger. */
  | { kind: 'accepted'; entry: Entry }
  /** A known alert is to be sent again: somebody asked for it, or it can be read at last. */
  | { kind: 'requeued'; entry: Entry }
  /** The filters keep an alert out. */
  | { kind: 'filtered'; entry: Entry }
  | { kind: 'sent'; attempt: Attempt }
  /** An attempt has an outcome, and the verdict on its alert. Again if the outcome changes later. */
  | { kind: 'ended'; attempt: Attempt; outcome: Outcome; verdict: Verdict }
  /**
   * An alert is not sent again by itself: it is a dead letter, or, at most once, its attempt failed. The summary is there if the alert was read since the start.
   * `unretried` is the last attempt, if its retry is not made after all.
   */
  | { kind: 'dead'; entry: Entry; error: Error; summary?: AlertSummary; unretried?: Attempt }
  /** Switched on again without what came meanwhile: nothing that waited for a retry is sent. */
  | { kind: 'skipped' }
  /** The alert list was read to its end. */
  | { kind: 'listed' }
  /** The platform cannot be read from; without an error, it can. */
  | { kind: 'platform'; error: SekoiaError | undefined }
  /** Something is wrong and was dealt with, or keeps the trigger from its work. Published once per change. */
  | { kind: 'trouble'; message: string; level: 'warn' | 'error' }
  /** Something else that the status shows has changed. */
  | { kind: 'changed' };

type Kind = DeliveryEvent['kind'];
type EventOf<K extends Kind> = Extract<DeliveryEvent, { kind: K }>;
type Listener = (event: DeliveryEvent) => void;

/** One stream of all that happens to a trigger's alerts: for history, counters, metrics, status, and Catch nodes. */
export class DeliveryEvents {
  readonly #listeners = new Set<Listener>();

  /** Listeners run in the order in which they subscribed. They must not throw. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** For events of one kind. */
  on<K extends Kind>(kind: K, listener: (event: EventOf<K>) => void): () => void {
    return this.subscribe((event) => {
      if (event.kind === kind) listener(event as EventOf<K>);
    });
  }

  publish(event: DeliveryEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  changed(): void {
    this.publish({ kind: 'changed' });
  }
}
