export { RUN_INTERRUPTED } from './interface';
export type { AlertOfTrigger, HistoryOptions, RunChange, RunSettled, RunStarting } from './interface';
export { RunHistory } from './run-history';
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
