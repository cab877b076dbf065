export type { RunObserver, Sending } from './observer';
export { NODE_STOPPED } from './outcome';
export type { RunError, RunNode, RunOutcome } from './outcome';
export type { Run } from './run';
export type { Configuration, Hooks, LogSource, Message, RuntimeNode, Scheduler } from './runtime';
export type { SentRequest, Step } from './step';
export { RunTracker, TRACKER_TIMING } from './tracker';
export type { RunHandle, RunStart, TrackerOptions, TrackerTiming } from './tracker';
