import type { Failure } from './failures';
import { httpRequestOf, withoutUserinfo } from './http-request';
import type { RunError } from './outcome';
import { exitError, failedStatus, statusError } from './results';
import { live } from './run-sets';
import type { ConfigurationOf, Message } from './runtime';
import { isSameRequest, requestOf } from './same-request';
import type { SentRequest, Step } from './step';

/** Finds out which steps failed, and which earlier failures they replace or clear. */
export class FailureFinder {
  readonly #configurationOf: ConfigurationOf;

  constructor(configurationOf: ConfigurationOf) {
    this.#configurationOf = configurationOf;
  }

  /** Finds the failures that a step clears if it succeeds. */
  findRetried(step: Step, input: Message): void {
    const { node } = step;
    const failures = new Set(step.runs.flatMap((run) => run.failures.of(node.id)));
    if (failures.size === 0) return;
    const request = requestOf(node, input, this.#configurationOf);
    const retried = [...failures].filter((failure) => isSameRequest(failure.request, request));
    if (retried.length > 0) step.failures = { ...step.failures, retried };
  }

  /** The error that the message shows after its node is done without an error. */
  errorInMessage(step: Step, message: Message): RunError | undefined {
    const { node, runs, input = {} } = step;
    if (node.type === 'exec') return exitError(node, input, message);
    if (node.type !== 'http request') return undefined;
    step.request = this.#sentRequest(step, input, message);
    const status = failedStatus(message);
    if (status === undefined || !runs.some(({ failOnHttpError }) => failOnHttpError)) return undefined;
    return statusError(node, status);
  }

  /** @param message with which the failure was reported, if the input of the step is no longer known */
  fail(step: Step, failure: Failure, message: Message | undefined): void {
    const { own, retried } = step.failures;
    // It is known since it was reported, and may be cleared since then.
    if (own === failure) return;
    const input = step.input ?? (message?._msgid === step.messageId ? message : undefined);
    // A retry is compared with the first request.
    failure.request = retried[0]?.request ?? own?.request;
    failure.request ??= input && requestOf(step.node, input, this.#configurationOf);
    for (const { failures } of live(step.runs)) {
      failures.clear(retried);
      if (own !== undefined) failures.clear([own]);
      failures.add(failure);
    }
    step.failures = { own: failure, retried };
  }

  /** Adds its request to a failure that stands already, and whose step is unknown. */
  addRequest(failure: Failure, message: Message | undefined): void {
    const { nodeId: id, nodeType: type } = failure.error;
    failure.request = message && requestOf({ id, type }, message, this.#configurationOf);
  }

  #sentRequest(step: Step, input: Message, { statusCode }: Message): SentRequest | undefined {
    const configuration = this.#configurationOf(step.node);
    const request = configuration && httpRequestOf(configuration, input);
    if (request === undefined) return undefined;
    const sent: SentRequest = { method: request.method, url: withoutUserinfo(request.url) };
    const hasStatus = typeof statusCode === 'number' || typeof statusCode === 'string';
    return hasStatus ? { ...sent, status: statusCode } : sent;
  }
}
