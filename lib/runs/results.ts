import { STATUS_CODES } from 'node:http';

import { type RunError, runNode } from './outcome';
import type { Message, RuntimeNode } from './runtime';

/** The fields of a core exec node that decide where it puts the exit code. */
interface ExecNode extends RuntimeNode {
  readonly useSpawn?: boolean;
  readonly oldrc?: string;
}

/**
 * What a core http request node leaves in `msg.statusCode` when it got an error as its answer (400 or more)
 * or no answer (a string like `ECONNREFUSED`).
 */
export function failedStatus(message: Message): number | string | undefined {
  const { statusCode } = message;
  if (typeof statusCode === 'string') return statusCode;
  return typeof statusCode === 'number' && statusCode >= 400 ? statusCode : undefined;
}

export function statusError(node: RuntimeNode, status: number | string): RunError {
  if (typeof status === 'string')
    return { ...runNode(node), message: `The request failed: ${status}`, code: status };
  const reason = STATUS_CODES[status];
  const message = `The answer was HTTP ${status}${reason === undefined ? '' : ` (${reason})`}`;
  return { ...runNode(node), message, code: `HTTP_${status}` };
}

/**
 * The error of a core exec node whose command did not end with 0. As its `90-exec.js` has it, the message is left
 * with the result in `rc`, or in `payload` where the output comes line by line; either as an object or, as older
 * versions of the node had it, as a number.
 *
 * @param input the message as the node got it: what is still the same was not put there by the node
 */
export function exitError(node: ExecNode, input: Message, message: Message): RunError | undefined {
  // It only ends the command of another message.
  if (Object.hasOwn(input, 'kill')) return undefined;
  const spawned = node.useSpawn === true;
  const left = spawned ? message.payload : message.rc;
  if (spawned && node.oldrc !== 'false') return isExitCode(left) ? exited(node, left) : undefined;
  if (typeof left !== 'object' || left === null) return undefined;
  if (left === (spawned ? input.payload : input.rc)) return undefined;
  const { code, signal } = left as { code?: unknown; signal?: unknown };
  return exited(node, code, signal);
}

function isExitCode(value: unknown): boolean {
  return value === null || typeof value === 'number';
}

function exited(node: RuntimeNode, code: unknown, signal?: unknown): RunError | undefined {
  if (code === 0) return undefined;
  if (code === null) {
    const by = typeof signal === 'string' ? ` by ${signal}` : '';
    return { ...runNode(node), message: `The command was killed${by}`, code: 'EXIT_KILLED' };
  }
  // A name, if the command could not be run or wrote too much.
  if (typeof code !== 'number' && typeof code !== 'string') return undefined;
  return { ...runNode(node), message: `The command ended with code ${code}`, code: `EXIT_${code}` };
}
