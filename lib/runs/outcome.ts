import type { LogEntry, Message, RuntimeNode } from './runtime';

/** The result of a run. */
export type RunOutcome =
  /** All nodes are done, and all failures are cleared. Or the run was confirmed. */
  | { readonly status: 'succeeded' }
  /** All activity ended, and a failure remains. */
  | { readonly status: 'failed'; readonly error: RunError }
  /** A node is not done and may still be working, or the run only waited for its confirmation. */
  | {
      readonly status: 'timed-out';
      readonly waitingFor: readonly RunNode[];
      readonly unconfirmed?: boolean;
    }
  /** Tracking stopped, for example because the trigger was closed. */
  | { readonly status: 'abandoned' };

export interface RunNode {
  /** The id in the runtime; inside a subflow `<instance>-<id in its definition>`. */
  readonly nodeId: string;
  readonly nodeType: string;
  readonly nodeName?: string;
}

export interface RunError extends RunNode {
  readonly message: string;
  /** The error's own (`ECONNREFUSED`, `SEKOIA_AUTH`), `HTTP_<status>`, or `NODE_STOPPED`. */
  readonly code?: string;
}

/** The node was closed, by a deploy for instance, while the message was with it or on its way to it. */
export const NODE_STOPPED = 'NODE_STOPPED';

export function runNode(node: RuntimeNode): RunNode {
  return { nodeId: node.id, nodeType: node.type, ...(node.name ? { nodeName: node.name } : {}) };
}

/** Of what a node gave to `done(error)` or `node.error(error)`. */
export function nodeError(node: RuntimeNode, reason: unknown): RunError {
  return { ...runNode(node), ...described(reason) };
}

export function stoppedError(node: RuntimeNode): RunError {
  const message = 'The node stopped while it handled the message, for example because of a deploy.';
  return { ...runNode(node), message, code: NODE_STOPPED };
}

/** What a Catch node puts in `msg.error`. */
export interface CaughtError {
  readonly message: string;
  readonly code?: unknown;
  readonly source: { readonly id: string; readonly type: string; readonly name?: string };
}

/** What a Catch node has caught, if the message has gone through one. */
export function caughtIn(message: Message): CaughtError | undefined {
  const error = message.error as Partial<CaughtError> | null | undefined;
  return typeof error === 'object' && typeof error?.source?.id === 'string'
    ? (error as CaughtError)
    : undefined;
}

export function caughtError({ message, code, source }: CaughtError): RunError {
  // Node-RED puts String(error) there: the class of the error in front of what it says.
  const text = message.replace(/^[A-Za-z]*Error: /, '');
  return { ...runNode(source), ...described({ message: text, code }) };
}

export function loggedError(node: RuntimeNode, { msg }: LogEntry): RunError {
  return nodeError(node, typeof msg === 'string' && msg.startsWith(ENCODED_ERROR) ? decoded(msg) : msg);
}

/**
 * The core debug node listens to the log, too. It makes JSON of an error, in the entry itself, for its sidebar:
 * `{…,"data":{"name":…,"message":…,"code":…,"stack":…}}`, cut after 1,000 characters or so.
 */
const ENCODED_ERROR = '{"__enc__":true,"type":"error"';

function decoded(json: string): { message: string; code?: string } {
  const field = (name: string): string | undefined => {
    const value = new RegExp(`"${name}":("(?:[^"\\\\]|\\\\.)*"|[0-9]+)`).exec(json)?.[1];
    return value === undefined ? undefined : String(JSON.parse(value));
  };
  const code = field('code');
  return { message: field('message') ?? json, ...(code === undefined ? {} : { code }) };
}

function described(reason: unknown): { message: string; code?: string } {
  if (typeof reason !== 'object' || reason === null) return { message: String(reason) };
  const { message, code } = reason as { message?: unknown; code?: unknown };
  return {
    message: typeof message === 'string' ? message : JSON.stringify(reason),
    ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : {}),
  };
}
