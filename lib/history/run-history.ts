import type { RunObserver } from '../runs';
import { SYSTEM_CLOCK, type Clock } from '../util/clock';
import { type HistoryEntry, entriesOf } from './entry';
import { withEvidence } from './evidence';
import { Recorder } from './recorder';
import { type RunSettled, type RunStarting, redactError, summaryOf } from './run-input';
import { type RunPage, RunList, type RunQuery, alertKey } from './run-list';
import type { RunDetails, RunStatus, RunSummary } from './run-record';
import { RunStore } from './run-store';
import { Secrets } from './secrets';
import { StepMemory } from './step-memory';

const DAY_MS = 24 * 3_600_000;

/** Memory for steps: of runs under way, of runs not written yet, and of all runs without a disk. */
const MAX_STEP_BYTES = 32 * 1024 * 1024;

/** At most this many timed-out runs are still recorded, since they may succeed late. The oldest goes first. */
const MAX_OVERDUE = 100;

/** The run was under way when Node-RED stopped. */
export const RUN_INTERRUPTED = 'RUN_INTERRUPTED';

const INTERRUPTED = {
  message: 'Node-RED stopped before the run ended. The alert is sent again',
  code: RUN_INTERRUPTED,
};

export interface HistoryOptions {
  /** The folder of the files. Undefined: the history is in memory only. */
  readonly folder: string | undefined;
  /** The history keeps at most this many runs, … */
  readonly keepRuns: number;
  /** … and none that began more days ago. */
  readonly keepDays: number;
  /** Called once for each problem of the disk, and with undefined when it is over. */
  readonly onTrouble: (error: Error | undefined) => void;
  /** Called when a run begins, or its status changes. */
  readonly onChange: (run: RunChange) => void;
}

export interface RunChange {
  readonly id: string;
  readonly status: RunStatus;
  readonly triggerId: string;
}

export interface AlertOfTrigger {
  readonly triggerId: string;
  readonly alertUuid: string;
}

/**
 * The history of the runs of all triggers: what was sent, when, and what became of it, step by step. The summaries
 * are in memory, the steps on the disk. Nothing waits for the disk, and nothing depends on it.
 */
export class RunHistory {
  readonly #options: HistoryOptions;
  readonly #clock: Clock;
  readonly #list = new RunList();
  /** Runs whose alerts are sent again, by trigger and alert. */
  readonly #waiting = new Map<string, HistoryEntry>();
  readonly #overdue = new Set<HistoryEntry>();
  readonly #secrets = new Secrets();
  readonly #memory = new StepMemory(MAX_STEP_BYTES);
  readonly #recorder: Recorder;
  readonly #store: RunStore | undefined;
  #closed = false;

  private constructor(options: HistoryOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#recorder = new Recorder({ memory: this.#memory, secrets: this.#secrets, clock });
    const { folder, onTrouble } = options;
    if (folder === undefined) return;
    this.#store = new RunStore({ folder, memory: this.#memory, kept: () => this.#list.values(), onTrouble });
  }

  /** Reads what is on the disk. Never rejects: it reports what it cannot read as trouble. */
  static async open(options: HistoryOptions, clock = SYSTEM_CLOCK): Promise<RunHistory> {
    const history = new RunHistory(options, clock);
    await history.#load();
    return history;
  }

  /** Records the steps of the runs that have begun here: for the RunTracker that follows them. */
  get observer(): RunObserver {
    return this.#recorder;
  }

  /** Approximate size of the steps in memory. */
  get bytesInMemory(): number {
    return this.#memory.bytes;
  }

  /** Redacts a secret in everything that is recorded from now on. Ignores texts of fewer than 4 characters. */
  redact(secret: string): void {
    this.#secrets.add(secret);
  }

  /**
   * A run begins. Call it before the trigger sends. An earlier run of the same alert that was waiting has failed.
   * @param message what the trigger sends: that is the first step
   * @throws RangeError when there is a run of this id
   */
  begin(run: RunStarting, message: object): void {
    if (this.#closed) return;
    const startedMs = this.#clock.wallMs();
    const summary = summaryOf(run, startedMs, this.#secrets);
    const earlier = this.#waiting.get(alertKey(summary));
    const entry: HistoryEntry = { summary, startedMs, beganAt: this.#clock.monotonicMs() };
    this.#list.add(entry);
    entry.recording = this.#recorder.begin(run.id, run.triggerNode, message);
    entry.recording.evidence.mayHaveSent = run.deliveredWhen === 'confirmed';
    if (earlier !== undefined) this.#change(earlier, { status: 'failed' });
    this.#changed(entry);
    this.#prune();
  }

  /**
   * A run ends. It may end again, as one that succeeds after it timed out. Does nothing for a run that is no longer
   * kept.
   */
  settle(id: string, { status, error }: RunSettled): void {
    const entry = this.#list.get(id);
    if (entry === undefined || this.#closed) return;
    const { summary, beganAt } = entry;
    const isUnderWay = summary.status === 'running' || summary.status === 'timed-out';
    const durationMs =
      isUnderWay && beganAt !== undefined
        ? Math.round(this.#clock.monotonicMs() - beganAt)
        : summary.durationMs;
    const redacted = error === undefined ? summary.error : redactError(error, this.#secrets);
    if (status === 'timed-out') this.#followOn(entry);
    else this.#recorder.finish(id, redacted ?? undefined);
    this.#change(entry, { status, durationMs, error: status === 'succeeded' ? null : redacted });
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
    const entry = this.#list.get(id);
    if (entry === undefined) return undefined;
    const { summary, recording, stored } = entry;
    if (recording !== undefined) return { ...withEvidence(summary, recording), ...recording.details() };
    if (stored === undefined || this.#store === undefined) return { ...summary, steps: [], stepsLeftOut: 0 };
    try {
      return { ...summary, ...(await this.#store.read(stored.place)) };
    } catch {
      // Somebody has deleted or changed the file.
      return { ...summary, steps: [], stepsLeftOut: stored.stepCount };
    }
  }

  /** Each alert of each trigger, once, if its last run failed or timed out. */
  failed(filter: Pick<RunQuery, 'trigger' | 'alert'>): AlertOfTrigger[] {
    this.#prune();
    return this.#list
      .latest(filter)
      .filter(({ status }) => status === 'failed' || status === 'timed-out')
      .map(({ trigger, alert }) => ({ triggerId: trigger.id, alertUuid: alert.uuid }));
  }

  /** Writes what is left, once. Nothing is recorded afterwards. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const entry of this.#list.values())
      if (entry.recording?.finished === false) this.#stopRecording(entry);
    await this.#store?.close();
  }

  async #load(): Promise<void> {
    const lines = await this.#store?.load();
    for (const entry of entriesOf(lines ?? [])) this.#list.add(entry);
    this.#prune();
    for (const entry of this.#list.values()) {
      const { status } = entry.summary;
      if (status === 'running') this.#change(entry, { status: 'failed', error: INTERRUPTED });
      // Its alert is sent again as a run of its own.
      else if (status === 'waiting') this.#change(entry, { status: 'failed' });
    }
  }

  #followOn(entry: HistoryEntry): void {
    this.#overdue.add(entry);
    const [oldest] = this.#overdue;
    if (this.#overdue.size <= MAX_OVERDUE || oldest === undefined) return;
    this.#overdue.delete(oldest);
    this.#stopRecording(oldest);
  }

  #stopRecording(entry: HistoryEntry): void {
    this.#recorder.finish(entry.summary.id);
    entry.summary = withEvidence(entry.summary, entry.recording);
    this.#store?.changed(entry);
  }

  #change(entry: HistoryEntry, change: Partial<Pick<RunSummary, 'status' | 'durationMs' | 'error'>>): void {
    entry.summary = withEvidence({ ...entry.summary, ...change }, entry.recording);
    const { status } = entry.summary;
    if (status === 'waiting') this.#waiting.set(alertKey(entry.summary), entry);
    else this.#stopWaiting(entry);
    if (status !== 'timed-out') this.#overdue.delete(entry);
    this.#changed(entry);
  }

  #changed(entry: HistoryEntry): void {
    this.#store?.changed(entry);
    const { id, status, trigger } = entry.summary;
    this.#options.onChange({ id, status, triggerId: trigger.id });
  }

  #stopWaiting(entry: HistoryEntry): void {
    const key = alertKey(entry.summary);
    if (this.#waiting.get(key) === entry) this.#waiting.delete(key);
  }

  #prune(): void {
    const { keepRuns, keepDays } = this.#options;
    const since = this.#clock.wallMs() - keepDays * DAY_MS;
    for (let { oldest } = this.#list; oldest !== undefined; { oldest } = this.#list) {
      if (this.#list.size <= keepRuns && oldest.startedMs >= since) return;
      this.#list.shift();
      this.#forget(oldest);
    }
  }

  #forget(entry: HistoryEntry): void {
    this.#store?.forget(entry);
    this.#recorder.finish(entry.summary.id);
    this.#overdue.delete(entry);
    this.#stopWaiting(entry);
    if (entry.recording !== undefined) this.#memory.release(entry.recording);
    entry.recording = undefined;
  }
}
