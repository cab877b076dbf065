import type { AlertMessage } from '../delivery/alert-message';
import type { Run } from '../delivery/trigger';
import { type Named, RUN_INTERRUPTED, type RunHistory, type RunSettled, type RunStarting } from '../history';
import type { RunHandle, RunOutcome, RunTracker } from '../runs';
import { failureOf, recordedError, timeOutOf } from './run-errors';

export interface EmitterOptions {
  history: RunHistory;
  /** It shows the history the steps of the runs. */
  tracker: RunTracker;
  triggerNode: RunStarting['triggerNode'];
  trigger: Named;
  flow: Named;
  /** At most once, an alert counts as delivered once it was sent, whatever becomes of its run. */
  atMostOnce: boolean;
  runTimeoutMs: number;
  failOnHttpError: boolean;
  /** Sends a message, synchronously. */
  send: (message: Record<string, unknown>) => void;
  /** What came of a run, with its duration; told again of one that succeeds late. */
  onSettled: (status: RunSettled['status'], durationMs: number) => void;
}

/** Sends a trigger's messages, follows their runs, and records what comes of them. */
export class Emitter {
  readonly #options: EmitterOptions;
  readonly #release: () => void;
  /** Also those that timed out and may still succeed. */
  readonly #runs = new Set<EmittedRun>();

  constructor(options: EmitterOptions) {
    this.#options = options;
    this.#release = options.tracker.acquire();
  }

  /** @throws what sending throws */
  emit(message: AlertMessage): Run {
    const run = new EmittedRun(this.#options, message);
    this.#runs.add(run);
    void run.over.then(() => this.#runs.delete(run));
    return run;
  }

  /** Lets go of all runs. Resolves when that is recorded. */
  async close(): Promise<void> {
    for (const run of this.#runs) run.abandon();
    await Promise.all([...this.#runs].map(({ over }) => over));
    this.#release();
  }
}

class EmittedRun implements Run {
  readonly outcome: Run['outcome'];
  /** Resolves when nothing is to be recorded of it any more, except that it is not sent again after all. */
  readonly over: Promise<void>;
  readonly #options: EmitterOptions;
  readonly #id: string;
  readonly #handle: RunHandle;
  readonly #startedMs = performance.now();
  #failure: RunSettled | undefined;

  constructor(options: EmitterOptions, message: AlertMessage) {
    const { history, tracker, atMostOnce, runTimeoutMs, failOnHttpError } = options;
    const { trigger, flow, triggerNode } = options;
    this.#options = options;
    this.#id = message.sekoia.run.id;
    history.begin({ ...runStarting(message), trigger, flow, triggerNode }, message);
    const msg = { ...message };
    try {
      this.#handle = tracker.start({
        ...{ runId: this.#id, msg, timeoutMs: runTimeoutMs, failOnHttpError },
        emit: () => options.send(msg),
      });
    } catch (error) {
      this.#settle({ status: 'failed', error: recordedError(error) });
      throw error;
    }
    const outcome = this.#handle.outcome.then((ended) => this.#ended(ended));
    this.outcome = atMostOnce ? Promise.resolve({ kind: 'succeeded' }) : outcome;
    this.over = Promise.all([outcome, this.#handle.final.then((ended) => this.#endedLate(ended))]).then(
      () => undefined,
    );
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

  #ended(ended: RunOutcome): Awaited<Run['outcome']> {
    const { atMostOnce, runTimeoutMs } = this.#options;
    switch (ended.status) {
      case 'succeeded':
        this.#settle({ status: 'succeeded' });
        return { kind: 'succeeded' };
      case 'abandoned':
        this.#settle({ status: 'failed', error: INTERRUPTED });
        return { kind: 'abandoned' };
      case 'failed': {
        this.#failure = { status: 'failed', error: ended.error };
        if (atMostOnce) this.failed(false);
        return { kind: 'failed', error: failureOf(ended.error) };
      }
      case 'timed-out': {
        const error = timeOutOf(ended.waitingFor, runTimeoutMs);
        this.#failure = { status: 'timed-out', error: recordedError(error) };
        if (atMostOnce) this.failed(false);
        return { kind: 'timed-out', error, succeededLate: succeeded(this.#handle) };
      }
    }
  }

  /** Comes right after the end of a run that did not time out. */
  #endedLate({ status }: RunOutcome): void {
    if (this.#failure?.status === 'timed-out' && status === 'succeeded') this.#settle({ status });
  }

  #settle(settled: RunSettled): void {
    this.#options.history.settle(this.#id, settled);
    this.#options.onSettled(settled.status, performance.now() - this.#startedMs);
  }
}

const INTERRUPTED = {
  code: RUN_INTERRUPTED,
  message: 'The trigger was stopped, by a deploy for instance, while the run was under way',
};

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

/** Resolves when a run that timed out succeeds all the same; never, if it does not. */
function succeeded(handle: RunHandle): Promise<void> {
  return new Promise((resolve) => {
    void handle.final.then(({ status }) => {
      if (status === 'succeeded') resolve();
    });
  });
}
