/** The list refuses a higher `limit`, and returns at most this many alerts by UUID or short ID. */
export const MAX_BATCH_SIZE = 100;

/** How many successes in a row before a size that failed is tried again. */
const SUCCESSES_BEFORE_RETRY = 10;

/**
 * How many alerts to request at once. Halves after an answer that was too slow or too large. Doubles after each
 * success, but stays below the size that failed, which is tried again after ten successes. Everything that uses
 * a key shares it, because it is one line to one platform.
 */
export class BatchSize {
  #current = MAX_BATCH_SIZE;
  #tooMany: number | undefined;
  #successes = 0;

  get current(): number {
    return this.#current;
  }

  /** Records a usable answer to a request of this size. */
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

  /** Records that this size failed. Ignores a size above the current one, which has been reduced already. */
  tooMany(count: number): void {
    this.#successes = 0;
    if (count > this.#current) return;
    if (count <= 1) {
      // The size is not the cause, so it can grow quickly again.
      this.#tooMany = undefined;
      return;
    }
    this.#tooMany = count;
    this.#current = Math.max(1, Math.floor(count / 2));
  }
}
