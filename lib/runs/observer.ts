import type { RunError } from './outcome';
import type { Message } from './runtime';
import type { Step } from './step';

/**
 * Sees each step of every run, while it happens: what a record of the runs is made from. It must be quick and
 * must neither keep nor change a message. A step is told by its identity: `step.run.id`, `step.node`.
 */
export interface RunObserver {
  stepBegan(step: Step, message: Message): void;
  /** A node of the run sends; `step` is unknown for one that sends from outside any step, like a queue. */
  stepSent(step: Step | undefined, message: Message): void;
  /**
   * `message` is as the node left it. It is unknown when the node reported an error and is not done: then the
   * same step may end a second time.
   */
  stepEnded(step: Step, message: Message | undefined, error: RunError | undefined): void;
}
