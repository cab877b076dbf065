import type { AlertMessage } from '../delivery/alert-message';
import type { Revision } from '../delivery/outcome';
import type { Run } from '../delivery/run';
import type { Named, RunHistory, RunSettled, RunStarting } from '../history';
import type { RunTracker } from '../runs';
import { EmittedRun } from './emitted-run';

export interface EmitterOptions {
  history: RunHistory;
  /** It shows the history the steps of the runs. */
  tracker: RunTracker;
  triggerNode: RunStarting['triggerNode'];
  trigger: Named;
  flow: Named;
  /** At most once, an alert counts as delivered once it was sent, whatever becomes of its run. */
  atMostOnce: boolean;
  deliveredWhen: 'end' | 'confirmed';
  runTimeoutMs: number;
  failOnHttpError: boolean;
  /** Sends a message, synchronously. */
  send: (message: Record<string, unknown>) => void;
  /** What came of a run, with its duration; told again of one that ended differently after all. */
  onSettled: (status: RunSettled['status'], durationMs: number) => void;
}

/** Sends a trigger's messages, follows their runs, and records what comes of them. */
export class Emitter {
  readonly #options: EmitterOptions;
  readonly #release: () => void;
  /** Also those that are over and may still end differently. */
  readonly #runs = new Set<EmittedRun>();

  constructor(options: EmitterOptions) {
    this.#options = options;
    this.#release = options.tracker.acquire();
  }

  /** @throws what sending throws */
  emit(message: AlertMessage, onRevised: (revision: Revision) => void): Run {
    const run = new EmittedRun(this.#options, message, onRevised);
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
