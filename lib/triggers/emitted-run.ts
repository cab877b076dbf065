import type { AlertMessage } from '../delivery/alert-message';
import type { Outcome, Revision } from '../delivery/outcome';
import type { Run } from '../delivery/run';
import { RUN_INTERRUPTED, type RunSettled, type RunStarting } from '../history';
import type { RunHandle, RunOutcome } from '../runs';
import type { EmitterOptions } from './emitter';
import { failureOf, recordedError, timeOutOf } from './run-errors';

const INTERRUPTED = {
  code: RUN_INTERRUPTED,
  message: 'The trigger was stopped, by a deploy for instance, while the run was under way',
};

/** One message of a trigger on its way through the flow, and in the history. */
export class EmittedRun implements Run {
  readonly outcome: Promise<Outcome>;
  readonly idle: Promise<void>;
  /** Resolves when nothing is to be recorded of it any more, except that it is not sent again after all. */
  readonly over: Promise<void>;
  readonly #options: EmitterOptions;
  readonly #id: string;
  readonly #handle: RunHandle;
  readonly #onRevised: (revision: Revision) => void;
  readonly #startedMs = performance.now();
  /** Why it failed or timed out, until it is said whether its alert is sent again. */
  #failure: RunSettled | undefined;

  /** @throws what sending throws */
  constructor(options: EmitterOptions, message: AlertMessage, onRevised: (revision: Revision) => void) {
    const { history, atMostOnce, deliveredWhen, trigger, flow, triggerNode } = options;
    this.#options = options;
    this.#onRevised = onRevised;
    this.#id = message.sekoia.run.id;
    history.begin({ ...runStarting(message), trigger, flow, triggerNode, deliveredWhen }, message);
    try {
      this.#handle = this.#start({ ...message });
    } catch (error) {
      this.#settle({ status: 'failed', error: recordedError(error) });
      throw error;
    }
    const outcome = this.#handle.outcome.then((ended) => this.#ended(ended));
    this.outcome = atMostOnce ? Promise.resolve({ kind: 'succeeded' }) : outcome;
    this.idle = this.#handle.idle;
    this.over = Promise.all([outcome, this.#handle.over]).then(() => undefined);
  }

  confirm(): void {
    this.#handle.confirm();
  }

  abandon(): void {
    this.#handle.abandon();
  }

  failed(sentAgain: boolean): void {
    const failure = this.#failure;
    if (failure === undefined) return;
    if (failure.status === 'timed-out') this.#settle(failure);
    else this.#settle({ ...failure, status: sentAgain ? 'waiting' : 'failed' });
  }

  /**
   * A function of its own: what the constructor waits for stays as long as the run is known, and holds on to all
   * that any closure made beside it captures. That must not be the message.
   */
  #start(message: Record<string, unknown>): RunHandle {
    const { tracker, runTimeoutMs, failOnHttpError, deliveredWhen, send } = this.#options;
    return tracker.start({
      ...{ runId: this.#id, msg: message, timeoutMs: runTimeoutMs, failOnHttpError, deliveredWhen },
      emit: () => send(message),
      onRevised: this.#revised,
    });
  }

  #ended(ended: RunOutcome): Outcome {
    const { atMostOnce, runTimeoutMs } = this.#options;
    switch (ended.status) {
      case 'succeeded':
        this.#settle({ status: 'succeeded' });
        return { kind: 'succeeded' };
      case 'abandoned':
        this.#settle({ status: 'failed', error: INTERRUPTED });
        return { kind: 'abandoned' };
      case 'failed':
        this.#failure = { status: 'failed', error: ended.error };
        if (atMostOnce) this.failed(false);
        return { kind: 'failed', error: failureOf(ended.error) };
      case 'timed-out': {
        const error = timeOutOf(ended, runTimeoutMs);
        this.#failure = { status: 'timed-out', error: recordedError(error) };
        if (atMostOnce) this.failed(false);
        return { kind: 'timed-out', error };
      }
    }
  }

  /** A field, since a closure made beside that of `emit` would hold on to the message. */
  readonly #revised = (ended: RunOutcome): void => {
    if (ended.status === 'succeeded') {
      this.#failure = undefined;
      this.#settle({ status: 'succeeded' });
      this.#onRevised({ kind: 'succeeded' });
    } else if (ended.status === 'failed') {
      this.#failure = { status: 'failed', error: ended.error };
      this.failed(false);
      this.#onRevised({ kind: 'failed', error: failureOf(ended.error) });
    }
  };

  #settle(settled: RunSettled): void {
    this.#options.history.settle(this.#id, settled);
    this.#options.onSettled(settled.status, performance.now() - this.#startedMs);
  }
}

function runStarting({
  payload,
  sekoia,
}: AlertMessage): Omit<RunStarting, 'trigger' | 'flow' | 'triggerNode'> {
  const { run, alert } = sekoia;
  return {
    ...run,
    alert: {
      uuid: alert.uuid,
      shortId: alert.short_id,
      title: payload.title,
      urgency: payload.urgency,
      url: alert.url,
    },
  };
}
