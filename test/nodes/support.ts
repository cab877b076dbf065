import { EventEmitter, once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import timersPromises from 'node:timers/promises';

import type { Node, NodeAPI, NodeDef, NodeInitializer, NodeMessageInFlow } from 'node-red';
import helper from 'node-red-node-test-helper';

import sekoiaAlertCreated from '../../nodes/sekoia-alert-created/sekoia-alert-created';
import sekoiaAlertDelivered from '../../nodes/sekoia-alert-delivered/sekoia-alert-delivered';
import sekoiaConfig from '../../nodes/sekoia-config/sekoia-config';
import sekoiaGetAlert from '../../nodes/sekoia-get-alert/sekoia-get-alert';
import sekoiaTemplate from '../../nodes/sekoia-template/sekoia-template';
import { type FlowNode, NODE_RED_HOME } from '../../scripts/node-red-process';
import { type Platform, startPlatform } from '../../simulator';
import { translate } from './texts';

const { main } = JSON.parse(readFileSync(path.join(NODE_RED_HOME, 'package.json'), 'utf8')) as {
  main: string;
};
helper.init(path.join(NODE_RED_HOME, main));

// The helper hides these parts of the runtime under test; they are the very instances that it uses.
const requireFromNodeRed = createRequire(path.join(NODE_RED_HOME, 'package.json'));
export const { events, hooks } = requireFromNodeRed('@node-red/util') as {
  events: EventEmitter;
  hooks: {
    add(hook: string, callback: (event: CompleteEvent) => void): void;
    remove(hook: string): void;
  };
};
const context = requireFromNodeRed('@node-red/runtime/lib/nodes/context') as { load(): Promise<void> };
const runtimeNodes = requireFromNodeRed('@node-red/runtime/lib/nodes') as {
  setFlows(flows: FlowNode[], credentials: object, type: DeploymentType): Promise<unknown>;
};

type DeploymentType = 'full' | 'flows' | 'nodes';

interface CompleteEvent {
  node: { id: string };
  error?: unknown;
}

/** A message as a node got it. */
export interface Message {
  _msgid: string;
  payload: unknown;
  [property: string]: unknown;
}

/** What a Catch node puts in `msg.error`. */
export interface CaughtError {
  message: string;
  code?: string;
  source: { id: string; type: string; count: number };
}

export interface Status {
  id: string;
  fill?: string;
  shape?: string;
  text?: string;
}

/** How often a node has called `done`, and with what. */
export interface Completion {
  id: string;
  error: unknown;
}

/** What a sink does with a message. It is done when this returns or resolves, or has failed when it throws. */
export type Handler = (message: Message) => unknown;

/** What of settings.js matters to the nodes. */
export interface Settings {
  userDir: string;
  sekoia?: { timeScale?: number; shareReadsForMs?: number };
  contextStorage?: Record<string, unknown>;
}

interface Changes {
  message: [string];
  completion: [string];
  status: [Status];
}

/** The flow of a test in Node-RED, and all that came of it since it was loaded. */
export class Bench extends EventEmitter<Changes> {
  readonly statuses: Status[] = [];
  readonly completions: Completion[] = [];
  readonly #settings: Settings;
  readonly #messages = new Map<string, Message[]>();
  readonly #handlers = new Map<string, Handler>();
  #credentials: Record<string, Record<string, string>> = {};
  readonly #onStatus = ({ id, status }: { id: string; status: Omit<Status, 'id'> }): void => {
    const known = { ...status, id };
    this.statuses.push(known);
    this.emit('status', known);
  };

  constructor(settings: Settings) {
    super();
    this.setMaxListeners(0);
    this.#settings = settings;
  }

  async load(flow: FlowNode[], credentials: Record<string, Record<string, string>>): Promise<void> {
    this.#credentials = credentials;
    events.on('node-status', this.#onStatus);
    hooks.add('onComplete.bench', ({ node, error }) => {
      this.completions.push({ id: node.id, error });
      this.emit('completion', node.id);
    });
    const nodes = [sekoiaConfig, sekoiaAlertCreated, sekoiaGetAlert, sekoiaTemplate, sekoiaAlertDelivered];
    const { contextStorage } = this.#settings;
    // Its type lacks what is ours to set.
    const settings: object = contextStorage === undefined ? {} : { contextStorage };
    helper.settings(settings);
    // The helper leaves the stores closed.
    const openStores = contextStorage === undefined ? [] : [() => context.load()];
    await helper.load(
      [...openStores, ...nodes.map((node) => this.#inNodeRed(node)), this.#sink],
      flow,
      credentials,
    );
    // The runtime only logs why it did not start a flow.
    for (const { id, type } of flow)
      if (type !== 'tab' && (helper.getNode(id) as Node | null) === null)
        throw new Error(`Node-RED did not start ${id}`);
  }

  /** Deploys as the editor does. Resolves when the flow runs. */
  async deploy(flow: FlowNode[], type: DeploymentType): Promise<void> {
    const started = once(events, 'flows:started');
    await runtimeNodes.setFlows(flow, this.#credentials, type);
    await started;
  }

  /** For the next deploy. */
  setCredentials(credentials: Record<string, Record<string, string>>): void {
    this.#credentials = credentials;
  }

  async unload(): Promise<void> {
    await helper.unload();
    events.off('node-status', this.#onStatus);
    hooks.remove('*.bench');
  }

  /** Puts a message into a node. */
  send(id: string, message: object): void {
    helper.getNode(id).receive(message as NodeMessageInFlow);
  }

  /** What a sink does from now on, in place of being done at once. */
  handle(sink: string, handler: Handler): void {
    this.#handlers.set(sink, handler);
  }

  /** What a sink has got so far. */
  messages(sink: string): Message[] {
    return this.#messages.get(sink) ?? [];
  }

  /** Waits until a sink has got this many. */
  async received(sink: string, count: number): Promise<Message[]> {
    return this.#until('message', () =>
      this.messages(sink).length >= count ? this.messages(sink) : undefined,
    );
  }

  /** Waits for a sink to get the message of this alert. */
  async alert(sink: string, uuid: string): Promise<Message> {
    return this.#until('message', () => this.messages(sink).find((message) => alertOf(message) === uuid));
  }

  /** Waits until a node has called `done` this often. What it sent may still be on its way. */
  async completed(id: string, count: number): Promise<Completion[]> {
    return this.#until('completion', () => {
      const known = this.completions.filter((completion) => completion.id === id);
      return known.length >= count ? known : undefined;
    });
  }

  /** The statuses of a node so far. */
  statusesOf(id: string): Status[] {
    return this.statuses.filter((status) => status.id === id);
  }

  /** Waits for a status of a node, after the first `skip` ones: its headline, or what its text matches. */
  async status(id: string, wanted: string | RegExp, skip = 0): Promise<Status> {
    const fits = (text = ''): boolean =>
      typeof wanted === 'string' ? text.split(' · ')[0] === wanted : wanted.test(text);
    return this.#until('status', () =>
      this.statusesOf(id)
        .slice(skip)
        .find(({ text }) => fits(text)),
    );
  }

  /** The lines that a node has logged. */
  logged(id: string): string[] {
    return (helper.log().args as [{ id?: string; msg: unknown }][])
      .map(([entry]) => entry)
      .filter((entry) => entry.id === id)
      .map(({ msg }) => (msg instanceof Error ? msg.message : String(msg)));
  }

  async #until<Result>(event: keyof Changes, probe: () => Result | undefined): Promise<Result> {
    return settled(this, event, probe);
  }

  /** Gives a node what the helper leaves out of RED, and the settings of this bench. */
  #inNodeRed(node: NodeInitializer): NodeInitializer {
    return (RED) =>
      node(
        Object.create(RED, {
          hooks: { value: hooks },
          settings: { value: Object.assign(Object.create(RED.settings) as object, this.#settings) },
          _: { value: translate },
        }) as NodeAPI,
      );
  }

  /** Keeps what it gets, from the first message on and over any deploy. */
  readonly #sink: NodeInitializer = (RED: NodeAPI) => {
    const handlers = this.#handlers;
    const keep = (id: string, message: Message): void => {
      this.#messages.set(id, [...this.messages(id), message]);
      this.emit('message', id);
    };
    RED.nodes.registerType('sink', function (this: Node, def: NodeDef) {
      RED.nodes.createNode(this, def);
      this.on('input', (message, _send, done) => {
        keep(def.id, message as Message);
        try {
          const result = handlers.get(def.id)?.(message as Message);
          if (result instanceof Promise) result.then(() => done(), done);
          else done();
        } catch (error) {
          done(error as Error);
        }
      });
    });
  };
}

/** What every test of a node has: a platform of its own, Node-RED, and timers that can be made shorter. */
export interface World {
  readonly platform: Platform;
  readonly bench: Bench;
  /** Node-RED's user directory, for the time of the test. */
  readonly userDir: string;
  /**
   * Runs a flow whose Sekoia configuration, `sekoia`, is that of the platform.
   * @param nodes besides the tab and the configuration
   */
  run(nodes: FlowNode[], config?: Record<string, unknown>): Promise<void>;
  /** Settings of the configuration, for the next deploy. */
  configure(config: Record<string, unknown>): void;
  /** Deploys other nodes in place of those that run. */
  redeploy(nodes: FlowNode[], type: DeploymentType): Promise<void>;
  /** Ends the flow now; at the latest this is done after the test. */
  end(): Promise<void>;
  /** A context store that is kept in the user directory, for the next flow. */
  addContextStore(name: string): void;
  /** The part of their time that the package's own waits take, from the next flow or deploy on. */
  scaleTime(timeScale: number): void;
  /** For how long reads of an alert are one, from the next flow or deploy on. */
  shareReads(forMs: number): void;
  /** From now on, timers of at least `fromMs` take a part of their time: for time-outs, which are not scaled. */
  shortenTimers(options: ShortTimers): void;
}

export interface ShortTimers {
  fromMs: number;
  by: number;
}

/** Makes a world for every test of the suite, and takes it away again. */
export function useWorld(): World {
  let platform: Platform;
  let bench: Bench;
  let settings: Settings;
  let running = false;
  let config: Record<string, unknown> = {};
  let restoreTimers: (() => void) | undefined;

  const flowOf = (nodes: FlowNode[]): FlowNode[] => [
    { id: 'tab', type: 'tab', label: 'Test' },
    {
      id: 'sekoia',
      type: 'sekoia-config',
      name: 'Sekoia',
      baseUrl: platform.url,
      // More than a test needs: what it waits for is not its turn.
      requestsPerSecond: 100,
      ...config,
    },
    ...nodes,
  ];
  const end = async (): Promise<void> => {
    if (!running) return;
    running = false;
    await bench.unload();
  };

  before(() => helper.startServer());
  beforeEach(async () => {
    platform = await startPlatform();
    platform.setMaxListeners(0);
    platform.live.setMaxListeners(0);
    settings = { userDir: mkdtempSync(path.join(os.tmpdir(), 'node-red-sekoia-nodes-')) };
    bench = new Bench(settings);
  });
  afterEach(async () => {
    await end();
    restoreTimers?.();
    restoreTimers = undefined;
    await platform.stop();
    rmSync(settings.userDir, { recursive: true });
  });
  after(() => helper.stopServer());

  return {
    get platform() {
      return platform;
    },
    get bench() {
      return bench;
    },
    get userDir() {
      return settings.userDir;
    },
    async run(nodes, { apiKey = platform.apiKey, ...properties } = {}) {
      config = properties;
      running = true;
      await bench.load(flowOf(nodes), apiKey === '' ? {} : { sekoia: { apiKey: apiKey as string } });
    },
    configure(properties) {
      config = properties;
    },
    redeploy: (nodes, type) => bench.deploy(flowOf(nodes), type),
    end,
    addContextStore(name) {
      const config = { dir: settings.userDir, cache: false };
      settings.contextStorage = {
        default: { module: 'memory' },
        [name]: { module: 'localfilesystem', config },
      };
    },
    scaleTime(timeScale) {
      settings.sekoia = { ...settings.sekoia, timeScale };
    },
    shareReads(shareReadsForMs) {
      settings.sekoia = { ...settings.sekoia, shareReadsForMs };
    },
    shortenTimers(options) {
      restoreTimers?.();
      restoreTimers = shortenTimers(options);
    },
  };
}

function shortenTimers({ fromMs, by }: ShortTimers): () => void {
  const shortened = (ms = 0): number => (ms >= fromMs ? ms / by : ms);
  const { setTimeout: wait } = globalThis;
  const { setTimeout: delay } = timersPromises;
  globalThis.setTimeout = Object.assign(
    (run: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => wait(run, shortened(ms), ...args),
    wait,
  );
  timersPromises.setTimeout = (ms, value, options) => delay(shortened(ms), value, options);
  return () => {
    globalThis.setTimeout = wait;
    timersPromises.setTimeout = delay;
  };
}

/** An `alert-created` node that sends to the sink `alerts`, which is listed with it. */
export function trigger(settings: Record<string, unknown> = {}): FlowNode[] {
  return [
    node('sekoia-alert-created', 'trigger', { config: 'sekoia', ...settings }, 'alerts'),
    sink('alerts'),
  ];
}

/** A node on the tab, wired to others. */
export function node(
  type: string,
  id: string,
  settings: Record<string, unknown> = {},
  ...wires: string[]
): FlowNode {
  return { id, type, z: 'tab', name: '', ...settings, wires: [wires] };
}

export function sink(id: string): FlowNode {
  return node('sink', id);
}

/** A Catch and a Complete node for another node, with the sinks `caught` and `completed`. */
export function outcomes(scope: string): FlowNode[] {
  return [
    node('catch', 'catcher', { scope: null, uncaught: false }, 'caught'),
    node('complete', 'completer', { scope: [scope] }, 'completed'),
    sink('caught'),
    sink('completed'),
  ];
}

export function errorOf(message: Message | undefined): CaughtError {
  return message?.error as CaughtError;
}

/** The alert that a message of a trigger is about. */
export function alertOf(message: Message | undefined): string | undefined {
  return (message?.sekoia as { alert?: { uuid: string } } | undefined)?.alert?.uuid;
}

/** Waits until a probe finds something, and looks again at each of these events. */
export async function settled<Result>(
  emitter: { on(event: string, look: () => void): unknown; off(event: string, look: () => void): unknown },
  event: string,
  probe: () => Result | undefined,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      try {
        const found = probe();
        if (found === undefined) return;
        emitter.off(event, look);
        resolve(found);
      } catch (error) {
        emitter.off(event, look);
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    emitter.on(event, look);
    look();
  });
}

/** Rejects when a promise takes longer. */
export async function within<Result>(ms: number, promise: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Not done after ${ms} ms`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
