import { Activity } from './activity';
import { Deadlines } from './deadlines';
import { Failures } from './failures';
import { type RunOutcome, runNode, stoppedError } from './outcome';
import { OutcomeReporter } from './outcome-reporter';
import { RestDetector } from './rest-detector';
import { type Scheduler, isStopped } from './runtime';
import type { Step } from './step';
import type { RunTiming } from './timing';

export interface RunOptions {
  readonly runId: string;
  readonly failOnHttpError: boolean;
  readonly deliveredWhen: 'end' | 'confirmed';
  readonly timing: RunTiming;
  readonly clock: Scheduler;
  readonly onRevised: ((outcome: RunOutcome) => void) | undefined;
  /** Called once when the run ends, but not for an abandoned run. */
  readonly onEnded: (run: Run) => void;
  /** Called once when the run is over. */
  readonly onOver: (run: Run) => void;
}

/**
 * One message of a trigger, with everything that it starts.
 *
 * States, and what moves between them:
 *
 *   under way  Messages are in transit or nodes are at work. Or nothing is, and the run makes sure of that or
 *              waits for its confirmation.
 *              At rest → ended: failed if a failure stands, else succeeded, unless it must be confirmed.
 *              Confirmed → over, as succeeded. Time-out → ended, as timed out.
 *   ended      The outcome is reported, and the run stays known: a node may send, fail, or finish late. When the
 *              run is at rest again and its outcome differs by then, the run reports a revision.
 *              Confirmed → over. After `lateMs` → over.
 *   over       Tracking has ended, and nothing is kept. A later message belongs to no run, and the reported
 *              outcome is final.
 *
 * A run is at rest when nothing has been in transit or at work for one turn of the event loop. It waits longer
 * where a node does not show when it is done: for `quietMs` after a node without `done`, and for `errorQuietMs`
 * after a node reported an error without calling `done`, since many nodes never do then.
 */
export class Run {
  readonly failures = new Failures();
  /** Every `_msgid` by which the run is found. */
  readonly messageIds: unknown[] = [];
  /** The run as the owner of a message. One shared array, because owners are first compared by identity. */
  readonly asOwner: readonly Run[] = [this];
  readonly #options: RunOptions;
  readonly #activity: Activity;
  readonly #rest: RestDetector;
  readonly #deadlines: Deadlines;
  readonly #reporter: OutcomeReporter;
  #confirmed = false;
  #over = false;

  constructor(options: RunOptions) {
    const { timing, clock } = options;
    this.#options = options;
    this.#activity = new Activity(timing, clock);
    this.#rest = new RestDetector(this.#activity, clock, () => this.#concludeAtRest());
    this.#deadlines = new Deadlines(timing, clock, {
      timedOut: () => this.#concludeAtTimeout(),
      tooLate: () => this.stopTracking(),
    });
    this.#reporter = new OutcomeReporter(options.onRevised);
    this.#deadlines.startTimeout();
  }

  get id(): string {
    return this.#options.runId;
  }

  get failOnHttpError(): boolean {
    return this.#options.failOnHttpError;
  }

  get outcome(): Promise<RunOutcome> {
    return this.#reporter.outcome;
  }

  get idle(): Promise<void> {
    return this.#reporter.idle;
  }

  get whenOver(): Promise<void> {
    return this.#reporter.over;
  }

  /** Whether it has neither ended nor been abandoned. */
  get underWay(): boolean {
    return !this.#over && !this.#reporter.reported;
  }

  get over(): boolean {
    return this.#over;
  }

  /** Whether messages are in transit or nodes are at work. */
  get busy(): boolean {
    return this.#activity.busy;
  }

  /** A message of the run has been sent to a node that exists. */
  sent(): void {
    this.#activity.sent();
    this.#limitLateActivity();
  }

  /** A message is no longer in transit. */
  arrived(): void {
    this.#activity.arrived();
    this.#rest.check();
  }

  begin(step: Step): void {
    if (this.#activity.begin(step)) this.#limitLateActivity();
  }

  end(step: Step): void {
    if (this.#activity.end(step)) this.#rest.check();
  }

  /** A node without `done` has taken its message, and may be at work on it for a moment. */
  startQuietPeriod(): void {
    this.#activity.startQuietPeriod();
  }

  /** A node reported an error for a step and has not called `done`. */
  errorReported(step: Step): void {
    if (!this.#activity.reportError(step)) return;
    this.#limitLateActivity();
    this.#rest.check();
  }

  /** The step of a node that is under way with this message. */
  stepOf(nodeId: string, messageId: unknown): Step | undefined {
    return this.#activity.stepOf(nodeId, messageId);
  }

  /** Checks whether the run is at rest, and then reports its outcome. */
  check(): void {
    this.#rest.check();
  }

  /** The flow confirms the alert. */
  confirm(): void {
    if (this.#over || this.#confirmed) return;
    this.#confirmed = true;
    // The node that confirms finishes first.
    this.#options.clock.setImmediate(() => {
      if (this.#over) return;
      this.#conclude({ status: 'succeeded' });
      this.stopTracking();
    });
  }

  abandon(): void {
    if (this.#over) return;
    this.#reporter.reportAbandoned();
    this.stopTracking();
  }

  /** Ends the tracking of a run whose outcome is reported. */
  stopTracking(): void {
    if (this.#over) return;
    this.#over = true;
    this.#deadlines.cancelAll();
    this.#rest.stop();
    this.#options.onOver(this);
    this.#activity.clear();
    this.failures.clearAll();
    this.messageIds.length = 0;
    this.#reporter.reportOver();
  }

  /** An ended run that becomes active again is followed for no longer than a run that begins. */
  #limitLateActivity(): void {
    if (this.#reporter.reported && !this.#over) this.#deadlines.startTimeout();
  }

  #concludeAtRest(): void {
    if (this.#confirmed) return;
    const failure = this.failures.first;
    if (failure !== undefined) this.#conclude({ status: 'failed', error: failure.error });
    else if (this.#options.deliveredWhen === 'end') this.#conclude({ status: 'succeeded' });
    else this.#reporter.reportIdle();
  }

  #concludeAtTimeout(): void {
    if (!this.busy) this.#concludeAtRest();
    if (!this.#reporter.reported) {
      this.#conclude(this.#outcomeAtTimeout());
      return;
    }
    // The run has been active again for too long to wait for its rest.
    const failure = this.failures.first;
    if (failure !== undefined) this.#conclude({ status: 'failed', error: failure.error });
  }

  #outcomeAtTimeout(): RunOutcome {
    const { steps, inTransit, busy } = this.#activity;
    const [first] = steps;
    // A stopped node may still finish, like http request. It has had the time to do so.
    if (first !== undefined && !inTransit && steps.every(({ node }) => isStopped(node)))
      return { status: 'failed', error: stoppedError(first.node) };
    const waitingFor = steps.map(({ node }) => runNode(node));
    const unconfirmed = this.#options.deliveredWhen === 'confirmed' && !busy;
    return { status: 'timed-out', waitingFor, ...(unconfirmed ? { unconfirmed } : {}) };
  }

  /** Reports an outcome, unless it changes nothing. */
  #conclude(outcome: RunOutcome): void {
    this.#deadlines.cancelTimeout();
    if (!this.#reporter.report(outcome)) return;
    this.#deadlines.startLate();
    this.#options.onEnded(this);
  }
}
