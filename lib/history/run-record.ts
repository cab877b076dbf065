/** What is kept of a run, and what the admin API tells of it: docs/admin-api.md. All of it is JSON. */

/**
 * running    messages are in transit or nodes are at work.
 * succeeded  everything that took part got through.
 * failed     something did not, and the alert is not sent again by itself; or it has been sent again since.
 * waiting    something did not, and the alert is sent again when its wait is over.
 * timed-out  it was not over in time. It may still succeed late.
 */
export type RunStatus = 'running' | 'succeeded' | 'failed' | 'waiting' | 'timed-out';

export const RUN_STATUSES: readonly RunStatus[] = ['running', 'succeeded', 'failed', 'waiting', 'timed-out'];

/** A node or a flow, by what the editor calls it. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

export interface RunAlert {
  readonly uuid: string;
  readonly shortId: string | null;
  readonly title: string | null;
  /** 0–100. */
  readonly urgency: number | null;
  /** The alert's page in Sekoia. */
  readonly url: string | null;
}

export interface RecordedError {
  readonly message: string;
  readonly code?: string;
  /** Where it happened; absent when it was in no node. */
  readonly nodeId?: string;
}

export interface RunSummary {
  /** `msg.sekoia.run.id`. */
  readonly id: string;
  readonly trigger: Named;
  readonly flow: Named;
  readonly alert: RunAlert;
  /** 1 for the first time that the alert is sent. */
  readonly attempt: number;
  readonly source: 'live' | 'catch-up' | 'retry' | 'rerun';
  readonly status: RunStatus;
  /** ISO 8601, UTC, on this machine's clock. */
  readonly startedAt: string;
  /** Null while it is running, and of a run that a stop of Node-RED interrupted. */
  readonly durationMs: number | null;
  readonly error: RecordedError | null;
  /** What it sent through core http request nodes, in the order of their answers; absent: nothing that way. */
  readonly requests?: readonly RunRequest[];
  /** Requests beyond those, since a run keeps so many at most; absent: none. */
  readonly requestsLeftOut?: number;
  /** It succeeded, and nothing that it passed through can have sent anything; absent: something may have. */
  readonly nothingSent?: {
    /** What the nodes are called at which it ended. */
    readonly endedAt: readonly string[];
  };
}

/** An HTTP request that a run made. */
export interface RunRequest {
  readonly nodeId: string;
  readonly nodeName?: string;
  readonly method: string;
  /** Without what looks like a credential. */
  readonly url: string;
  /** Of the answer; a code such as `ECONNREFUSED` if there was none, null if that is not known. */
  readonly status: number | string | null;
}

export interface RunDetails extends RunSummary {
  /** In the order in which they began; the first is the trigger. */
  readonly steps: readonly RunStep[];
  /** Steps that were not kept, since a run keeps so many at most, or the disk and memory took no more. */
  readonly stepsLeftOut: number;
}

/** One node handling one message. */
export interface RunStep {
  /** In the runtime; inside a subflow `<id of the instance>-<id in the definition>`. */
  readonly nodeId: string;
  readonly nodeType: string;
  readonly nodeName: string | null;
  /** `running` in a run that is over: the node was not done by then. */
  readonly status: 'running' | 'succeeded' | 'failed';
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number | null;
  readonly outputs: readonly StepOutput[];
  /** Messages put out beyond those in `outputs`, since a step and a run keep so many, and so much, at most. */
  readonly outputsLeftOut: number;
  readonly error: RecordedError | null;
}

export interface StepOutput {
  /** 0 for the first output. */
  readonly port: number;
  /**
   * The message as Node-RED's debug sidebar encodes it (`{"__enc__":true,"type":"buffer",…}` for what JSON has
   * no form for), credentials removed, cut to size. Undefined when `skipped`.
   */
  readonly message?: unknown;
  /** Whether something of it was cut off. */
  readonly cut?: true;
  /** It was not recorded, for the flow was too busy. */
  readonly skipped?: true;
}
