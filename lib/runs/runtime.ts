/**
 * What this folder needs from Node-RED, injected from outside. The same on 4.1 and 5.0, whose
 * `runtime/lib/nodes/Node.js`, `runtime/lib/flows/Flow.js`, `util/lib/hooks.js` and `util/lib/log.js` are
 * equal.
 */
import { SYSTEM_CLOCK, type Clock } from '../util/clock';

/** `RED.hooks`. A callback is called synchronously only if it declares exactly one parameter. */
export interface Hooks {
  /** @throws when the same hook and label is there already. */
  add(hookId: string, callback: (event: never) => void): void;
  remove(hookId: string): void;
}

/** `RED.log`: every handler gets every entry, metrics included, while it is being logged. */
export interface LogSource {
  addHandler(handler: LogHandler): void;
  removeHandler(handler: LogHandler): void;
}

export interface LogHandler {
  emit(event: 'log', entry: LogEntry): unknown;
}

/** `RED.log.ERROR`. */
export const LOG_ERROR = 20;

export interface LogEntry {
  level: number;
  msg?: unknown;
  /** Of the node; of the whole instance when the node is inside a subflow that a module brings. */
  id?: string;
  z?: string;
  /** Of a node inside a subflow: its id in the subflow's definition. */
  _alias?: string;
}

export interface Message {
  _msgid?: unknown;
  [property: string]: unknown;
}

/** A node as the runtime holds it, with the private fields that show what nothing else does. */
export interface RuntimeNode {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
  readonly z?: string;
  readonly _alias?: string;
  /** How many of its input handlers take `done`. */
  readonly _expectedDoneCount?: number;
  /** Its input handler, or its handlers; both are null before it has one and once it is closed. */
  readonly _inputCallback?: unknown;
  readonly _inputCallbacks?: unknown;
  readonly _wireCount?: number;
}

/** The configuration of a node as the flow has it, with environment variables filled in. */
export type Configuration = Readonly<Record<string, unknown>>;

/** Finds it; undefined if it is not known. */
export type ConfigurationOf = (node: RuntimeNode) => Configuration | undefined;

/** The types of all nodes that a message of a node can get to along the wires; undefined if they are not known. */
export type TypesBehind = (node: RuntimeNode) => readonly string[] | undefined;

export interface SendEvent {
  readonly msg: Message;
  readonly source: { readonly node: RuntimeNode; readonly port: number };
  readonly destination: { readonly node: RuntimeNode };
}

/** The same object at onReceive and at postReceive. */
export interface ReceiveEvent {
  readonly msg: Message;
  readonly destination: { readonly node: RuntimeNode };
}

export interface CompleteEvent {
  readonly msg: Message;
  readonly node: { readonly node: RuntimeNode };
  readonly error?: unknown;
}

export function takesDone(node: RuntimeNode): boolean {
  return node._expectedDoneCount !== 0;
}

/** Whether the node has been closed, by a deploy for instance, or has never listened for messages. */
export function isStopped(node: RuntimeNode): boolean {
  return node._inputCallback === null && node._inputCallbacks === null;
}

/** Whether there is anything behind the node. */
export function isWired(node: RuntimeNode): boolean {
  return (node._wireCount ?? 0) > 0;
}

/** The clock, and what has to be called later. */
export interface Scheduler extends Pick<Clock, 'monotonicMs'> {
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  setImmediate(callback: () => void): void;
  /** Calls back when this turn is over: the callback that the event loop has called, with its promises. */
  afterTurn(callback: () => void): void;
}

/** Its timers do not keep the process alive. */
export const SYSTEM_SCHEDULER: Scheduler = {
  ...SYSTEM_CLOCK,
  setTimeout: (callback, ms) => setTimeout(callback, ms).unref(),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
  setImmediate: (callback) => void setImmediate(callback),
  // A tick that is asked for among the microtasks comes when all of them are through, and before anything else.
  afterTurn: (callback) => queueMicrotask(() => process.nextTick(callback)),
};
