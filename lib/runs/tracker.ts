import { randomUUID } from 'node:crypto';

import { Messages } from './messages';
import type { RunObserver } from './observer';
import type { RunOutcome } from './outcome';
import { Run, type RunTiming } from './run';
import {
  type Clock,
  type Hooks,
  type LogHandler,
  type LogSource,
  type Message,
  type RuntimeNode,
  SYSTEM_CLOCK,
} from './runtime';
import { Step } from './step';
import { Steps } from './steps';

const LABEL = 'sekoia-runs';

/** What a trigger sends comes from no step of the flow. */
const TRIGGER: RuntimeNode = { id: '', type: '' };

/** Runs that timed out and are followed on: beyond so many the oldest is let go. */
const MAX_OVERDUE = 1_000;

export type TrackerTiming = Omit<RunTiming, 'timeoutMs'>;

export const TRACKER_TIMING: Readonly<TrackerTiming> = {
  quietMs: 50,
  errorQuietMs: 1_000,
  lateMs: 3_600_000,
};

export interface TrackerOptions {
  readonly hooks: Hooks;
  readonly log: LogSource;
  readonly clock?: Clock;
  readonly timing?: Partial<TrackerTiming>;
  readonly observer?: RunObserver;
}

export interface RunStart {
  readonly runId: string;
  /** Gets a new `_msgid`, by which the run is found. */
  readonly msg: object;
  readonly timeoutMs: number;
  /** Whether a core http request node has failed when it got an answer of 400 or more, or none. */
  readonly failOnHttpError: boolean;
  /** Sends the message, synchronously. */
  readonly emit: () => void;
}

export interface RunHandle {
  /** Settles at the time-out at the latest. Never rejects. */
  readonly outcome: Promise<RunOutcome>;
  /** The same, but of a run that timed out it tells what came of it later: `timed-out` again if nothing did. */
  readonly final: Promise<RunOutcome>;
  /** Stops following the run. */
  abandon(): void;
}

/** Follows what a trigger's messages set off. One per process: see `sharedTracker`. */
export class RunTracker {
  readonly #options: TrackerOptions;
  readonly #messages = new Messages();
  readonly #steps: Steps;
  readonly #logHandler: LogHandler;
  readonly #runs = new Set<Run>();
  readonly #overdue = new Set<Run>();
  #users = 0;

  constructor(options: TrackerOptions) {
    this.#options = options;
    this.#steps = new Steps(this.#messages, options.observer);
    const logged = this.#whileRunning(this.#steps.logged.bind(this.#steps));
    this.#logHandler = { emit: (_event, entry) => logged(entry) };
  }

  /** What is being kept. All 0 when no run is under way. */
  get size(): { runs: number; overdue: number; messageIds: number } {
    return { runs: this.#runs.size, overdue: this.#overdue.size, messageIds: this.#messages.size };
  }

  /**
   * Keeps the hooks registered until the function that it returns is called. For a trigger, so that they do not
   * come and go with every run; a run keeps them, too.
   */
  acquire(): () => void {
    if (this.#users === 0) this.#listen();
    this.#users += 1;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#users -= 1;
      if (this.#users === 0) this.#stopListening();
    };
  }

  /**
   * Follows everything that the messages sent inside `emit` set off.
   * @throws what `emit` throws
   */
  start({ runId, msg, timeoutMs, failOnHttpError, emit }: RunStart): RunHandle {
    const release = this.acquire();
    const run = new Run({
      runId,
      failOnHttpError,
      timing: { ...TRACKER_TIMING, ...this.#options.timing, timeoutMs },
      clock: this.#options.clock ?? SYSTEM_CLOCK,
      onOverdue: () => this.#keepOverdue(run),
      onOver: () => {
        this.#runs.delete(run);
        this.#overdue.delete(run);
        this.#messages.forget(run);
        release();
      },
    });
    this.#runs.add(run);
    const message = msg as Message;
    // Each attempt at an alert has its own, or what is left of one would count for the next.
    message._msgid = newMessageId();
    this.#messages.adopt(message._msgid, run);
    try {
      this.#messages.runAs(new Step(run, TRIGGER, message._msgid), emit);
    } catch (error) {
      run.abandon();
      throw error;
    }
    run.check();
    return { outcome: run.outcome, final: run.final, abandon: () => run.abandon() };
  }

  #keepOverdue(run: Run): void {
    this.#overdue.add(run);
    const [oldest] = this.#overdue;
    if (this.#overdue.size > MAX_OVERDUE) oldest?.forget();
  }

  #listen(): void {
    const { hooks, log } = this.#options;
    const steps = this.#steps;
    hooks.add(`preDeliver.${LABEL}`, this.#whileRunning(steps.preDeliver.bind(steps)));
    hooks.add(`onReceive.${LABEL}`, this.#whileRunning(steps.onReceive.bind(steps)));
    hooks.add(`postReceive.${LABEL}`, this.#whileRunning(steps.postReceive.bind(steps)));
    hooks.add(`onComplete.${LABEL}`, this.#whileRunning(steps.onComplete.bind(steps)));
    log.addHandler(this.#logHandler);
  }

  #stopListening(): void {
    const { hooks, log } = this.#options;
    hooks.remove(`*.${LABEL}`);
    log.removeHandler(this.#logHandler);
    this.#messages.disable();
  }

  /**
   * A hook as Node-RED wants it: it declares exactly one parameter, or Node-RED waits for it to call back, and
   * returns nothing, or that may stop the message. What it throws would lose the message, too.
   */
  #whileRunning<Event>(handle: (event: Event) => void): (event: Event) => void {
    return (event) => {
      if (this.#runs.size === 0) return;
      try {
        handle(event);
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error));
      }
    };
  }
}

/** As Node-RED's, 16 hexadecimal digits. A uuid comes from random bytes in stock, which is much quicker. */
function newMessageId(): string {
  return randomUUID().slice(19).replace('-', '');
}
