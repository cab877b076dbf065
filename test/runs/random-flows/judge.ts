import type { Verdict } from './round';

export interface Judgement {
  /** Succeeded, though something of the alert was refused and not accepted later. */
  readonly falseSuccesses: Verdict[];
  /** Failed, though nothing of the alert was, for one of the reasons that docs/reliability.md tells. */
  readonly explainedFailures: Verdict[];
  /** Failed, though nothing of the alert was, for no known reason. */
  readonly falseFailures: Verdict[];
  readonly counts: Readonly<Record<string, number>>;
}

export function judge(verdicts: readonly Verdict[]): Judgement {
  const falseSuccesses = verdicts.filter(
    ({ status, standing }) => status === 'succeeded' && standing.length > 0,
  );
  const failures = verdicts.filter(({ status, standing }) => status === 'failed' && standing.length === 0);
  const counts: Record<string, number> = {};
  const count = (what: string): void => void (counts[what] = (counts[what] ?? 0) + 1);
  for (const { status, standing, reported } of verdicts) {
    count(status);
    if (standing.length > 0) count('refused');
    if (reported.length > 1) count('revised');
  }
  const isExplained = (verdict: Verdict): boolean =>
    failedBesidesItsTwin(verdict) || failedTooLate(verdict) || sharesFailure(verdict, verdicts);
  return {
    falseSuccesses,
    explainedFailures: failures.filter(isExplained),
    falseFailures: failures.filter((verdict) => !isExplained(verdict)),
    counts,
  };
}

/** Its message was joined with that of an alert that failed, or cannot be told from it. That may have a twin. */
function sharesFailure({ seed, tag, traits }: Verdict, verdicts: readonly Verdict[]): boolean {
  if (!traits.has('joins') && !traits.has('same ids')) return false;
  return verdicts.some(
    (other) =>
      other.seed === seed && other.tag !== tag && (other.standing.length > 0 || failedBesidesItsTwin(other)),
  );
}

/**
 * A node reported the error after it was done, and then received the same input again, and accepted it. The input of
 * a node that is done is not kept, so nothing shows that it is the same.
 */
function failedTooLate({ failedLate, cleared }: Verdict): boolean {
  return failedLate && cleared;
}

/**
 * It asked for the same twice at the same time. What was accepted had been asked for before the other was refused,
 * and is not taken for another try of it.
 */
function failedBesidesItsTwin({ hasTwins, cleared }: Verdict): boolean {
  return hasTwins && cleared;
}
