import { AsyncResource } from 'node:async_hooks';

import { type Hooks, type LogSource, type RunHandle, type RunOutcome, RunTracker } from '../../../lib/runs';
import type { RunStart, TrackerOptions } from '../../../lib/runs';
import type { LogEntry, LogHandler, Message, RuntimeNode } from '../../../lib/runs/runtime';

/** A clock that a test turns by hand. */
export class ManualClock {
  #now = 0;
  readonly #timers = new Map<object, { at: number; callback: () => void }>();
  readonly #immediates: (() => void)[] = [];
  readonly #afterTurn: (() => void)[] = [];

  monotonicMs(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, ms: number): unknown {
    const timer = {};
    this.#timers.set(timer, { at: this.#now + ms, callback });
    return timer;
  }

  clearTimeout(timer: unknown): void {
    this.#timers.delete(timer as object);
  }

  setImmediate(callback: () => void): void {
    this.#immediates.push(AsyncResource.bind(callback));
  }

  afterTurn(callback: () => void): void {
    this.#afterTurn.push(callback);
  }

  /** Ends the turn in which the test has called what it has called. */
  endTurn(): void {
    for (const callback of this.#afterTurn.splice(0)) callback();
  }

  get timers(): number {
    return this.#timers.size;
  }

  /** One turn of the event loop; what is asked for meanwhile is for the next. */
  async turn(): Promise<void> {
    await microtasks();
    this.endTurn();
    for (const callback of this.#immediates.splice(0)) {
      callback();
      await microtasks();
      this.endTurn();
    }
  }

  /** Lets time pass, and two turns after it. */
  async advance(ms: number): Promise<void> {
    this.#now += ms;
    for (const [timer, { at, callback }] of [...this.#timers])
      if (at <= this.#now) {
        this.#timers.delete(timer);
        callback();
        this.endTurn();
      }
    await this.turn();
    await this.turn();
  }
}

/** Lets promises that are settled be heard of. */
async function microtasks(): Promise<void> {
  for (let n = 0; n < 5; n += 1) await Promise.resolve();
}

export interface NodeOptions {
  type?: string;
  name?: string;
  z?: string;
  _alias?: string;
  takesDone?: boolean;
  wired?: boolean;
}

/** A node as far as the tracker looks at it. */
export class FakeNode implements RuntimeNode {
  readonly type: string;
  declare readonly z?: string;
  declare readonly _alias?: string;
  readonly _expectedDoneCount: number;
  readonly _wireCount: number;
  _inputCallback: unknown = () => undefined;
  readonly _inputCallbacks = null;

  constructor(
    readonly id: string,
    { type = 'function', takesDone = true, wired = false, ...rest }: NodeOptions = {},
  ) {
    this.type = type;
    this._expectedDoneCount = takesDone ? 1 : 0;
    this._wireCount = wired ? 1 : 0;
    Object.assign(this, rest);
  }

  /** The end of `Node.close`. */
  close(): void {
    this._inputCallback = null;
  }
}

type Hook = 'preDeliver' | 'onReceive' | 'postReceive' | 'onComplete';

/** Calls the hooks and the log as Node-RED's `Node.js` and `Flow.js` do; a test says what the nodes do. */
export class FakeRuntime {
  readonly clock = new ManualClock();
  readonly registered = new Map<string, (event: never) => unknown>();
  readonly logHandlers: LogHandler[] = [];
  readonly hooks: Hooks = {
    add: (hookId, callback) => {
      if (this.registered.has(hookId)) throw new Error(`Hook ${hookId} already registered`);
      this.registered.set(hookId, callback);
    },
    remove: (hookId) => {
      for (const known of [...this.registered.keys()])
        if (known.split('.')[1] === hookId.split('.')[1]) this.registered.delete(known);
    },
  };
  readonly log: LogSource = {
    addHandler: (handler) => void this.logHandlers.push(handler),
    removeHandler: (handler) => void this.logHandlers.splice(this.logHandlers.indexOf(handler), 1),
  };
  readonly tracker: RunTracker;
  readonly #trigger = new FakeNode('trigger');
  /** Nodes whose errors go to this Catch node instead of the log. */
  catchNode: FakeNode | undefined;

  constructor(options: Partial<TrackerOptions> = {}) {
    this.tracker = new RunTracker({ hooks: this.hooks, log: this.log, clock: this.clock, ...options });
  }

  /** Starts a run whose trigger sends the message to each of these nodes: the returned calls deliver it. */
  start(message: Message, nodes: FakeNode[], options: Partial<RunStart> = {}): FakeRun {
    const deliveries: Delivery[] = [];
    const revisions: RunOutcome[] = [];
    const handle = this.tracker.start({
      runId: 'run',
      msg: message,
      timeoutMs: 60_000,
      failOnHttpError: true,
      onRevised: addingTo(revisions),
      emit: () => {
        for (const node of nodes) deliveries.push(this.send(this.#trigger, message, node));
      },
      ...options,
    });
    return new FakeRun(handle, deliveries, revisions);
  }

  /** Sends a message, in the context of the caller; it is in transit until what is returned is called. */
  send(source: FakeNode, message: Message, destination: FakeNode): Delivery {
    this.#call('preDeliver', {
      msg: message,
      source: { id: source.id, node: source, port: 0 },
      destination: { id: destination.id, node: destination },
    });
    return AsyncResource.bind((handle?: () => void) => {
      this.clock.endTurn();
      this.receive(destination, message, handle);
    });
  }

  /** Hands a message to a node, whose handler is given. */
  receive(node: FakeNode, message: Message, handle: () => void = () => undefined): void {
    message._msgid ??= `fresh-${Math.random()}`;
    const event = { msg: message, destination: { id: node.id, node } };
    this.#call('onReceive', event);
    try {
      if (node._inputCallback !== null) handle();
    } catch (error) {
      this.error(node, error, message);
    }
    this.#call('postReceive', event);
  }

  /** What `done` does. */
  done(node: FakeNode, message: Message, error?: unknown): void {
    this.#call('onComplete', { msg: message, node: { id: node.id, node }, error });
    if (error) this.error(node, error, message);
  }

  /** `node.error(error, message)` */
  error(node: FakeNode, error: unknown, message?: Message): void {
    if (message !== undefined && this.catchNode !== undefined) {
      const source = { id: node.id, type: node.type, count: 1 };
      const caught = { ...message, error: { message: String(error), source } };
      this.receive(this.catchNode, caught, () => this.done(this.catchNode!, caught));
      return;
    }
    this.logs({ level: 20, id: node.id, type: node.type, z: node.z, _alias: node._alias, msg: error });
  }

  logs(entry: Record<string, unknown>): void {
    for (const handler of [...this.logHandlers]) handler.emit('log', entry as unknown as LogEntry);
  }

  /** A node that takes the message, in one go. */
  pass(delivery: Delivery, node: FakeNode, message: Message): void {
    delivery(() => this.done(node, message));
  }

  #call(hook: Hook, event: object): void {
    for (const [hookId, callback] of [...this.registered])
      if (hookId.startsWith(`${hook}.`)) (callback as (event: object) => unknown)(event);
  }
}

/** In a function of its own, since the run keeps it: it must not share the message with a closure beside it. */
function addingTo(revisions: RunOutcome[]): (outcome: RunOutcome) => void {
  return (outcome) => void revisions.push(outcome);
}

export type Delivery = (handle?: () => void) => void;

/** A run and what it has reported. */
export class FakeRun {
  outcome: RunOutcome | undefined;
  isIdle = false;
  isOver = false;

  constructor(
    readonly handle: RunHandle,
    readonly deliveries: Delivery[],
    /** What it reported after its outcome. */
    readonly revisions: RunOutcome[],
  ) {
    void handle.idle.then(() => (this.isIdle = true));
    void handle.over.then(() => (this.isOver = true));
    void handle.outcome.then((outcome) => (this.outcome = outcome));
  }

  get status(): string {
    return this.outcome?.status ?? 'running';
  }

  /** `node id: message` of the failure. */
  get failure(): string | undefined {
    return this.outcome?.status === 'failed'
      ? `${this.outcome.error.nodeId}: ${this.outcome.error.message}`
      : undefined;
  }
}
