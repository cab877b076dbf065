import type { StepOutput } from './run-record';

/** A step keeps at most this many messages. Further ones are only counted. */
const MAX_OUTPUTS = 3;
/** All messages of a step together, as JSON. */
const MAX_STEP_BYTES = 10_000;
/** With less room than this, a message is not worth beginning. */
const MIN_MESSAGE_BYTES = 200;

/** A message as JSON text, or `skipped`. */
export type Output = Omit<StepOutput, 'message'> & { readonly json?: string };

/** The messages that a step sends. */
export class StepOutputs {
  leftOut = 0;
  /** Outputs, or what encodes them when somebody first asks. */
  readonly #outputs: (Output | (() => Output))[] = [];
  #bytes = 0;
  /** By port, the first node that a message of it went to. */
  readonly #firstWires = new Map<number, unknown>();

  get isFull(): boolean {
    return this.#outputs.length >= MAX_OUTPUTS || this.bytesLeft < MIN_MESSAGE_BYTES;
  }

  get bytesLeft(): number {
    return MAX_STEP_BYTES - this.#bytes;
  }

  /** Whether a message on its way there is a new one, not a clone of one that went along another wire. */
  isFirstWire(port: number, destination: unknown): boolean {
    if (!this.#firstWires.has(port)) this.#firstWires.set(port, destination);
    return this.#firstWires.get(port) === destination;
  }

  /** @param bytes approximate length of the message */
  add(output: Output | (() => Output), bytes = 0): void {
    this.#outputs.push(output);
    this.#bytes += bytes;
  }

  /** As a JSON array. Encodes each message once, and never parses one. */
  toJson(): string {
    const texts = this.#outputs.map((output, index) => {
      const { json, ...rest } = typeof output === 'function' ? (this.#outputs[index] = output()) : output;
      return json === undefined
        ? JSON.stringify(rest)
        : `${JSON.stringify(rest).slice(0, -1)},"message":${json}}`;
    });
    return `[${texts.join(',')}]`;
  }
}
