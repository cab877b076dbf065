import type { Named, RecordedError, RunAlert, RunStatus, RunSummary } from './run-record';

export interface HistoryOptions {
  /** Where the files are. Undefined: the history is in memory only. */
  readonly folder: string | undefined;
  /** So many runs are kept at most, … */
  readonly keepRuns: number;
  /** … and none that began longer ago. */
  readonly keepDays: number;
  /** The disk refuses what it is given, told once per reason; or, with undefined, takes it again. */
  readonly onTrouble: (error: Error | undefined) => void;
  /** A run began, or its status changed. */
  readonly onChange: (run: RunChange) => void;
}

export interface RunChange {
  readonly id: string;
  readonly status: RunStatus;
  readonly triggerId: string;
}

/** A run that begins. */
export interface RunStarting {
  readonly id: string;
  readonly trigger: Named;
  readonly flow: Named;
  readonly alert: RunAlert;
  readonly attempt: number;
  readonly source: RunSummary['source'];
  /**
   * `confirmed`: the flow says when the alert is delivered, for it may be sent from where that cannot be seen.
   * Not given: `end`.
   */
  readonly deliveredWhen?: 'end' | 'confirmed' | undefined;
  /** As it is in the flow; its name may be empty. */
  readonly triggerNode: { readonly id: string; readonly type: string; readonly name?: string | undefined };
}

export interface RunSettled {
  readonly status: Exclude<RunStatus, 'running'>;
  readonly error?: RecordedError | undefined;
}

export interface AlertOfTrigger {
  readonly triggerId: string;
  readonly alertUuid: string;
}

/** The run was under way when Node-RED stopped. */
export const RUN_INTERRUPTED = 'RUN_INTERRUPTED';
