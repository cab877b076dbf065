import type { RunError } from './outcome';
import type { Request } from './same-request';

export interface Failure {
  readonly error: RunError;
  readonly messageId: unknown;
  /** What the node was asked to do; if it has tried before, what it was asked the first time. */
  request?: Request | undefined;
}

const NONE: readonly Failure[] = [];

/**
 * What has failed in a run and has not been made good. A failure goes when its node gets through with the same
 * request, and is replaced when that fails too. Any other request that gets through the node says nothing about
 * it: of ten parts of a split message one may fail, and the notice of a failure may go the way of what failed.
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

  makeGood(failures: readonly Failure[]): void {
    for (const failure of failures) this.#standing.delete(failure);
  }

  clear(): void {
    this.#standing.clear();
  }

  of(nodeId: string): readonly Failure[] {
    if (this.#standing.size === 0) return NONE;
    return [...this.#standing].filter(({ error }) => error.nodeId === nodeId);
  }
}
