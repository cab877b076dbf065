import { NO_FAILURES, type StepFailures } from './failures';
import type { Run } from './run';
import type { Message, ReceiveEvent, RuntimeNode } from './runtime';

/** A request that a core http request node made. */
export interface SentRequest {
  readonly method: string;
  /** As it was sent, without user and password. */
  readonly url: string;
  /** Of the answer; a code like `ECONNREFUSED` if there was none. */
  readonly status?: number | string;
}

/**
 * One node handles one message, from its receipt until the node is done. If the message belongs to several runs,
 * so does the step.
 *
 * An ended step holds no message, because it can outlive its runs in the asynchronous context of whatever the
 * node opened.
 */
export class Step {
  /** None for a step of a message without a run. */
  runs: readonly Run[];
  failures: StepFailures = NO_FAILURES;
  /** A shallow copy of the message as it arrived; until the step ends. */
  input: Message | undefined;
  /** Whether the node sent anything on. */
  sent = false;
  /** The turn in which it ended; 0 until then. */
  endedIn = 0;
  request?: SentRequest;
  /** The step in whose handler this one began, synchronously; until postReceive. */
  outer: Step | undefined;
  /** The event with which the step began; until postReceive. */
  event: ReceiveEvent | undefined;

  constructor(
    runs: readonly Run[],
    readonly node: RuntimeNode,
    readonly messageId: unknown,
  ) {
    this.runs = runs;
  }
}
