import type { Failure } from './failures';
import type { Run } from './run';
import type { ReceiveEvent, RuntimeNode } from './runtime';

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
 * One node of the flow handling one message of a run, from the moment it receives it until it is done.
 * It holds no message: a step can outlive its run in the asynchronous context of whatever the node opened.
 */
export class Step {
  failure: Failure | undefined;
  /** Set when the node reported an error and has not called `done`: it may never do so. */
  failedAt: number | undefined;
  /** Whether the node sent anything on. */
  sent = false;
  request?: SentRequest;

  constructor(
    readonly run: Run,
    readonly node: RuntimeNode,
    readonly messageId: unknown,
    /** What had failed on the way to this step, and may be made good by it or by what comes of it. */
    readonly after: readonly Failure[] = NONE,
    /** Of those, the failures of this very node: this step tries again. */
    readonly retried: readonly Failure[] = NONE,
  ) {}

  /** The step in whose handler this one began, synchronously, and the event of this one; until postReceive. */
  outer: Step | undefined;
  event: ReceiveEvent | undefined;
}
