import type { Run } from '../delivery/run';

/** A run that did not begin: its message was not sent. */
export function abandonedRun(): Run {
  return {
    outcome: Promise.resolve({ kind: 'abandoned' }),
    idle: new Promise(() => undefined),
    confirm: () => undefined,
    abandon: () => undefined,
    failed: () => undefined,
  };
}
