import type { Run } from './run';

/** The runs that a message belongs to. Almost always one; none for a message without a trigger. */
export type Runs = readonly Run[];

export const NO_RUNS: Runs = [];

/** Those that are not over. */
export function live(runs: Runs | undefined): Runs {
  const [only] = runs ?? NO_RUNS;
  if (runs === undefined || only === undefined) return NO_RUNS;
  if (runs.length === 1) return only.over ? NO_RUNS : runs;
  return runs.every(isLive) ? runs : runs.filter(isLive);
}

function isLive(run: Run): boolean {
  return !run.over;
}

export function overlap(some: Runs, others: Runs): boolean {
  return some === others || some.some((run) => others.includes(run));
}

/** `some` itself if the others are among them. */
export function union(some: Runs, others: Runs): Runs {
  if (some.length === 0) return others;
  const added = others.filter((run) => !some.includes(run));
  return added.length === 0 ? some : [...some, ...added];
}
