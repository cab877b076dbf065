import { Evidence } from './evidence';
import type { Steps } from './run-line';
import type { RecordedError, RunStep } from './run-record';
import { StepOutputs } from './step-outputs';

/** A run keeps at most this many steps. Further ones are only counted. */
const MAX_STEPS = 200;
/** All messages of a run together. */
const MAX_RUN_BYTES = 512 * 1024;

/** Approximate size of a step without its messages. */
export const BYTES_OF_STEP = 400;

export interface StepNode {
  readonly id: string;
  readonly type: string;
  readonly name?: string | undefined;
}

/** One step of a `Recording`. */
export class RecordedStep {
  status: RunStep['status'] = 'running';
  durationMs: number | null = null;
  error: RecordedError | null = null;
  /** Whether a message left it along a wire. */
  sentOn = false;
  readonly outputs = new StepOutputs();

  /**
   * @param messageId `_msgid` of the message that it handles
   * @param beganAt monotonic, in ms
   */
  constructor(
    readonly node: StepNode,
    readonly messageId: unknown,
    readonly startedMs: number,
    readonly beganAt: number,
  ) {}

  failUnlessOver(error: RecordedError): void {
    if (this.status !== 'running') return;
    this.status = 'failed';
    this.error = error;
  }

  toJson(): string {
    const { node, status, startedMs, durationMs, error } = this;
    const about = { nodeId: node.id, nodeType: node.type, nodeName: node.name ?? null, status };
    const times = { startedAt: new Date(startedMs).toISOString(), durationMs };
    const rest = JSON.stringify({ ...about, ...times, outputsLeftOut: this.outputs.leftOut, error });
    return `${rest.slice(0, -1)},"outputs":${this.outputs.toJson()}}`;
  }
}

/** The steps of a run while they happen, and until they are on the disk. */
export class Recording {
  /** Approximate size in memory. */
  bytes = 0;
  /** Nothing more is recorded. */
  finished = false;
  stepsLeftOut = 0;
  readonly evidence = new Evidence();
  /** By the steps of the tracker. */
  readonly byStep = new WeakMap<object, RecordedStep>();
  #steps: RecordedStep[] = [];

  constructor(readonly triggerId: string) {}

  get steps(): readonly RecordedStep[] {
    return this.#steps;
  }

  get isFull(): boolean {
    return this.#steps.length >= MAX_STEPS;
  }

  get hasRoomForMessages(): boolean {
    return this.bytes < MAX_RUN_BYTES;
  }

  add(step: RecordedStep): void {
    this.#steps.push(step);
    this.bytes += BYTES_OF_STEP;
  }

  /** The step that a node sends a message from: the step with that message, or else the node's latest. */
  stepOf(nodeId: string, messageId: unknown): RecordedStep | undefined {
    const same = this.#steps.findLast((step) => step.node.id === nodeId && step.messageId === messageId);
    return same ?? this.lastOf(nodeId);
  }

  lastOf(nodeId: string): RecordedStep | undefined {
    return this.#steps.findLast(({ node }) => node.id === nodeId);
  }

  /** Leaves out all of its steps. */
  drop(): void {
    this.stepsLeftOut += this.#steps.length;
    this.#steps = [];
    this.bytes = 0;
  }

  toJson(): string {
    const steps = this.#steps.map((step) => step.toJson());
    return `{"stepsLeftOut":${this.stepsLeftOut},"steps":[${steps.join(',')}]}`;
  }

  details(): Steps {
    return JSON.parse(this.toJson()) as Steps;
  }
}
