import type { AlertSummary } from '../sekoia/alert';
import type { SekoiaError } from '../sekoia/errors';
import type { Attempt, Outcome } from './attempt';
import type { Entry } from './entry';
import type { Verdict } from './retry-policy';

/** What happens while alerts are delivered. */
export type DeliveryEvent =
  /** The ledger accepts a new alert. */
  | { kind: 'accepted' }
  /** A known alert is queued again: a user reruns it, or the platform can return it now. */
  | { kind: 'requeued' }
  /** The filters keep an alert out. */
  | { kind: 'filtered' }
  | { kind: 'sent'; attempt: Attempt }
  /** An attempt has an outcome and a verdict. Published again if the outcome changes later. */
  | { kind: 'ended'; attempt: Attempt; outcome: Outcome; verdict: Verdict }
  /**
   * Nothing sends the alert again automatically: it is a dead letter, or, with at most once, its attempt failed. The
   * summary is there if the alert was sent since the start. `unretried` is the failed attempt whose retry could not
   * be made.
   */
  | { kind: 'dead'; entry: Entry; error: Error; summary?: AlertSummary; unretried?: Attempt }
  /** A user switched the trigger on and skipped the waiting alerts, including those that waited for a retry. */
  | { kind: 'skipped' }
  /** Catch-up has read the alert list to its end. */
  | { kind: 'listed' }
  /** Reads from the platform fail, or, without an error, succeed. */
  | { kind: 'platform'; error: SekoiaError | undefined }
  /** A problem for the log. Published once per change. */
  | { kind: 'trouble'; message: string; level: 'warn' | 'error' }
  /** Anything else that the status shows has changed. */
  | { kind: 'changed' };

type Kind = DeliveryEvent['kind'];
type EventOf<K extends Kind> = Extract<DeliveryEvent, { kind: K }>;
type Listener = (event: DeliveryEvent) => void;

/** The one stream of events of a trigger: for history, counters, metrics, status, and Catch nodes. */
export class DeliveryEvents {
  readonly #listeners = new Set<Listener>();

  /** Listeners run in the order in which they subscribed. */
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
    for (const listener of this.#listeners)
      try {
        listener(event);
      } catch (error) {
        // A listener that fails, such as a flow behind a Catch node, must not keep the ledger from its record.
        process.emitWarning(error instanceof Error ? error : String(error));
      }
  }

  changed(): void {
    this.publish({ kind: 'changed' });
  }
}
