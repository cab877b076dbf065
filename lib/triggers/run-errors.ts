import type { RecordedError } from '../history';
import type { RunError, RunOutcome } from '../runs';
import { describe, systemCode } from '../util/error-text';

/** Why a run failed, with the name of the node in front. */
export class FlowError extends Error {
  readonly code?: string;

  /** @param at where in the flow, and why */
  constructor(readonly at: RunError) {
    super(`${at.nodeName ?? at.nodeType}: ${at.message}`);
    if (at.code !== undefined) this.code = at.code;
  }
}

export function timeOutOf(
  { waitingFor, unconfirmed }: Extract<RunOutcome, { status: 'timed-out' }>,
  timeoutMs: number,
): Error {
  const seconds = timeoutMs / 1000;
  const nodes = waitingFor.map(({ nodeName, nodeType }) => nodeName ?? nodeType).join(', ');
  const where = nodes === '' ? '' : `, waiting for ${nodes}`;
  const message = unconfirmed
    ? `The alert was not confirmed within ${seconds} s: the flow did not reach an Alert Delivered node`
    : `The run timed out after ${seconds} s${where}`;
  return Object.assign(new Error(message), { code: 'SEKOIA_TIMEOUT' });
}

export function recordedError(error: unknown): RecordedError {
  if (error instanceof FlowError) return error.at;
  const code = systemCode(error);
  return { message: describe(error), ...(code !== '' && { code }) };
}
