import type { Run } from '../delivery/trigger';

/** A run that did not begin: its message was not sent. */
export function abandonedRun(): Run {
  return {
    outcome: Promise.resolve({ kind: 'abandoned' }),
    abandon: () => undefined,
    failed: () => undefined,
  };
}
