import { Failures } from './failures';
import { type RunOutcome, runNode, stoppedError } from './outcome';
import { type Scheduler, isStopped } from './runtime';
import type { Step } from './step';

/**
 * One message of a trigger, with everything that it starts.
 *
 * States, and what moves between them:
 *
 *   under way  messages are in transit or nodes are at work; or nothing is, and it is being made sure of that; or
 *              nothing is, and the run waits for its confirmation.
 *              At rest → ended: failed if a failure stands, else succeeded, unless it must be confirmed.
 *              Confirmed → over, as succeeded. Time-out → ended, as timed out.
 *   ended      the outcome was told, and the run stays known: a node may send, fail or get done late. When it is
 *              at rest again and its outcome differs by then, that is told as a revision.
 *              Confirmed → over. After `lateMs` → over.
 *   over       tracking has ended, and nothing is kept. A later message belongs to no run, and the reported
 *              result is final.
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
  readonly deliveredWhen: 'end' | 'confirmed';
  readonly timing: RunTiming;
  readonly clock: Scheduler;
  readonly onRevised: ((outcome: RunOutcome) => void) | undefined;
  /** Called once when the run ends, but not for an abandoned run. */
  readonly onEnded: (run: Run) => void;
  /** The run is over; called once. */
  readonly onOver: (run: Run) => void;
}

export class Run {
  readonly failures = new Failures();
  /** Every `_msgid` by which the run is found. */
  readonly messageIds: unknown[] = [];
  /** What most messages of the run belong to. */
  readonly alone: readonly Run[] = [this];
  readonly outcome: Promise<RunOutcome>;
  readonly idle: Promise<void>;
  readonly whenOver: Promise<void>;
  readonly #options: RunOptions;
  readonly #clock: Scheduler;
  /** Those under way, and for those that have reported an error the time when they did. */
  readonly #steps = new Map<Step, number | undefined>();
  #inTransit = 0;
  /** Steps that may go on for as long as they like: all but those that reported an error. */
  #working = 0;
  /** Increases with each event: two equal values mean that nothing happened in between. */
  #activity = 0;
  #quietUntil = 0;
  #checking = false;
  #confirmed = false;
  #over = false;
  /** The last reported result. */
  #told: RunOutcome['status'] | undefined;
  #timeout: unknown;
  #quiet: unknown;
  #late: unknown;
  #tellOutcome!: (outcome: RunOutcome) => void;
  #tellIdle!: () => void;
  #tellOver!: () => void;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.outcome = new Promise((resolve) => (this.#tellOutcome = resolve));
    this.idle = new Promise((resolve) => (this.#tellIdle = resolve));
    this.whenOver = new Promise((resolve) => (this.#tellOver = resolve));
    this.#timeout = this.#clock.setTimeout(() => this.#timeUp(), options.timing.timeoutMs);
  }

  get id(): string {
    return this.#options.runId;
  }

  get failOnHttpError(): boolean {
    return this.#options.failOnHttpError;
  }

  /** Whether it has not ended yet. */
  get underWay(): boolean {
    return this.#told === undefined;
  }

  get over(): boolean {
    return this.#over;
  }

  /** Whether messages are in transit or nodes are at work. */
  get busy(): boolean {
    return this.#inTransit > 0 || this.#working > 0;
  }

  /** A message of the run has been sent to a node that is there. */
  sent(): void {
    this.#happens();
    this.#inTransit += 1;
  }

  /** A message is no longer in transit. */
  arrived(): void {
    this.#inTransit -= 1;
    this.check();
  }

  begin(step: Step): void {
    if (this.#steps.has(step)) return;
    this.#happens();
    this.#working += 1;
    this.#steps.set(step, undefined);
  }

  end(step: Step): void {
    const isWorking = this.#steps.get(step) === undefined;
    if (!this.#steps.delete(step)) return;
    if (isWorking) this.#working -= 1;
    this.check();
  }

  /** A node without `done` has taken its message: what it does with it may take a moment. */
  waitAMoment(): void {
    this.#quietUntil = this.#clock.monotonicMs() + this.#options.timing.quietMs;
  }

  /** The node reported an error and has not called `done`. */
  doubt(step: Step): void {
    if (this.#steps.has(step)) {
      if (this.#steps.get(step) !== undefined) return;
      this.#steps.set(step, this.#clock.monotonicMs());
      this.#working -= 1;
    }
    this.#happens();
    this.check();
  }

  /** The steps of a node that are under way. */
  stepOf(nodeId: string, messageId: unknown): Step | undefined {
    for (const step of this.#steps.keys())
      if (step.node.id === nodeId && step.messageId === messageId && step.failure === undefined) return step;
    return undefined;
  }

  /** The flow confirms the alert. */
  confirm(): void {
    if (this.#over || this.#confirmed) return;
    this.#confirmed = true;
    // Not before the node that says so is done.
    this.#clock.setImmediate(() => {
      if (this.#over) return;
      this.#conclude({ status: 'succeeded' });
      this.letGo();
    });
  }

  abandon(): void {
    this.#end({ status: 'abandoned' });
  }

  /** Stops tracking the ended run. */
  letGo(): void {
    this.#end(this.#timedOut());
  }

  /** Checks that the run is at rest, and then reports its result. */
  check(): void {
    if (this.#checking || this.#over || this.busy) return;
    // It may be over sooner than it was waiting for: a node has called `done` after an error.
    this.#clock.clearTimeout(this.#quiet);
    this.#checkAfterThisTurn();
  }

  #happens(): void {
    this.#activity += 1;
    // It is not followed for longer than a run that begins.
    if (this.#told !== undefined && this.#timeout === undefined && !this.#over)
      this.#timeout = this.#clock.setTimeout(() => this.#timeUp(), this.#options.timing.timeoutMs);
  }

  #checkAfterThisTurn(): void {
    const activity = this.#activity;
    this.#checking = true;
    this.#clock.setImmediate(() => {
      this.#checking = false;
      if (this.#over || this.busy) return;
      const waitMs = this.#restsAt() - this.#clock.monotonicMs();
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
    for (const failedAt of this.#steps.values())
      if (failedAt !== undefined) at = Math.max(at, failedAt + this.#options.timing.errorQuietMs);
    return at;
  }

  #rest(): void {
    if (this.#confirmed) return;
    const failure = this.failures.first;
    if (failure !== undefined) this.#conclude({ status: 'failed', error: failure.error });
    else if (this.#options.deliveredWhen === 'end') this.#conclude({ status: 'succeeded' });
    else this.#tellIdle();
  }

  #timeUp(): void {
    this.#timeout = undefined;
    if (!this.busy) this.#rest();
    const failure = this.failures.first;
    if (this.#told !== undefined) {
      // It has been at work again for too long to wait for its rest.
      if (failure !== undefined) this.#conclude({ status: 'failed', error: failure.error });
      return;
    }
    const steps = [...this.#steps.keys()];
    const [first] = steps;
    if (first !== undefined && this.#inTransit === 0 && steps.every(({ node }) => isStopped(node))) {
      // A stopped node may still finish, like http request. It has had the time to do so.
      this.#conclude({ status: 'failed', error: stoppedError(first.node) });
      return;
    }
    this.#conclude(this.#timedOut());
  }

  #timedOut(): RunOutcome {
    const waitingFor = [...this.#steps.keys()].map(({ node }) => runNode(node));
    const unconfirmed = this.#options.deliveredWhen === 'confirmed' && !this.busy;
    return { status: 'timed-out', waitingFor, ...(unconfirmed ? { unconfirmed } : {}) };
  }

  /** Reports the result of the run, unless it was reported before. */
  #conclude(outcome: RunOutcome): void {
    const before = this.#told;
    this.#clock.clearTimeout(this.#timeout);
    this.#timeout = undefined;
    if (before === undefined) {
      this.#told = outcome.status;
      this.#tellOutcome(outcome);
      this.#late = this.#clock.setTimeout(() => this.letGo(), this.#options.timing.lateMs);
      this.#options.onEnded(this);
    } else if (before !== outcome.status && (before !== 'timed-out' || outcome.status === 'succeeded')) {
      this.#told = outcome.status;
      this.#options.onRevised?.(outcome);
    }
  }

  #end(outcome: RunOutcome): void {
    if (this.#over) return;
    this.#over = true;
    for (const timer of [this.#timeout, this.#quiet, this.#late]) this.#clock.clearTimeout(timer);
    this.#tellOutcome(outcome);
    this.#options.onOver(this);
    for (const step of this.#steps.keys()) step.input = undefined;
    this.#steps.clear();
    this.failures.clear();
    this.messageIds.length = 0;
    this.#tellOver();
  }
}
