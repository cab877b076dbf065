/**
 * The history of runs. One name for each thing:
 *
 * - `RunStarting`, `RunSettled`: what a trigger reports when a run begins and ends.
 * - `RunSummary`, `RunDetails`: what the admin API answers, without and with steps (docs/admin-api.md).
 * - `HistoryEntry`: what the history holds in memory of a run: its summary, and where its steps are.
 * - `Recording`: the steps of a run while they happen, and until they are on the disk.
 * - `RunLine`: a line on the disk.
 */
export { RUN_INTERRUPTED, RunHistory } from './run-history';
export type { AlertOfTrigger, HistoryOptions, RunChange } from './run-history';
export type { RunSettled, RunStarting } from './run-input';
export type { RunPage, RunQuery } from './run-list';
export { RUN_STATUSES } from './run-record';
export type {
  Named,
  RecordedError,
  RunAlert,
  RunDetails,
  RunRequest,
  RunStatus,
  RunStep,
  RunSummary,
  StepOutput,
} from './run-record';
