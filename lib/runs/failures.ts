import type { RunError } from './outcome';
import type { Request } from './same-request';

export interface Failure {
  readonly error: RunError;
  readonly messageId: unknown;
  /** The request of the node; for a retry, its first request. */
  request?: Request | undefined;
}

/** How failures concern a step. */
export interface StepFailures {
  /** The failure of the step itself. */
  readonly own: Failure | undefined;
  /** Earlier failures of the node that the step clears if it succeeds. */
  readonly retried: readonly Failure[];
}

const NONE: readonly Failure[] = [];

/** All steps that nothing fails around share this, so that a hop allocates nothing for it. */
export const NO_FAILURES: StepFailures = { own: undefined, retried: NONE };

/**
 * The failures of a run that are not cleared. A failure is cleared when its node succeeds with the same
 * request, and replaced when that fails, too. Other requests through the node do not clear it: one of ten parts
 * of a split message may fail, and a notification about a failure may use the same node.
 */
export class Failures {
  readonly #standing = new Set<Failure>();

  get first(): Failure | undefined {
    const [first] = this.#standing;
    return first;
  }

  get any(): boolean {
    return this.#standing.size > 0;
  }

  add(failure: Failure): void {
    this.#standing.add(failure);
  }

  clear(failures: readonly Failure[]): void {
    for (const failure of failures) this.#standing.delete(failure);
  }

  clearAll(): void {
    this.#standing.clear();
  }

  of(nodeId: string): readonly Failure[] {
    if (this.#standing.size === 0) return NONE;
    return [...this.#standing].filter(({ error }) => error.nodeId === nodeId);
  }
}
