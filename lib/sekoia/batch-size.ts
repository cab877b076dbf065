/** The list refuses a higher `limit`, and serves as many alerts by uuid or short id. */
export const MAX_BATCH_SIZE = 100;

/** Successes in a row before a size that was too much is tried again. */
const SUCCESSES_BEFORE_RETRY = 10;

/**
 * How many alerts are asked for in one request. Half as many once they were too many, because no answer came
 * in time or it was too large, and twice as many after each success, short of the size that was too much; that
 * one is tried again after ten successes. One for everything that uses a key: it is one line to one platform.
 */
export class BatchSize {
  #current = MAX_BATCH_SIZE;
  #tooMany: number | undefined;
  #successes = 0;

  get current(): number {
    return this.#current;
  }

  /** An answer to so many came, and could be used. */
  succeeded(count: number): void {
    // A few say nothing about many.
    if (count < this.#current) return;
    this.#successes += 1;
    if (this.#successes >= SUCCESSES_BEFORE_RETRY) this.#tooMany = undefined;
    const next = Math.min(MAX_BATCH_SIZE, this.#current * 2);
    if (next === this.#current || next >= (this.#tooMany ?? Infinity)) return;
    this.#current = next;
    this.#successes = 0;
  }

  /** So many were too many. Whoever failed with more than is asked for by now has been heeded. */
  tooMany(count: number): void {
    this.#successes = 0;
    if (count > this.#current) return;
    if (count <= 1) {
      // It is not the number, then: once the trouble is over, it need not grow carefully.
      this.#tooMany = undefined;
      return;
    }
    this.#tooMany = count;
    this.#current = Math.max(1, Math.floor(count / 2));
  }
}
