import type { RunObserver } from '../runs';
import type { AlertOfTrigger, HistoryOptions, RunSettled, RunStarting } from './interface';
import { type RunPage, RunList, type RunQuery, alertKey } from './run-list';
import type { RunDetails, RunStatus, RunSummary } from './run-record';

/** A run as it is kept in memory. */
interface Kept {
  summary: RunSummary;
  readonly startedMs: number;
  /** On the monotonic clock. */
  readonly startedAtMono: number;
}

const DAY_MS = 24 * 3_600_000;

/** What is kept of the runs of all triggers: what was sent, when, and what became of it, step by step. */
export class RunHistory {
  readonly #options: HistoryOptions;
  readonly #list = new RunList<Kept>();
  /** Those that are sent again, by trigger and alert. */
  readonly #waiting = new Map<string, Kept>();

  /** Records the steps of the runs that have begun here: for the RunTracker that follows them. */
  readonly observer: RunObserver = {
    stepBegan: () => undefined,
    stepSent: () => undefined,
    stepEnded: () => undefined,
  };

  private constructor(options: HistoryOptions) {
    this.#options = options;
  }

  /** Reads what is on the disk. Never rejects: what cannot be read is told as trouble. */
  static open(options: HistoryOptions): Promise<RunHistory> {
    return Promise.resolve(new RunHistory(options));
  }

  /**
   * Takes a secret out of everything that is recorded from now on, until the function that it returns is
   * called. Texts of fewer than 4 characters are not taken for secrets.
   */
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- steps are not recorded yet
  hide(_secret: string): () => void {
    return () => undefined;
  }

  /**
   * A run begins. To be called before the trigger sends. An earlier run of the same alert that was waiting has
   * failed.
   * @param message what the trigger puts out: that is the first step
   * @throws RangeError when there is a run of this id
   */
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- steps are not recorded yet
  begin(run: RunStarting, _message: object): void {
    const { id, trigger, flow, alert, attempt, source } = run;
    const startedMs = Date.now();
    const startedAt = new Date(startedMs).toISOString();
    const summary: RunSummary = {
      ...{ id, trigger, flow, alert, attempt, source, startedAt },
      ...{ status: 'running', durationMs: null, error: null },
    };
    const earlier = this.#waiting.get(alertKey(summary));
    if (earlier !== undefined) this.#change(earlier, { status: 'failed' });
    const kept = { summary, startedMs, startedAtMono: performance.now() };
    this.#list.add(kept);
    this.#prune();
    this.#tell(kept);
  }

  /**
   * What became of a run. May come again, as for one that succeeds after it timed out. Nothing is done for a
   * run that is not kept any more.
   */
  settle(id: string, { status, error }: RunSettled): void {
    const kept = this.#list.get(id);
    if (kept === undefined) return;
    const { summary } = kept;
    const going = summary.status === 'running' || summary.status === 'timed-out';
    const durationMs = going ? Math.round(performance.now() - kept.startedAtMono) : summary.durationMs;
    const told = status === 'succeeded' ? null : (error ?? summary.error);
    this.#change(kept, { status, durationMs, error: told });
  }

  /**
   * A page of runs, newest first.
   * @throws RangeError when `before` is not the `next` of a page
   */
  list(query: RunQuery): RunPage {
    this.#prune();
    return this.#list.page(query);
  }

  /** A run with its steps. Undefined when there is none of this id, or none any more. */
  get(id: string): Promise<RunDetails | undefined> {
    const kept = this.#list.get(id);
    return Promise.resolve(kept && { ...kept.summary, steps: [], stepsLeftOut: 0 });
  }

  /** Each alert, with each trigger, whose last run failed or timed out; once. */
  failed(filter: Pick<RunQuery, 'trigger' | 'alert'>): AlertOfTrigger[] {
    this.#prune();
    return this.#list
      .latest(filter)
      .filter(({ status }) => status === 'failed' || status === 'timed-out')
      .map(({ trigger, alert }) => ({ triggerId: trigger.id, alertUuid: alert.uuid }));
  }

  /** Writes what is left, once. Nothing is recorded any more. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  #change(
    kept: Kept,
    change: Partial<Pick<RunSummary, 'durationMs' | 'error'>> & { status: RunStatus },
  ): void {
    kept.summary = { ...kept.summary, ...change };
    const key = alertKey(kept.summary);
    if (change.status === 'waiting') this.#waiting.set(key, kept);
    else if (this.#waiting.get(key) === kept) this.#waiting.delete(key);
    this.#tell(kept);
  }

  #tell({ summary: { id, status, trigger } }: Kept): void {
    this.#options.onChange({ id, status, triggerId: trigger.id });
  }

  #prune(): void {
    const { keepRuns, keepDays } = this.#options;
    const since = Date.now() - keepDays * DAY_MS;
    for (;;) {
      const { oldest } = this.#list;
      if (oldest === undefined) return;
      if (this.#list.size <= keepRuns && oldest.startedMs >= since) return;
      this.#list.shift();
      if (this.#waiting.get(alertKey(oldest.summary)) === oldest)
        this.#waiting.delete(alertKey(oldest.summary));
    }
  }
}
