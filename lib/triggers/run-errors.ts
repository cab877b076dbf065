import type { RecordedError } from '../history';
import type { RunError, RunNode } from '../runs';
import { describe, systemCode } from '../sekoia/errors';

/** Why a run failed, as whoever hears of it is told: with the node's name in front. */
export function failureOf({ nodeName, nodeType, message, code }: RunError): Error {
  const error = new Error(`${nodeName ?? nodeType}: ${message}`);
  return code === undefined ? error : Object.assign(error, { code });
}

export function timeOutOf(waitingFor: readonly RunNode[], timeoutMs: number): Error {
  const nodes = waitingFor.map(({ nodeName, nodeType }) => nodeName ?? nodeType).join(', ');
  const where = nodes === '' ? '' : `, waiting for ${nodes}`;
  return Object.assign(new Error(`The run was not over after ${timeoutMs / 1000} s${where}`), {
    code: 'SEKOIA_TIMEOUT',
  });
}

export function recordedError(error: unknown): RecordedError {
  const code = systemCode(error);
  return { message: describe(error), ...(code !== '' && { code }) };
}
