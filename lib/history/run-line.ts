import { RUN_STATUSES, type RunDetails, type RunSummary } from './run-record';

/** The part of a run that its line may leave out. */
export type Steps = Pick<RunDetails, 'steps' | 'stepsLeftOut'>;

/**
 * A line of a history file: a run as it was then. The last line of a run counts; its steps may be in an earlier one.
 *
 *   [<summary>]
 *   [<summary>,\t<number of steps>,\t<steps>]
 *
 * JSON text contains no tab except the ones here, so the summary can be read without the steps.
 */
export interface RunLine {
  readonly summary: RunSummary;
  /** Undefined: the line holds no steps. */
  readonly stepCount: number | undefined;
}

export function writeLine(
  summary: RunSummary,
  steps?: { readonly count: number; readonly json: string },
): string {
  const head = JSON.stringify(summary);
  return steps === undefined ? `[${head}]\n` : `[${head},\t${steps.count},\t${steps.json}]\n`;
}

/** Undefined when this is not such a line. */
export function readLine(line: string): RunLine | undefined {
  const [head = '', count] = line.split('\t', 2);
  try {
    const [summary] = JSON.parse(count === undefined ? head : head.replace(/,$/, ']')) as [unknown];
    if (!isSummary(summary)) return undefined;
    return { summary, stepCount: count === undefined ? undefined : Number.parseInt(count, 10) };
  } catch {
    return undefined;
  }
}

/** The steps of a line that has steps. @throws when they cannot be read */
export function readSteps(line: string): Steps {
  const [, , details] = JSON.parse(line) as [unknown, number, Steps];
  return details;
}

function isSummary(value: unknown): value is RunSummary {
  const { id, trigger, alert, status, startedAt } = value as Partial<RunSummary>;
  return (
    typeof id === 'string' &&
    typeof trigger?.id === 'string' &&
    typeof alert?.uuid === 'string' &&
    RUN_STATUSES.some((known) => known === status) &&
    !Number.isNaN(Date.parse(String(startedAt)))
  );
}
