import type { Recording } from './recording';

/**
 * Bounds the memory of all recordings together. When it is full, the run that ended first gives up its steps. When
 * none has ended, nothing more is recorded.
 */
export class StepMemory {
  readonly #maxBytes: number;
  #bytes = 0;
  /** Of runs that have ended and are not on the disk, oldest first. */
  readonly #finished = new Set<Recording>();

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Takes room for a run that is under way; false when there is none. */
  take(bytes: number): boolean {
    while (this.#bytes + bytes > this.#maxBytes) {
      const [oldest] = this.#finished;
      if (oldest === undefined) return false;
      this.release(oldest);
      oldest.drop();
    }
    this.#bytes += bytes;
    return true;
  }

  /** The run has ended: its recording may make room. */
  finish(recording: Recording): void {
    this.#finished.add(recording);
  }

  /** The recording leaves the memory. Call it once, and before `drop`. */
  release(recording: Recording): void {
    this.#finished.delete(recording);
    this.#bytes -= recording.bytes;
  }
}
