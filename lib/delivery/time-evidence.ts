/**
 * What alerts prove of the platform's time. An alert that was created at some moment, and has been seen, proves
 * that this moment has come; a monotonic clock carries that on. The `Date` of an answer proves nothing: it may
 * be that of a proxy.
 */
export class TimeEvidence {
  #seconds: number | undefined;
  #atMs = 0;

  /** An alert that was created then, in epoch seconds, has been seen. */
  saw(createdAt: number): void {
    if (createdAt <= (this.atLeast() ?? -Infinity)) return;
    this.#seconds = createdAt;
    this.#atMs = performance.now();
  }

  /** It is no earlier than this on the platform, in epoch seconds; undefined before an alert was seen. */
  atLeast(): number | undefined {
    if (this.#seconds === undefined) return undefined;
    return this.#seconds + (performance.now() - this.#atMs) / 1000;
  }
}
