import type { AlertMessage } from '../delivery/alert-message';
import type { Delivery, Outcome, Revision } from '../delivery/attempt';
import type { RunHandle, RunOutcome, RunTracker } from '../runs';
import { FlowError, timeOutOf } from './run-errors';

export interface FlowRunOptions {
  tracker: RunTracker;
  deliveredWhen: 'end' | 'confirmed';
  runTimeoutMs: number;
  failOnHttpError: boolean;
  /** Sends a message, synchronously. */
  send: (message: Record<string, unknown>) => void;
}

/** One message of a trigger on its way through the flow, followed by the tracker. */
export class FlowRun implements Delivery {
  readonly outcome: Promise<Outcome>;
  readonly idle: Promise<void>;
  /** Resolves when nothing more can become of it. */
  readonly over: Promise<void>;
  readonly #options: FlowRunOptions;
  readonly #handle: RunHandle;
  readonly #onRevised: (revision: Revision) => void;

  /** @throws what sending throws */
  constructor(options: FlowRunOptions, message: AlertMessage, onRevised: (revision: Revision) => void) {
    this.#options = options;
    this.#onRevised = onRevised;
    this.#handle = this.#start(message.sekoia.run.id, { ...message });
    const outcome = this.#handle.outcome.then((ended) => outcomeOf(ended, options.runTimeoutMs));
    this.outcome = outcome;
    this.idle = this.#handle.idle;
    this.over = Promise.all([outcome, this.#handle.over]).then(() => undefined);
  }

  confirm(): void {
    this.#handle.confirm();
  }

  abandon(): void {
    this.#handle.abandon();
  }

  /**
   * A separate function: its closure lives as long as the run is remembered, and keeps everything alive that
   * closures in the same scope capture. That must not include the message.
   */
  #start(runId: string, message: Record<string, unknown>): RunHandle {
    const { tracker, runTimeoutMs, failOnHttpError, deliveredWhen, send } = this.#options;
    return tracker.start({
      ...{ runId, msg: message, timeoutMs: runTimeoutMs, failOnHttpError, deliveredWhen },
      emit: () => send(message),
      onRevised: this.#revised,
    });
  }

  /** A field, since a closure made beside that of `emit` would hold on to the message. */
  readonly #revised = (ended: RunOutcome): void => {
    const revision = outcomeOf(ended, this.#options.runTimeoutMs);
    if (revision.status === 'succeeded' || revision.status === 'failed') this.#onRevised(revision);
  };
}

function outcomeOf(ended: RunOutcome, timeoutMs: number): Outcome {
  switch (ended.status) {
    case 'failed':
      return { status: 'failed', error: new FlowError(ended.error) };
    case 'timed-out':
      return { status: 'timed-out', error: timeOutOf(ended, timeoutMs) };
    default:
      return { status: ended.status };
  }
}
