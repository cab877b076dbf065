import type { Message, Run, RunError, RunObserver, Sending, Step } from '../runs';
import type { Clock } from './clock';
import { type Encoded, encode } from './encoder';
import { plainCopy } from './plain-copy';
import { BYTES_OF_STEP, type Output, RecordedRun, RecordedStep, type StepNode } from './recorded-run';
import type { RecordedError } from './run-record';
import type { Secrets } from './secrets';
import type { StepMemory } from './step-memory';
import { TimeBudget } from './time-budget';

/** Of all time that may go into encoding messages, so that no flow is slowed down by more than that. */
const SHARE_OF_TIME = 0.02;
const MAX_SAVED_MS = 50;

/** A longer message is encoded at once: that is cut off, too, and no slower than a copy of all of it. */
const MAX_COPY_BYTES = 64 * 1024;

/** A copy and its encoding take as long as about so many copies. */
const COPIES_AN_ENCODING = 8;

const MAX_NAME_LENGTH = 200;
const MAX_ERROR_LENGTH = 2_000;

export interface RecorderOptions {
  readonly memory: StepMemory;
  readonly secrets: Secrets;
  readonly clock: Clock;
}

/**
 * Records the steps of runs while they happen.
 *
 * A message is copied as it is sent, since the next node changes the very same object; it is encoded when somebody
 * reads the run or it is written. One that is not plain data is encoded as it is sent. What all that costs is bounded
 * for each message by its size, and for all of them by a share of all time: when that is used up, the output is
 * recorded as skipped.
 */
export class Recorder implements RunObserver {
  readonly #memory: StepMemory;
  readonly #secrets: Secrets;
  readonly #clock: Clock;
  readonly #time: TimeBudget;
  readonly #runs = new Map<string, RecordedRun>();

  constructor({ memory, secrets, clock }: RecorderOptions) {
    this.#memory = memory;
    this.#secrets = secrets;
    this.#clock = clock;
    this.#time = new TimeBudget(SHARE_OF_TIME, MAX_SAVED_MS, () => clock.ticks());
  }

  /** Begins with the trigger, which is done when it has sent its message. */
  begin(runId: string, trigger: StepNode, message: object): RecordedRun {
    const run = new RecordedRun(trigger.id);
    this.#runs.set(runId, run);
    const step = this.#add(run, trigger, undefined);
    if (step === undefined) return run;
    step.status = 'succeeded';
    step.durationMs = 0;
    this.#record(run, step, 0, message);
    return run;
  }

  /**
   * Records no more of a run.
   * @param error what it failed with, if it did: that of a node which never got done is told nowhere else
   */
  finish(runId: string, error?: RecordedError): void {
    const run = this.#runs.get(runId);
    if (run === undefined) return;
    this.#runs.delete(runId);
    run.finished = true;
    if (error?.nodeId !== undefined) run.lastOf(error.nodeId)?.failUnlessOver(error);
    this.#memory.finish(run);
  }

  stepBegan({ id }: Run, step: Step, message: Message): void {
    const run = this.#runs.get(id);
    run?.evidence.reached(step.node);
    const recorded = run && this.#add(run, step.node, message._msgid);
    if (recorded !== undefined) run?.byStep.set(step, recorded);
  }

  stepSent({ run: { id }, step, source, port, destination }: Sending, message: Message): void {
    const run = this.#runs.get(id);
    if (run === undefined) return;
    const recorded = step === undefined ? run.stepOf(source.id, message._msgid) : run.byStep.get(step);
    if (recorded !== undefined) recorded.sentOn = true;
    // What the trigger sends is known from the beginning.
    if (source.id === run.triggerId) return;
    if (recorded?.isFirstWire(port, destination)) this.#record(run, recorded, port, message);
  }

  stepEnded({ id }: Run, step: Step, _message: Message | undefined, error: RunError | undefined): void {
    const run = this.#runs.get(id);
    if (run !== undefined) this.#noteRequest(run, step);
    const recorded = run?.byStep.get(step);
    if (recorded === undefined) return;
    recorded.status = error === undefined ? 'succeeded' : 'failed';
    recorded.durationMs = Math.round(this.#clock.ticks() - recorded.beganAt);
    recorded.error = error === undefined ? null : this.error(error);
  }

  /** What is kept of an error. */
  error({ message, code, nodeId }: RecordedError): RecordedError {
    return {
      message: this.text(message, MAX_ERROR_LENGTH),
      ...(code === undefined ? {} : { code: this.text(code, MAX_NAME_LENGTH) }),
      ...(nodeId === undefined ? {} : { nodeId }),
    };
  }

  text(text: string, maxLength: number): string {
    return this.#secrets.removeFromStart(text, maxLength);
  }

  #add(run: RecordedRun, { id, type, name }: StepNode, messageId: unknown): RecordedStep | undefined {
    if (run.isFull || !this.#memory.take(BYTES_OF_STEP)) {
      run.stepsLeftOut += 1;
      return undefined;
    }
    const node = this.#nodeOf({ id, type, name });
    const step = new RecordedStep(node, messageId, this.#clock.now(), this.#clock.ticks());
    run.add(step);
    run.bytes += BYTES_OF_STEP;
    return step;
  }

  #nodeOf({ id, type, name }: StepNode): StepNode {
    const shown = name === undefined || name === '' ? undefined : this.text(name, MAX_NAME_LENGTH);
    return { id, type, name: shown };
  }

  /** Also of a step that is not kept, since there are too many. */
  #noteRequest({ evidence }: RecordedRun, step: Step): void {
    const { request, node } = step;
    if (request === undefined) return;
    evidence.requested(step, this.#nodeOf(node), request, (text, maxLength) => this.text(text, maxLength));
  }

  #record(run: RecordedRun, step: RecordedStep, port: number, message: object): void {
    if (step.isFull || !run.hasRoomForMessages) {
      step.outputsLeftOut += 1;
      return;
    }
    const { bytesLeft } = step;
    const kept = this.#time.spend(
      () => plainCopy(message, MAX_COPY_BYTES) ?? this.#encode(message, bytesLeft),
      (done) => ('json' in done ? 1 : COPIES_AN_ENCODING),
    );
    if (kept === undefined || !this.#memory.take(kept.bytes)) {
      step.add({ port, skipped: true });
      return;
    }
    run.bytes += kept.bytes;
    if ('json' in kept) step.add(outputOf(port, kept), kept.bytes);
    else step.add(() => outputOf(port, this.#encode(kept.value, bytesLeft)), kept.bytes);
  }

  #encode(message: unknown, maxBytes: number): Encoded {
    return encode(message, maxBytes, this.#secrets);
  }
}

function outputOf(port: number, { json, cut }: Encoded): Output {
  return { port, json, ...(cut ? { cut } : {}) };
}
