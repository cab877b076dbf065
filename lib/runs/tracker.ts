import { randomUUID } from 'node:crypto';

import { Messages } from './messages';
import type { RunObserver } from './observer';
import type { RunOutcome } from './outcome';
import { Run } from './run';
import {
  type Scheduler,
  type ConfigurationOf,
  type TypesBehind,
  type Hooks,
  type LogHandler,
  type LogSource,
  type Message,
  type RuntimeNode,
  SYSTEM_SCHEDULER,
} from './runtime';
import { Step } from './step';
import { Steps } from './steps';
import { TRACKER_TIMING, type TrackerTiming } from './timing';
import { Turn } from './turn';

const LABEL = 'sekoia-runs';

/** The sender of the first messages: a trigger has no step in the flow. */
const TRIGGER: RuntimeNode = { id: '', type: '' };

/** How many ended runs are remembered. The oldest is forgotten first. */
const MAX_ENDED = 10_000;

/** How many of them may have timed out while still working. These keep messages in memory. */
const MAX_OVERDUE = 1_000;

export interface TrackerOptions {
  readonly hooks: Hooks;
  readonly log: LogSource;
  readonly clock?: Scheduler;
  readonly timing?: Partial<TrackerTiming>;
  readonly observer?: RunObserver;
  /** Without it, requests of http request nodes are compared by the messages that these receive. */
  readonly configurationOf?: ConfigurationOf;
  /** Without it, all work that a stopped node prevents counts as missing. */
  readonly typesBehind?: TypesBehind;
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
  /**
   * `end`, the default: the run ends when it is at rest. `confirmed`: it stays open until it is confirmed, a
   * failure stands when it is at rest, or its time is up.
   */
  readonly deliveredWhen?: 'end' | 'confirmed';
  /**
   * The result has changed after `outcome`: a late success or a late failure. Called at each change, but never
   * after the run is abandoned. It is kept for as long as the run stays known. So it must not hold on to the
   * message, nor be a closure beside one that does: closures of one function share what they capture.
   */
  readonly onRevised?: (outcome: RunOutcome) => void;
}

export interface RunHandle {
  /** Settles at the time-out at the latest. Never rejects. */
  readonly outcome: Promise<RunOutcome>;
  /** Settles when the run only waits for its confirmation; never for a run that does not. */
  readonly idle: Promise<void>;
  /** Settles when the result of the run is final. */
  readonly over: Promise<void>;
  /** Confirms the run: it succeeds, whatever else happens. */
  confirm(): void;
  /** Stops following the run. */
  abandon(): void;
}

/** Tracks what the messages of a trigger start. One per process: see `sharedTracker`. */
export class RunTracker {
  readonly #options: TrackerOptions;
  readonly #messages: Messages;
  readonly #steps: Steps;
  readonly #logHandler: LogHandler;
  /** All that are not over. */
  readonly #runs = new Set<Run>();
  readonly #ended = new Set<Run>();
  readonly #overdue = new Set<Run>();
  #users = 0;

  constructor(options: TrackerOptions) {
    this.#options = options;
    const turn = new Turn(options.clock ?? SYSTEM_SCHEDULER, (events) => this.#steps.afterTurn(events));
    this.#messages = new Messages(() => turn.number);
    const { observer, configurationOf = () => undefined, typesBehind = () => undefined } = options;
    this.#steps = new Steps({ messages: this.#messages, turn, observer, configurationOf, typesBehind });
    const logged = this.#whileRunning(this.#steps.logged.bind(this.#steps));
    this.#logHandler = { emit: (_event, entry) => logged(entry) };
  }

  /** What is kept: runs under way, ended runs that stay known, and ids of messages. */
  get size(): { runs: number; ended: number; messageIds: number } {
    const ended = this.#ended.size;
    return { runs: this.#runs.size - ended, ended, messageIds: this.#messages.size };
  }

  /**
   * Keeps the hooks registered until the function that it returns is called. For a trigger, so that they do not
   * come and go with every run; a run that is under way keeps them, too. Without them nothing is known of the
   * runs that have ended: they are over then.
   */
  acquire(): () => void {
    if (this.#users === 0) this.#listen();
    this.#users += 1;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#users -= 1;
      if (this.#users > 0) return;
      for (const run of this.#ended) run.stopTracking();
      this.#stopListening();
    };
  }

  /**
   * Tracks everything that the messages sent inside `emit` start.
   * @throws what `emit` throws
   */
  start({ runId, msg, timeoutMs, failOnHttpError, emit, deliveredWhen, onRevised }: RunStart): RunHandle {
    const release = this.acquire();
    const run = new Run({
      runId,
      failOnHttpError,
      deliveredWhen: deliveredWhen ?? 'end',
      timing: { ...TRACKER_TIMING, ...this.#options.timing, timeoutMs },
      clock: this.#options.clock ?? SYSTEM_SCHEDULER,
      onRevised,
      onEnded: () => {
        this.#remember(run);
        release();
      },
      onOver: () => {
        for (const runs of [this.#runs, this.#ended, this.#overdue]) runs.delete(run);
        this.#messages.forget(run);
        release();
      },
    });
    this.#runs.add(run);
    const message = msg as Message;
    // Each attempt has its own ID; otherwise, leftovers of one attempt would count for the next.
    message._msgid = newMessageId();
    this.#messages.adopt(message._msgid, run);
    try {
      this.#messages.runAs(new Step(run.asOwner, TRIGGER, message._msgid), emit);
    } catch (error) {
      run.abandon();
      throw error;
    }
    run.check();
    return {
      ...{ outcome: run.outcome, idle: run.idle, over: run.whenOver },
      confirm: () => run.confirm(),
      abandon: () => run.abandon(),
    };
  }

  /** An ended run is remembered, because its result can change. */
  #remember(run: Run): void {
    this.#ended.add(run);
    if (run.busy) this.#overdue.add(run);
    if (this.#overdue.size > MAX_OVERDUE) first(this.#overdue)?.stopTracking();
    if (this.#ended.size > MAX_ENDED) first(this.#ended)?.stopTracking();
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
   * A hook for Node-RED. It declares exactly one parameter; otherwise, Node-RED waits for a callback. It
   * returns nothing, because a value may stop the message. It must not throw, which would lose the message.
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

function first(runs: ReadonlySet<Run>): Run | undefined {
  const [oldest] = runs;
  return oldest;
}

/** 16 hexadecimal digits, like those of Node-RED. `randomUUID` is much faster, because it buffers random bytes. */
function newMessageId(): string {
  return randomUUID().slice(19).replace('-', '');
}
