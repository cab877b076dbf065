import type { RecordedRun } from './recorded-run';

/**
 * Bounds what recorded steps take up in memory, of all runs together. When it is full, the steps of the run
 * that has been over for longest make room; if there is none, nothing more is recorded.
 */
export class StepMemory {
  readonly #maxBytes: number;
  #bytes = 0;
  /** Runs that are over and not on the disk yet, or never will be, oldest first. */
  readonly #finished = new Set<RecordedRun>();

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Takes room for a run that is under way; false if there is none. */
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

  /** Nothing will be added to the run: it may make room. */
  finish(run: RecordedRun): void {
    this.#finished.add(run);
  }

  /** The run is not in memory any more. To be called once, and before `drop`. */
  release(run: RecordedRun): void {
    this.#finished.delete(run);
    this.#bytes -= run.bytes;
  }
}
