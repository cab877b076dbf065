/** What the history keeps of a run, and what the admin API answers: docs/admin-api.md. All of it is JSON. */

/**
 * running    messages are in transit or nodes are at work.
 * succeeded  every node that took part succeeded.
 * failed     a node failed, and the alert is not sent again by itself, or was sent again since.
 * waiting    a node failed, and the alert is sent again when its wait is over.
 * timed-out  the run was not over in time. It may still succeed late.
 */
export type RunStatus = 'running' | 'succeeded' | 'failed' | 'waiting' | 'timed-out';

export const RUN_STATUSES: readonly RunStatus[] = ['running', 'succeeded', 'failed', 'waiting', 'timed-out'];

/** A node or a flow, as the editor names it. */
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
  /** The node that failed; absent when it was none. */
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
  /** Null while the run is running, and when a stop of Node-RED interrupted it. */
  readonly durationMs: number | null;
  readonly error: RecordedError | null;
  /** Requests of core http request nodes, in the order of their answers; absent: none. */
  readonly requests?: readonly RunRequest[];
  /** How many more requests there were, beyond what a run keeps; absent: none. */
  readonly requestsLeftOut?: number;
  /** The run succeeded, and none of its nodes can have sent anything; absent: one may have. */
  readonly nothingSent?: {
    /** Labels of the nodes at which it ended. */
    readonly endedAt: readonly string[];
  };
}

/** An HTTP request that a run made. */
export interface RunRequest {
  readonly nodeId: string;
  readonly nodeName?: string;
  readonly method: string;
  /** Redacted. */
  readonly url: string;
  /** The answer's status; a code such as `ECONNREFUSED` without an answer, null if unknown. */
  readonly status: number | string | null;
}

export interface RunDetails extends RunSummary {
  /** In the order in which they began; the first is the trigger. */
  readonly steps: readonly RunStep[];
  /** How many more steps there were, beyond what a run keeps, or what memory and the disk took. */
  readonly stepsLeftOut: number;
}

/** One node handling one message. */
export interface RunStep {
  /** In the runtime; inside a subflow `<id of the instance>-<id in the definition>`. */
  readonly nodeId: string;
  readonly nodeType: string;
  readonly nodeName: string | null;
  /** `running` in a run that is over: the node never finished. */
  readonly status: 'running' | 'succeeded' | 'failed';
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number | null;
  readonly outputs: readonly StepOutput[];
  /** How many more messages it sent, beyond what a step and a run keep. */
  readonly outputsLeftOut: number;
  readonly error: RecordedError | null;
}

export interface StepOutput {
  /** 0 for the first output. */
  readonly port: number;
  /**
   * The message as Node-RED's debug sidebar encodes it (`{"__enc__":true,"type":"buffer",…}` for what JSON has
   * no form for), redacted and cut to size. Undefined when `skipped`.
   */
  readonly message?: unknown;
  /** A part of it was cut off. */
  readonly cut?: true;
  /** It was not recorded because the flow was too busy. */
  readonly skipped?: true;
}
