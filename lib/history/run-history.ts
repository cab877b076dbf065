import type { RunObserver } from '../runs';
import { type Clock, SYSTEM_CLOCK } from './clock';
import { withEvidence } from './evidence';
import {
  type AlertOfTrigger,
  type HistoryOptions,
  RUN_INTERRUPTED,
  type RunSettled,
  type RunStarting,
} from './interface';
import { type KeptRun, keptOf } from './kept-run';
import { Recorder } from './recorder';
import { RunFiles } from './run-files';
import { readSteps } from './run-line';
import { type RunPage, RunList, type RunQuery, alertKey } from './run-list';
import type { RunDetails, RunSummary } from './run-record';
import { summaryOf } from './run-starting';
import { RunWriter } from './run-writer';
import { Secrets } from './secrets';
import { StepMemory } from './step-memory';

const DAY_MS = 24 * 3_600_000;

/** What steps may take up in memory: of runs under way, of those not written yet, and of all without a disk. */
const MAX_STEP_BYTES = 32 * 1024 * 1024;

/** Runs that timed out and are recorded on, for they may succeed late; beyond so many the oldest is let go. */
const MAX_OVERDUE = 100;

const INTERRUPTED = {
  message: 'Node-RED was stopped before the run was over; its alert is sent again',
  code: RUN_INTERRUPTED,
};

/**
 * What is kept of the runs of all triggers: what was sent, when, and what became of it, step by step. The
 * summaries are in memory, the steps on the disk; nothing waits for it, and nothing depends on it.
 */
export class RunHistory {
  readonly #options: HistoryOptions;
  readonly #clock: Clock;
  readonly #list = new RunList<KeptRun>();
  /** Those that are sent again, by trigger and alert. */
  readonly #waiting = new Map<string, KeptRun>();
  readonly #overdue = new Set<KeptRun>();
  readonly #secrets = new Secrets();
  readonly #memory = new StepMemory(MAX_STEP_BYTES);
  readonly #recorder: Recorder;
  readonly #files: RunFiles | undefined;
  readonly #writer: RunWriter | undefined;
  #closed = false;

  private constructor(options: HistoryOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#recorder = new Recorder({ memory: this.#memory, secrets: this.#secrets, clock });
    if (options.folder === undefined) return;
    this.#files = new RunFiles(options.folder);
    this.#writer = new RunWriter({
      files: this.#files,
      memory: this.#memory,
      kept: () => this.#list.values(),
      onTrouble: options.onTrouble,
    });
  }

  /** Reads what is on the disk. Never rejects: what cannot be read is told as trouble. */
  static async open(options: HistoryOptions, clock = SYSTEM_CLOCK): Promise<RunHistory> {
    const history = new RunHistory(options, clock);
    await history.#load();
    return history;
  }

  /** Records the steps of the runs that have begun here: for the RunTracker that follows them. */
  get observer(): RunObserver {
    return this.#recorder;
  }

  /** What steps take up in memory, in bytes, roughly. */
  get bytesInMemory(): number {
    return this.#memory.bytes;
  }

  /**
   * Takes a secret out of everything that is recorded from now on. Texts of fewer than 4 characters are not
   * taken for secrets.
   */
  hide(secret: string): void {
    this.#secrets.hide(secret);
  }

  /**
   * A run begins. To be called before the trigger sends. An earlier run of the same alert that was waiting has
   * failed.
   * @param message what the trigger puts out: that is the first step
   * @throws RangeError when there is a run of this id
   */
  begin(run: RunStarting, message: object): void {
    if (this.#closed) return;
    const startedMs = this.#clock.now();
    const summary = summaryOf(run, startedMs, this.#recorder);
    const earlier = this.#waiting.get(alertKey(summary));
    const kept: KeptRun = { summary, startedMs, beganAt: this.#clock.ticks() };
    this.#list.add(kept);
    kept.recorded = this.#recorder.begin(run.id, run.triggerNode, message);
    kept.recorded.evidence.mayHaveSent = run.deliveredWhen === 'confirmed';
    if (earlier !== undefined) this.#change(earlier, { status: 'failed' });
    this.#changed(kept);
    this.#prune();
  }

  /**
   * What became of a run. May come again, as for one that succeeds after it timed out. Nothing is done for a
   * run that is not kept any more.
   */
  settle(id: string, { status, error }: RunSettled): void {
    const kept = this.#list.get(id);
    if (kept === undefined || this.#closed) return;
    const { summary, beganAt } = kept;
    const going = summary.status === 'running' || summary.status === 'timed-out';
    const durationMs =
      going && beganAt !== undefined ? Math.round(this.#clock.ticks() - beganAt) : summary.durationMs;
    const told = error === undefined ? summary.error : this.#recorder.error(error);
    if (status === 'timed-out') this.#followOn(kept);
    else this.#recorder.finish(id, told ?? undefined);
    this.#change(kept, { status, durationMs, error: status === 'succeeded' ? null : told });
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
  async get(id: string): Promise<RunDetails | undefined> {
    this.#prune();
    const kept = this.#list.get(id);
    if (kept === undefined) return undefined;
    const { summary, recorded, stored } = kept;
    if (recorded !== undefined) return { ...withEvidence(summary, recorded), ...recorded.details() };
    if (stored === undefined || this.#files === undefined) return { ...summary, steps: [], stepsLeftOut: 0 };
    try {
      return { ...summary, ...readSteps(await this.#files.read(stored.place)) };
    } catch {
      // Somebody has deleted or changed the file.
      return { ...summary, steps: [], stepsLeftOut: stored.stepCount };
    }
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
  async close(): Promise<void> {
    this.#closed = true;
    for (const kept of this.#list.values()) {
      if (kept.recorded?.finished !== false) continue;
      this.#stopRecording(kept);
    }
    await this.#writer?.close();
  }

  async #load(): Promise<void> {
    const lines = await this.#files?.load((error) => this.#writer?.tellTrouble(error));
    for (const kept of keptOf(lines ?? [])) this.#list.add(kept);
    this.#prune();
    for (const kept of this.#list.values()) {
      const { status } = kept.summary;
      // A run that was waiting is sent again, too, as a run of its own.
      if (status === 'running') this.#change(kept, { status: 'failed', error: INTERRUPTED });
      else if (status === 'waiting') this.#change(kept, { status: 'failed' });
    }
  }

  #followOn(kept: KeptRun): void {
    this.#overdue.add(kept);
    const [oldest] = this.#overdue;
    if (this.#overdue.size <= MAX_OVERDUE || oldest === undefined) return;
    this.#overdue.delete(oldest);
    this.#stopRecording(oldest);
  }

  /** What became of the run will not be told any more. */
  #stopRecording(kept: KeptRun): void {
    this.#recorder.finish(kept.summary.id);
    kept.summary = withEvidence(kept.summary, kept.recorded);
    this.#writer?.changed(kept);
  }

  #change(kept: KeptRun, change: Partial<Pick<RunSummary, 'status' | 'durationMs' | 'error'>>): void {
    kept.summary = withEvidence({ ...kept.summary, ...change }, kept.recorded);
    const key = alertKey(kept.summary);
    const { status } = kept.summary;
    if (status === 'waiting') this.#waiting.set(key, kept);
    else if (this.#waiting.get(key) === kept) this.#waiting.delete(key);
    if (status !== 'timed-out') this.#overdue.delete(kept);
    this.#changed(kept);
  }

  #changed(kept: KeptRun): void {
    this.#writer?.changed(kept);
    const { id, status, trigger } = kept.summary;
    this.#options.onChange({ id, status, triggerId: trigger.id });
  }

  #prune(): void {
    const { keepRuns, keepDays } = this.#options;
    const since = this.#clock.now() - keepDays * DAY_MS;
    for (let { oldest } = this.#list; oldest !== undefined; { oldest } = this.#list) {
      if (this.#list.size <= keepRuns && oldest.startedMs >= since) return;
      this.#list.shift();
      this.#forget(oldest);
    }
  }

  #forget(kept: KeptRun): void {
    this.#writer?.forget(kept);
    this.#recorder.finish(kept.summary.id);
    this.#overdue.delete(kept);
    const key = alertKey(kept.summary);
    if (this.#waiting.get(key) === kept) this.#waiting.delete(key);
    if (kept.recorded !== undefined) this.#memory.release(kept.recorded);
    kept.recorded = undefined;
  }
}
