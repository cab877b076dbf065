import type { Step } from '../runs';
import { keepsInside, labelOfType } from './inside-node-red';
import type { RecordedStep, Recording } from './recording';
import { withoutCredentials } from './request-url';
import type { RunRequest, RunSummary } from './run-record';
import type { Secrets } from './secrets';

/** A run keeps at most this many requests. Further ones are only counted. */
const MAX_REQUESTS = 20;
const MAX_URL_LENGTH = 300;
const MAX_METHOD_LENGTH = 20;
const MAX_STATUS_LENGTH = 60;
/** At most this many nodes are named at which a run ended. */
const MAX_ENDS = 5;

type Request = NonNullable<Step['request']>;

/** What a run sent, as far as Node-RED shows it. */
export class Evidence {
  readonly requests: RunRequest[] = [];
  requestsLeftOut = 0;
  /** Whether anything may have been sent. */
  mayHaveSent = false;
  /** The index of each step's request: a step may end more than once, and its last end counts. */
  readonly #places = new WeakMap<object, number>();

  /** The run has come to a node. */
  reached(node: Step['node']): void {
    if (!keepsInside(node)) this.mayHaveSent = true;
  }

  /** @param node as it is recorded */
  requested(step: Step, node: RecordedStep['node'], request: Request, secrets: Secrets): void {
    this.mayHaveSent = true;
    const known = this.#places.get(step);
    if (known === undefined && this.requests.length >= MAX_REQUESTS) {
      this.requestsLeftOut += 1;
      return;
    }
    const place = known ?? this.requests.length;
    this.#places.set(step, place);
    const { status = null } = request;
    this.requests[place] = {
      nodeId: node.id,
      ...(node.name === undefined ? {} : { nodeName: node.name }),
      method: secrets.redact(request.method, MAX_METHOD_LENGTH),
      url: secrets.redact(withoutCredentials(request.url), MAX_URL_LENGTH),
      status: typeof status === 'string' ? secrets.redact(status, MAX_STATUS_LENGTH) : status,
    };
  }
}

/** The summary, with what is known by now of what the run sent. */
export function withEvidence(summary: RunSummary, recording: Recording | undefined): RunSummary {
  const { nothingSent: before, ...rest } = summary;
  if (recording === undefined) return summary.status === 'succeeded' ? summary : rest;
  const { requests, requestsLeftOut } = recording.evidence;
  const endedAt = summary.status === 'succeeded' ? endsOfSilent(recording) : undefined;
  return {
    ...rest,
    ...(requests.length > 0 ? { requests: [...requests] } : {}),
    ...(requestsLeftOut > 0 ? { requestsLeftOut } : {}),
    ...(endedAt === undefined ? {} : { nothingSent: before ?? { endedAt } }),
  };
}

/** Where a run ended that sent nothing; undefined if it sent something, or may have. */
function endsOfSilent({ evidence, steps, stepsLeftOut }: Recording): string[] | undefined {
  if (evidence.mayHaveSent || stepsLeftOut > 0) return undefined;
  const ends = steps.filter(({ status, sentOn }) => status === 'succeeded' && !sentOn);
  // Links do not send along a wire: the run goes on behind them.
  const visible = ends.filter(({ node }) => node.type !== 'link out' && node.type !== 'link call');
  const labels = (visible.length > 0 ? visible : ends).map(
    ({ node: { name, type } }) => name ?? labelOfType(type),
  );
  return [...new Set(labels)].slice(0, MAX_ENDS);
}
