import type { Failure } from './failures';
import type { Run } from './run';
import type { Message, ReceiveEvent, RuntimeNode } from './runtime';

const NONE: readonly Failure[] = [];

/** A request that a core http request node made. */
export interface SentRequest {
  readonly method: string;
  /** As it was sent, without user and password. */
  readonly url: string;
  /** Of the answer; a code like `ECONNREFUSED` if there was none. */
  readonly status?: number | string;
}

/**
 * One node handles one message, from its receipt until the node is done. A message may belong to several runs:
 * then the step does, too.
 *
 * It holds no message once it has ended: a step can outlive its runs in the asynchronous context of whatever
 * the node opened.
 */
export class Step {
  /** Belongs to no run if there is none. */
  runs: readonly Run[];
  failure: Failure | undefined;
  /** What the message was when it came; until the step ends. */
  input: Message | undefined;
  /** Failures of this node that the step clears if it succeeds. */
  retried: readonly Failure[] = NONE;
  /** Whether the node sent anything on. */
  sent = false;
  /** The turn in which it ended; 0 until then. */
  endedIn = 0;
  request?: SentRequest;

  constructor(
    runs: readonly Run[],
    readonly node: RuntimeNode,
    readonly messageId: unknown,
  ) {
    this.runs = runs;
  }

  /** The step in whose handler this one began, synchronously, and the event of this one; until postReceive. */
  outer: Step | undefined;
  event: ReceiveEvent | undefined;
}
