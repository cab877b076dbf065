import { Evidence } from './evidence';
import type { RecordedError, RunDetails, RunStep, StepOutput } from './run-record';

/** Steps of a run beyond these are only counted. */
const MAX_STEPS = 200;
/** Messages that a step puts out beyond these are only counted. */
const MAX_OUTPUTS = 3;
/** What a step's messages may be long together, as JSON. */
const MAX_STEP_BYTES = 10_000;
/** What all messages of a run may be. */
const MAX_RUN_BYTES = 512 * 1024;
/** For less than this, a message is not worth beginning. */
const MIN_MESSAGE_BYTES = 200;

/** What a step takes up besides its messages, roughly. */
export const BYTES_OF_STEP = 400;

/** A message as JSON text, or `skipped`. */
export type Output = Omit<StepOutput, 'message'> & { readonly json?: string };

export interface StepNode {
  readonly id: string;
  readonly type: string;
  readonly name?: string | undefined;
}

/** A step while it is being recorded, and until it is on the disk. */
export class RecordedStep {
  status: RunStep['status'] = 'running';
  durationMs: number | null = null;
  error: RecordedError | null = null;
  outputsLeftOut = 0;
  /** Whether a message went on from it along a wire. */
  sentOn = false;
  /** Or how to come by them: that is done once, when they are first asked for. */
  readonly #outputs: (Output | (() => Output))[] = [];
  #bytes = 0;
  /** By port, the first node that a message of it went to. */
  readonly #firstWires = new Map<number, unknown>();

  /**
   * @param messageId `_msgid` of the message that it handles
   * @param beganAt on the monotonic clock
   */
  constructor(
    readonly node: StepNode,
    readonly messageId: unknown,
    readonly startedMs: number,
    readonly beganAt: number,
  ) {}

  get isFull(): boolean {
    return this.#outputs.length >= MAX_OUTPUTS || this.bytesLeft < MIN_MESSAGE_BYTES;
  }

  get bytesLeft(): number {
    return MAX_STEP_BYTES - this.#bytes;
  }

  /** Whether a message on its way there is a new one, and not a clone of one that went along another wire. */
  isFirstWire(port: number, destination: unknown): boolean {
    if (!this.#firstWires.has(port)) this.#firstWires.set(port, destination);
    return this.#firstWires.get(port) === destination;
  }

  /** @param bytes how long its message is, roughly */
  add(output: Output | (() => Output), bytes = 0): void {
    this.#outputs.push(output);
    this.#bytes += bytes;
  }

  failUnlessOver(error: RecordedError): void {
    if (this.status !== 'running') return;
    this.status = 'failed';
    this.error = error;
  }

  /** As JSON, without making anything of the messages, which are JSON already. */
  toJson(): string {
    this.#outputs.forEach((output, index) => {
      if (typeof output === 'function') this.#outputs[index] = output();
    });
    const outputs = (this.#outputs as Output[]).map(({ json, ...rest }) =>
      json === undefined ? JSON.stringify(rest) : `${JSON.stringify(rest).slice(0, -1)},"message":${json}}`,
    );
    const { node, status, startedMs, durationMs, outputsLeftOut, error } = this;
    const startedAt = new Date(startedMs).toISOString();
    const told = { nodeId: node.id, nodeType: node.type, nodeName: node.name ?? null, status, startedAt };
    const rest = JSON.stringify({ ...told, durationMs, outputsLeftOut, error }).slice(0, -1);
    return `${rest},"outputs":[${outputs.join(',')}]}`;
  }
}

/** The steps of a run while they are being recorded, and until they are on the disk. */
export class RecordedRun {
  /** What it takes up in memory, roughly. */
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
  }

  /** The step that a node sends a message from: with the same message if there is one, else its latest. */
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

  details(): Pick<RunDetails, 'steps' | 'stepsLeftOut'> {
    return JSON.parse(this.toJson()) as Pick<RunDetails, 'steps' | 'stepsLeftOut'>;
  }
}
