import type { Scheduler } from './runtime';
import type { Step } from './step';
import type { RunTiming } from './timing';

/** The messages of a run that are in transit, and its steps that are under way. */
export class Activity {
  readonly #timing: RunTiming;
  readonly #clock: Scheduler;
  /** The steps under way. A step that reported an error has the time of its report. */
  readonly #steps = new Map<Step, number | undefined>();
  #inTransit = 0;
  /** How many steps have reported no error. These may take as long as they like. */
  #working = 0;
  #quietUntil = 0;
  #events = 0;

  constructor(timing: RunTiming, clock: Scheduler) {
    this.#timing = timing;
    this.#clock = clock;
  }

  /** Increases with each event. Two equal values mean that nothing happened in between. */
  get events(): number {
    return this.#events;
  }

  get inTransit(): boolean {
    return this.#inTransit > 0;
  }

  /** Whether messages are in transit or nodes are at work. */
  get busy(): boolean {
    return this.#inTransit > 0 || this.#working > 0;
  }

  get steps(): Step[] {
    return [...this.#steps.keys()];
  }

  /** The time until which nodes may be at work without showing it. */
  get quietUntil(): number {
    let at = this.#quietUntil;
    for (const reportedAt of this.#steps.values())
      if (reportedAt !== undefined) at = Math.max(at, reportedAt + this.#timing.errorQuietMs);
    return at;
  }

  sent(): void {
    this.#events += 1;
    this.#inTransit += 1;
  }

  arrived(): void {
    this.#inTransit -= 1;
  }

  /** @returns false if the step is already under way */
  begin(step: Step): boolean {
    if (this.#steps.has(step)) return false;
    this.#events += 1;
    this.#working += 1;
    this.#steps.set(step, undefined);
    return true;
  }

  /** @returns false if the step is not under way */
  end(step: Step): boolean {
    const isWorking = this.#steps.get(step) === undefined;
    if (!this.#steps.delete(step)) return false;
    if (isWorking) this.#working -= 1;
    return true;
  }

  /** @returns false if the step has reported an error before */
  reportError(step: Step): boolean {
    if (this.#steps.has(step)) {
      if (this.#steps.get(step) !== undefined) return false;
      this.#steps.set(step, this.#clock.monotonicMs());
      this.#working -= 1;
    }
    this.#events += 1;
    return true;
  }

  startQuietPeriod(): void {
    this.#quietUntil = this.#clock.monotonicMs() + this.#timing.quietMs;
  }

  /** The step of a node that is under way with this message and has not failed. */
  stepOf(nodeId: string, messageId: unknown): Step | undefined {
    for (const step of this.#steps.keys())
      if (step.node.id === nodeId && step.messageId === messageId && step.failures.own === undefined)
        return step;
    return undefined;
  }

  /** Forgets the steps, and releases their messages: contexts of the flow can keep a step. */
  clear(): void {
    for (const step of this.#steps.keys()) step.input = undefined;
    this.#steps.clear();
  }
}
