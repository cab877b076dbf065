import type { AlertMessage } from './alert-message';
import type { Entry } from './entry';

/** How an attempt ended. The words are those of `lib/runs` and of the history. */
export type Outcome =
  | { status: 'succeeded' }
  | { status: 'failed'; error: Error }
  /** The flow may still be at work, and may succeed later. */
  | { status: 'timed-out'; error: Error }
  /** The trigger stopped. The next start sends the alert again. */
  | { status: 'abandoned' };

/** A changed result after the outcome: a late success or a late failure. */
export type Revision = Extract<Outcome, { status: 'succeeded' | 'failed' }>;

/** An alert on its way through the flow. */
export interface Delivery {
  /** Never rejects. */
  readonly outcome: Promise<Outcome>;
  /** Settles when the attempt only waits for its confirmation, so that another alert can take its place. */
  readonly idle: Promise<void>;
  /** The flow confirms the alert. */
  confirm(): void;
  /** Stops following the flow: the outcome is `abandoned`. */
  abandon(): void;
}

/** Sends messages into the flow. */
export interface Sender {
  /**
   * @param onRevised hears of each change of the outcome; it must not hold on to the message, since it is kept for
   *   as long as the outcome may change
   * @throws what the flow throws while it is given the message
   */
  send(message: AlertMessage, onRevised: (revision: Revision) => void): Delivery;
}

/** One sending of an alert. There may be ten thousand, so it is no more than this. */
export interface Attempt {
  readonly entry: Entry;
  /** 1 for the first. */
  readonly number: number;
  readonly runId: string;
  /** On this process's own clock. */
  readonly startedMs: number;
}

/** A delivery that has ended before it began. */
export function endedDelivery(outcome: Outcome): Delivery {
  return {
    outcome: Promise.resolve(outcome),
    idle: new Promise(() => undefined),
    confirm: () => undefined,
    abandon: () => undefined,
  };
}
