import { Failures } from './failures';
import { type RunOutcome, runNode, stoppedError } from './outcome';
import { type Clock, isStopped } from './runtime';
import type { Step } from './step';

/**
 * One message of a trigger, with everything that it sets off.
 *
 * States, and what moves between them:
 *
 *   running    messages are in transit or nodes are at work; or nothing is, and it is being made sure of that.
 *              At rest → over: succeeded, or failed if a failure stands. Time-out → overdue.
 *   overdue    the outcome was told as timed out, and the run is followed on, for it may succeed late.
 *              At rest → over. Late time-out → over, as timed out.
 *   over       nothing is followed any more and nothing is kept. A message that comes of it later, such as one
 *              that a function node sends after it called `done`, belongs to no run: what was told stays.
 *
 * A run is at rest when nothing has been in transit or at work for one turn of the event loop. It waits longer
 * where a node does not tell when it is done: for `quietMs` after a node without `done`, and for `errorQuietMs`
 * after a node reported an error without calling `done`, since many nodes never do then.
 */
export interface RunTiming {
  readonly timeoutMs: number;
  readonly lateMs: number;
  readonly quietMs: number;
  readonly errorQuietMs: number;
}

export interface RunOptions {
  readonly runId: string;
  readonly failOnHttpError: boolean;
  readonly timing: RunTiming;
  readonly clock: Clock;
  /** The run is overdue. */
  readonly onOverdue: (run: Run) => void;
  /** The run is over; called once. */
  readonly onOver: (run: Run) => void;
}

export class Run {
  readonly failures = new Failures();
  /** Every `_msgid` by which the run is found. */
  readonly messageIds: unknown[] = [];
  readonly outcome: Promise<RunOutcome>;
  readonly final: Promise<RunOutcome>;
  readonly #options: RunOptions;
  readonly #clock: Clock;
  readonly #steps = new Set<Step>();
  #inTransit = 0;
  /** Steps that may go on for as long as they like: all but those that reported an error. */
  #working = 0;
  /** Grows with all that happens: two equal values mean that nothing happened between them. */
  #activity = 0;
  #quietUntil = 0;
  #checking = false;
  #overdue = false;
  #over = false;
  #timeout: unknown;
  #quiet: unknown;
  #tellOutcome!: (outcome: RunOutcome) => void;
  #tellFinal!: (outcome: RunOutcome) => void;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.outcome = new Promise((resolve) => (this.#tellOutcome = resolve));
    this.final = new Promise((resolve) => (this.#tellFinal = resolve));
    this.#timeout = this.#clock.setTimeout(() => this.#timeUp(), options.timing.timeoutMs);
  }

  get id(): string {
    return this.#options.runId;
  }

  get failOnHttpError(): boolean {
    return this.#options.failOnHttpError;
  }

  get over(): boolean {
    return this.#over;
  }

  /** A message of the run has been sent to a node that is there. */
  sent(): void {
    this.#activity += 1;
    this.#inTransit += 1;
  }

  /** `count` messages are no longer in transit. */
  arrived(count = 1): void {
    this.#inTransit -= count;
    this.check();
  }

  begin(step: Step): void {
    this.#activity += 1;
    this.#working += 1;
    this.#steps.add(step);
  }

  end(step: Step): void {
    if (!this.#steps.delete(step)) return;
    if (step.failedAt === undefined) this.#working -= 1;
    this.check();
  }

  /** A node without `done` has taken its message: what it does with it may take a moment. */
  waitAMoment(): void {
    this.#quietUntil = this.#clock.now() + this.#options.timing.quietMs;
  }

  /** The node reported an error and has not called `done`. */
  doubt(step: Step): void {
    if (step.failedAt !== undefined || !this.#steps.has(step)) return;
    step.failedAt = this.#clock.now();
    this.#working -= 1;
    this.check();
  }

  /** The steps of a node that are under way. */
  stepOf(nodeId: string, messageId: unknown): Step | undefined {
    for (const step of this.#steps)
      if (step.node.id === nodeId && step.messageId === messageId && step.failure === undefined) return step;
    return undefined;
  }

  abandon(): void {
    this.#finish({ status: 'abandoned' });
  }

  /** Gives up following an overdue run. */
  forget(): void {
    this.#finish(this.#timedOut());
  }

  /** Makes sure that the run is at rest, and ends it if so. */
  check(): void {
    if (this.#checking || this.#over || this.#busy) return;
    // It may be over sooner than it was waiting for: a node has called `done` after an error.
    this.#clock.clearTimeout(this.#quiet);
    this.#checkAfterThisTurn();
  }

  get #busy(): boolean {
    return this.#inTransit > 0 || this.#working > 0;
  }

  #checkAfterThisTurn(): void {
    const activity = this.#activity;
    this.#checking = true;
    this.#clock.setImmediate(() => {
      this.#checking = false;
      if (this.#over || this.#busy) return;
      const waitMs = this.#restsAt() - this.#clock.now();
      if (waitMs > 0) {
        // Another turn after the wait: a busy process runs late timers before the messages that are due.
        this.#quiet = this.#clock.setTimeout(() => this.check(), waitMs);
      } else if (this.#activity === activity) {
        this.#rest();
      } else {
        this.#checkAfterThisTurn();
      }
    });
  }

  #restsAt(): number {
    let at = this.#quietUntil;
    for (const { failedAt = 0 } of this.#steps)
      at = Math.max(at, failedAt + this.#options.timing.errorQuietMs);
    return at;
  }

  #rest(): void {
    const failure = this.failures.first;
    this.#finish(
      failure === undefined ? { status: 'succeeded' } : { status: 'failed', error: failure.error },
    );
  }

  #timeUp(): void {
    if (this.#overdue) {
      this.forget();
      return;
    }
    if (!this.#busy) {
      this.#rest();
      return;
    }
    const steps = [...this.#steps];
    const [first] = steps;
    if (first !== undefined && this.#inTransit === 0 && steps.every(({ node }) => isStopped(node))) {
      // A stopped node may finish all the same, as an http request does; those that do have had the time.
      this.#finish({ status: 'failed', error: stoppedError(first.node) });
      return;
    }
    this.#overdue = true;
    this.#tellOutcome(this.#timedOut());
    this.#timeout = this.#clock.setTimeout(() => this.#timeUp(), this.#options.timing.lateMs);
    this.#options.onOverdue(this);
  }

  #timedOut(): RunOutcome {
    return { status: 'timed-out', waitingFor: [...this.#steps].map(({ node }) => runNode(node)) };
  }

  #finish(outcome: RunOutcome): void {
    if (this.#over) return;
    this.#over = true;
    this.#clock.clearTimeout(this.#timeout);
    this.#clock.clearTimeout(this.#quiet);
    this.#tellOutcome(outcome);
    this.#tellFinal(outcome);
    this.#options.onOver(this);
    this.#steps.clear();
    this.failures.clear();
    this.messageIds.length = 0;
  }
}
