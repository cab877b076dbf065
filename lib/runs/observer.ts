import type { RunError } from './outcome';
import type { Run } from './run';
import type { Message, RuntimeNode } from './runtime';
import type { Step } from './step';

/** A message on its way from a node to one of the nodes that it is wired to. */
export interface Sending {
  readonly run: Run;
  /** Unknown for a node that sends from outside any step, like a queue; and for the trigger. */
  readonly step: Step | undefined;
  readonly source: RuntimeNode;
  /** Of the source: 0 for its first output. */
  readonly port: number;
  /** A message goes to each wire of a port on its own, to all but one of them as a clone. */
  readonly destination: RuntimeNode;
}

/**
 * Observes each step of every run as it happens, to record the runs. A step of several runs is reported once
 * for each. An observer must be fast, and must neither keep nor change a message. The identity of the step and
 * `run.id` identify what is reported.
 */
export interface RunObserver {
  stepBegan(run: Run, step: Step, message: Message): void;
  /** A node of the run sends. `message` is changed by the next node once this has returned. */
  stepSent(sending: Sending, message: Message): void;
  /**
   * `message` is as the node left it. It is unknown when the node reported an error and is not done, and when
   * it was stopped: then the same step may end a second time.
   */
  stepEnded(run: Run, step: Step, message: Message | undefined, error: RunError | undefined): void;
}
