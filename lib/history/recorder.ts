import type { Message, Run, RunError, RunObserver, Sending, Step } from '../runs';
import type { Clock } from '../util/clock';
import { plainCopy } from '../util/plain-copy';
import { type Encoded, encode } from './encoder';
import { BYTES_OF_STEP, RecordedStep, Recording, type StepNode } from './recording';
import { MAX_NAME_LENGTH, redactError } from './run-input';
import type { RecordedError } from './run-record';
import type { Secrets } from './secrets';
import type { StepMemory } from './step-memory';
import type { Output } from './step-outputs';
import { TimeBudget } from './time-budget';

/** Share of all time that may go into copying and encoding messages. No flow is slowed down by more. */
const SHARE_OF_TIME = 0.02;
const MAX_SAVED_MS = 50;

/**
 * Limits of a copy. A message beyond them is encoded at once: encoding cuts it off, and is no slower than a copy of
 * all of it.
 */
const COPY_LIMITS = { bytes: 64 * 1024, depth: 20 };

/** A copy and its encoding take about as long as this many copies. */
const COPIES_AN_ENCODING = 8;

export interface RecorderOptions {
  readonly memory: StepMemory;
  readonly secrets: Secrets;
  readonly clock: Clock;
}

/**
 * Records the steps of runs while they happen.
 *
 * The next node changes the very object that a node sends, so the recorder copies a message when it is sent and
 * encodes the copy when the run is read or written. It encodes a message that is not plain data at once. The size of
 * each message and a share of all time bound what this costs. When the time is used up, the output is recorded as
 * skipped.
 */
export class Recorder implements RunObserver {
  readonly #memory: StepMemory;
  readonly #secrets: Secrets;
  readonly #clock: Clock;
  readonly #time: TimeBudget;
  readonly #recordings = new Map<string, Recording>();

  constructor({ memory, secrets, clock }: RecorderOptions) {
    this.#memory = memory;
    this.#secrets = secrets;
    this.#clock = clock;
    this.#time = new TimeBudget(SHARE_OF_TIME, MAX_SAVED_MS, () => clock.monotonicMs());
  }

  /** The first step is the trigger's. It is over once it has sent its message. */
  begin(runId: string, trigger: StepNode, message: object): Recording {
    const recording = new Recording(trigger.id);
    this.#recordings.set(runId, recording);
    const step = this.#add(recording, trigger, undefined);
    if (step === undefined) return recording;
    step.status = 'succeeded';
    step.durationMs = 0;
    this.#record(recording, step, 0, message);
    return recording;
  }

  /**
   * Records no more of a run.
   * @param error what it failed with: a node that never got done has reported it nowhere else
   */
  finish(runId: string, error?: RecordedError): void {
    const recording = this.#recordings.get(runId);
    if (recording === undefined) return;
    this.#recordings.delete(runId);
    recording.finished = true;
    if (error?.nodeId !== undefined) recording.lastOf(error.nodeId)?.failUnlessOver(error);
    this.#memory.finish(recording);
  }

  stepBegan({ id }: Run, step: Step, message: Message): void {
    const recording = this.#recordings.get(id);
    if (recording === undefined) return;
    recording.evidence.reached(step.node);
    const recorded = this.#add(recording, step.node, message._msgid);
    if (recorded !== undefined) recording.byStep.set(step, recorded);
  }

  stepSent({ run: { id }, step, source, port, destination }: Sending, message: Message): void {
    const recording = this.#recordings.get(id);
    if (recording === undefined) return;
    const recorded =
      step === undefined ? recording.stepOf(source.id, message._msgid) : recording.byStep.get(step);
    if (recorded === undefined) return;
    recorded.sentOn = true;
    // The trigger's message is known from the beginning.
    if (source.id === recording.triggerId) return;
    if (recorded.outputs.isFirstWire(port, destination)) this.#record(recording, recorded, port, message);
  }

  stepEnded({ id }: Run, step: Step, _message: Message | undefined, error: RunError | undefined): void {
    const recording = this.#recordings.get(id);
    if (recording === undefined) return;
    // Also for a step that is not kept because there are too many.
    if (step.request !== undefined)
      recording.evidence.requested(step, this.#nodeOf(step.node), step.request, this.#secrets);
    const recorded = recording.byStep.get(step);
    if (recorded === undefined) return;
    recorded.status = error === undefined ? 'succeeded' : 'failed';
    recorded.durationMs = Math.round(this.#clock.monotonicMs() - recorded.beganAt);
    recorded.error = error === undefined ? null : redactError(error, this.#secrets);
  }

  #add(recording: Recording, node: StepNode, messageId: unknown): RecordedStep | undefined {
    if (recording.isFull || !this.#memory.take(BYTES_OF_STEP)) {
      recording.stepsLeftOut += 1;
      return undefined;
    }
    const step = new RecordedStep(
      this.#nodeOf(node),
      messageId,
      this.#clock.wallMs(),
      this.#clock.monotonicMs(),
    );
    recording.add(step);
    return step;
  }

  #nodeOf({ id, type, name }: StepNode): StepNode {
    return { id, type, name: name ? this.#secrets.redact(name, MAX_NAME_LENGTH) : undefined };
  }

  #record(recording: Recording, { outputs }: RecordedStep, port: number, message: object): void {
    if (outputs.isFull || !recording.hasRoomForMessages) {
      outputs.leftOut += 1;
      return;
    }
    const { bytesLeft } = outputs;
    const kept = this.#time.spend(
      () => plainCopy(message, COPY_LIMITS) ?? encode(message, bytesLeft, this.#secrets),
      (done) => ('json' in done ? 1 : COPIES_AN_ENCODING),
    );
    if (kept === undefined || !this.#memory.take(kept.bytes)) {
      outputs.add({ port, skipped: true });
      return;
    }
    recording.bytes += kept.bytes;
    if ('json' in kept) outputs.add(outputOf(port, kept), kept.bytes);
    else outputs.add(() => outputOf(port, encode(kept.value, bytesLeft, this.#secrets)), kept.bytes);
  }
}

function outputOf(port: number, { json, cut }: Encoded): Output {
  return { port, json, ...(cut ? { cut } : {}) };
}
