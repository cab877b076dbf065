/**
 * The platform time that alerts prove. The creation time of an alert that was seen has passed. A monotonic
 * clock continues from there. The `Date` of an answer proves nothing, because it may come from a proxy.
 */
export class TimeEvidence {
  #seconds: number | undefined;
  #atMs = 0;

  /** Records the creation time of an alert that was seen, in epoch seconds. */
  saw(createdAt: number): void {
    if (createdAt <= (this.atLeast() ?? -Infinity)) return;
    this.#seconds = createdAt;
    this.#atMs = performance.now();
  }

  /** The lower bound of the platform time, in epoch seconds; undefined before the first alert. */
  atLeast(): number | undefined {
    if (this.#seconds === undefined) return undefined;
    return this.#seconds + (performance.now() - this.#atMs) / 1000;
  }
}
