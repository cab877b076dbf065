import type { DispatcherTiming } from '../delivery/dispatcher-timing';

export interface TriggerTiming extends DispatcherTiming {
  /** Between catch-up reads while the socket is open. */
  reconcileMs: number;
  /** Between catch-up reads while it is not. */
  pollMs: number;
  /** How long an announced alert may be unreadable: the notice can be faster than the database. */
  notFoundForMs: number;
  /** How long an alert that was read ahead is valid: sent alerts are never older. */
  readAheadForMs: number;
  /** How long runs in progress may continue when the trigger stops. */
  stopTimeoutMs: number;
}

export const TRIGGER_TIMING = {
  pollMs: 30_000,
  notFoundForMs: 30_000,
  refusedRetryMs: 300_000,
  readAheadForMs: 1_000,
  stopTimeoutMs: 13_000,
} as const;
