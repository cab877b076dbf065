import { type RunError, caughtIn } from './outcome';
import type { Message, RuntimeNode } from './runtime';
import type { Step } from './step';

export interface Failure {
  readonly error: RunError;
  readonly messageId: unknown;
  /** What a failed http request left in `msg.statusCode`. */
  status?: number | string;
}

/**
 * What has failed in a run and has not been made good.
 *
 * The last outcome of each node decides, for the message it failed with: a failure goes when the same node gets
 * through with a message that comes of it, as a Catch branch that tries again sends one, and is replaced when
 * that fails too. Another message that gets through the node says nothing about it: of ten parts of a split
 * message one may fail.
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

  /** What of it a message comes after, given the step that sent it. */
  before(sender: Step | undefined, also?: Failure): readonly Failure[] {
    const known = sender === undefined ? [] : [...sender.after, sender.failure];
    return [...known, also].filter(
      (failure) => failure !== undefined && this.#standing.has(failure),
    ) as Failure[];
  }

  /** The failures of a node with which a message that it receives now tries again. */
  retriedBy(node: RuntimeNode, message: Message, after: readonly Failure[]): readonly Failure[] {
    return [...this.#standing].filter(
      (failure) =>
        failure.error.nodeId === node.id && (after.includes(failure) || bearsTheMarkOf(failure, message)),
    );
  }
}

/**
 * A queue on the way (a delay node that limits a rate) sends from a context of its own, which does not tell
 * where the message comes from. What the Catch node or the http request node wrote in it still does.
 */
function bearsTheMarkOf(failure: Failure, message: Message): boolean {
  if (message._msgid !== failure.messageId) return false;
  if (caughtIn(message)?.source.id === failure.error.nodeId) return true;
  return failure.status !== undefined && message.statusCode === failure.status;
}
