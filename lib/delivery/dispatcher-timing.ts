import type { CircuitTiming } from './circuit';
import type { ReadPauseTiming } from './read-pause';
import type { RetryTiming } from './retry-schedule';

export interface DispatcherTiming extends ReadPauseTiming, CircuitTiming, RetryTiming {}

export const DISPATCHER_TIMING: Readonly<DispatcherTiming> = {
  firstRetryMs: 2_000,
  maxRetryMs: 60_000,
  firstProbeMs: 5_000,
  maxProbeMs: 300_000,
  firstReadRetryMs: 1_000,
  maxReadRetryMs: 60_000,
  refusedRetryMs: 300_000,
};
