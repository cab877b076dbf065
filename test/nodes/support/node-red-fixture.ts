import { EventEmitter, once } from 'node:events';

import type { Node, NodeAPI, NodeDef, NodeInitializer, NodeMessageInFlow } from 'node-red';
import helper from 'node-red-node-test-helper';

import sekoiaAlertCreated from '../../../nodes/sekoia-alert-created/sekoia-alert-created';
import sekoiaAlertDelivered from '../../../nodes/sekoia-alert-delivered/sekoia-alert-delivered';
import sekoiaConfig from '../../../nodes/sekoia-config/sekoia-config';
import sekoiaGetAlert from '../../../nodes/sekoia-get-alert/sekoia-get-alert';
import sekoiaTemplate from '../../../nodes/sekoia-template/sekoia-template';
import type { FlowNode } from '../../../scripts/node-red-process';
import { type Message, alertOf } from './messages';
import { type DeploymentType, context, events, hooks, runtimeNodes } from './runtime';
import { translate } from './texts';
import { settled } from './waiting';

const NODES = [sekoiaConfig, sekoiaAlertCreated, sekoiaGetAlert, sekoiaTemplate, sekoiaAlertDelivered];

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

/** By the id of the node. */
export type Credentials = Record<string, Record<string, string>>;

interface Changes {
  message: [string];
  completion: [string];
  status: [Status];
}

/** The flow of a test in Node-RED, and all that came of it since it was loaded. */
export class NodeRedFixture extends EventEmitter<Changes> {
  readonly statuses: Status[] = [];
  readonly completions: Completion[] = [];
  readonly #settings: Settings;
  readonly #messages = new Map<string, Message[]>();
  readonly #handlers = new Map<string, Handler>();
  #credentials: Credentials = {};
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

  async load(flow: FlowNode[], credentials: Credentials): Promise<void> {
    this.#credentials = credentials;
    events.on('node-status', this.#onStatus);
    hooks.add('onComplete.fixture', ({ node, error }) => {
      this.completions.push({ id: node.id, error });
      this.emit('completion', node.id);
    });
    const { contextStorage } = this.#settings;
    // Its type lacks what is ours to set.
    const settings: object = contextStorage === undefined ? {} : { contextStorage };
    helper.settings(settings);
    // The helper leaves the stores closed.
    const openStores = contextStorage === undefined ? [] : [() => context.load()];
    await helper.load(
      [...openStores, ...NODES.map((node) => this.#inNodeRed(node)), this.#sink],
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
  setCredentials(credentials: Credentials): void {
    this.#credentials = credentials;
  }

  async unload(): Promise<void> {
    await helper.unload();
    events.off('node-status', this.#onStatus);
    hooks.remove('*.fixture');
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
  received(sink: string, count: number): Promise<Message[]> {
    return this.#until('message', () =>
      this.messages(sink).length >= count ? this.messages(sink) : undefined,
    );
  }

  /** Waits for a sink to get the message of this alert. */
  alert(sink: string, uuid: string): Promise<Message> {
    return this.#until('message', () => this.messages(sink).find((message) => alertOf(message) === uuid));
  }

  /** Waits until a node has called `done` this often. What it sent may still be on its way. */
  completed(id: string, count: number): Promise<Completion[]> {
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
  status(id: string, wanted: string | RegExp, skip = 0): Promise<Status> {
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

  #until<Result>(event: keyof Changes, probe: () => Result | undefined): Promise<Result> {
    return settled(this, event, probe);
  }

  /** Gives a node what the helper leaves out of RED, and the settings of the test. */
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
