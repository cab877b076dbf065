import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import type { NodeInitializer, NodeMessage } from 'node-red';
import helper from 'node-red-node-test-helper';

import { type ConfigurationSource, NodeConfigurations } from '../../../lib/node-red/node-configurations';
import {
  type Hooks,
  type LogSource,
  type RunHandle,
  type RunObserver,
  type RunOutcome,
  type RunStart,
  RunTracker,
  TRACKER_TIMING,
} from '../../../lib/runs';
import { SYSTEM_SCHEDULER, type Scheduler } from '../../../lib/runs/runtime';
import { type FlowNode, NODE_RED_HOME } from '../../../scripts/node-red-process';
import { testNodes } from './test-nodes';

const { main } = JSON.parse(readFileSync(path.join(NODE_RED_HOME, 'package.json'), 'utf8')) as {
  main: string;
};
helper.init(path.join(NODE_RED_HOME, main));

// The instances that the helper uses: hooks of another copy are never called.
const requireFromNodeRed = createRequire(path.join(NODE_RED_HOME, 'package.json'));
export const { events, hooks, log, util } = requireFromNodeRed('@node-red/util') as {
  events: NodeJS.EventEmitter;
  hooks: Hooks & { has(hookId: string): boolean };
  log: LogSource;
  util: Pick<ConfigurationSource, 'getSetting'>;
};
const runtimeNodes = requireFromNodeRed('@node-red/runtime/lib/nodes') as {
  eachNode: ConfigurationSource['eachNode'];
  setFlows(flows: FlowNode[], credentials: object, type: 'full' | 'flows' | 'nodes'): Promise<unknown>;
};

/** Loaded with every flow, besides `catch`, `complete` and `status`, which the helper always loads. */
const CORE = [
  'common/21-debug',
  'common/60-link',
  'function/10-function',
  'function/10-switch',
  'function/15-change',
  'function/89-delay',
  'function/89-trigger',
  'function/90-exec',
  'network/21-httprequest',
  'sequence/17-split',
  'sequence/18-sort',
  'sequence/19-batch',
].map((file) => requireFromNodeRed(`@node-red/nodes/core/${file}.js`) as NodeInitializer);

/** Waits of at least this are over when the test says so, and not before, however slow the machine. */
const LONG_MS = 60_000;

export type StartOptions = Partial<Pick<RunStart, 'failOnHttpError' | 'deliveredWhen' | 'onRevised'>>;

/** A flow in Node-RED whose triggers' messages are followed. */
export class RunsFixture {
  /** The payloads that the sinks have got. */
  readonly arrived: unknown[] = [];
  readonly #waiting = new Set<() => void>();
  #tracker: RunTracker | undefined;
  #release: (() => void) | undefined;
  readonly #handles: RunHandle[] = [];
  readonly #held = new Map<string, () => void>();
  readonly #testNodes = testNodes({
    arrived: (payload) => {
      this.arrived.push(payload);
      for (const resolve of this.#waiting) resolve();
      this.#waiting.clear();
    },
    hold: (id, send) => this.#held.set(id, send),
  });
  /** With their time in ms. */
  readonly #long = new Map<() => void, number>();
  readonly #clock: Scheduler = {
    ...SYSTEM_SCHEDULER,
    setTimeout: (callback, ms) => {
      if (ms < LONG_MS) return SYSTEM_SCHEDULER.setTimeout(callback, ms);
      this.#long.set(callback, ms);
      return callback;
    },
    clearTimeout: (timer) => {
      if (!this.#long.delete(timer as () => void)) SYSTEM_SCHEDULER.clearTimeout(timer);
    },
  };

  get tracker(): RunTracker {
    return this.#tracker!;
  }

  /** @param observer sees the steps of the runs */
  async load(nodes: FlowNode[], observer?: RunObserver): Promise<void> {
    const timing = { errorQuietMs: 50 };
    const { eachNode } = runtimeNodes;
    const configurations = new NodeConfigurations({ eachNode, getSetting: util.getSetting });
    this.#tracker = new RunTracker({
      ...{ hooks, log, clock: this.#clock, timing },
      configurationOf: (of) => configurations.of(of),
      ...(observer && { observer }),
    });
    this.#release = this.#tracker.acquire();
    await helper.load([...CORE, this.#testNodes], flowOf(nodes));
  }

  /** Lets the time-out of every run pass. */
  passTimeout(): void {
    this.#ring(LONG_MS);
  }

  /** It is too late for anything that comes of the runs that have ended. */
  tooLate(): void {
    this.#ring(TRACKER_TIMING.lateMs);
  }

  #ring(ofMs: number): void {
    for (const [callback, ms] of [...this.#long]) {
      // One may take another off.
      if (ms !== ofMs || !this.#long.delete(callback)) continue;
      callback();
    }
  }

  /** Resolves once a node has taken a message. */
  async taken(id: string): Promise<void> {
    return new Promise((resolve) => {
      hooks.add('postReceive.test', (event: { destination: { id: string } }) => {
        if (event.destination.id !== id) return;
        hooks.remove('*.test');
        resolve();
      });
    });
  }

  /** Deploys as the editor does. */
  async deploy(nodes: FlowNode[], type: 'full' | 'flows' | 'nodes'): Promise<void> {
    const started = once(events, 'flows:started');
    await runtimeNodes.setFlows(flowOf(nodes), {}, type);
    await started;
  }

  /** Lets go of the hooks as a trigger does when it is closed. */
  release(): void {
    this.#release?.();
  }

  async unload(): Promise<void> {
    for (const handle of this.#handles.splice(0)) handle.abandon();
    this.release();
    await helper.unload();
    this.arrived.length = 0;
  }

  /** Sends a message from a trigger and follows it. */
  start(message: object = {}, options: StartOptions = {}): RunHandle {
    return this.startFrom('trigger', message, options);
  }

  startFrom(triggerId: string, message: object, options: StartOptions = {}): RunHandle {
    const trigger = helper.getNode(triggerId);
    const handle = this.tracker.start({
      runId: 'run',
      msg: message,
      timeoutMs: LONG_MS,
      failOnHttpError: true,
      ...options,
      emit: () => trigger.send(message as NodeMessage),
    });
    this.#handles.push(handle);
    return handle;
  }

  /** Sends a message of no run. */
  send(id: string, message: object): void {
    helper.getNode(id).receive(message as NodeMessage);
  }

  /** The outcome of a message that the trigger sends. */
  async outcome(message: object = {}, options: StartOptions = {}): Promise<RunOutcome> {
    return this.start(message, options).outcome;
  }

  /** Lets a `held` or `done-first` node send. */
  sendHeld(id: string): void {
    this.#held.get(id)?.();
  }

  /** Puts a value into the context of the flow. */
  set(key: string, value: unknown): void {
    helper.getNode('trigger').context().flow.set(key, value);
  }

  /** Waits until the sinks have got this many messages. */
  async arrivals(count: number): Promise<void> {
    while (this.arrived.length < count) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }
}

/** A fixture that is cleared after each test of the suite. */
export function useRunsFixture(): RunsFixture {
  const fixture = new RunsFixture();
  before(() => helper.startServer());
  afterEach(() => fixture.unload());
  after(() => helper.stopServer());
  return fixture;
}

function flowOf(nodes: FlowNode[]): FlowNode[] {
  return [{ id: 'tab', type: 'tab', label: 'Test' }, ...nodes];
}
