/**
 * No call takes longer than this by itself: all are bounded in size. If one seems to, the operating system ran another
 * process meanwhile, or a garbage collection happened. That is not charged, or it would use up the reserve at once.
 */
const MAX_CHARGE_MS = 2;

/** Lets something take no more than a share of all time. It saves up unused time for a burst. */
export class TimeBudget {
  readonly #share: number;
  readonly #maxSavedMs: number;
  readonly #now: () => number;
  #savedMs: number;
  #at: number;

  /**
   * @param share of all time: 0.05 is a twentieth
   * @param now in ms, on a clock that only goes forward
   */
  constructor(share: number, maxSavedMs: number, now: () => number) {
    this.#share = share;
    this.#maxSavedMs = maxSavedMs;
    this.#now = now;
    this.#savedMs = maxSavedMs;
    this.#at = now();
  }

  /**
   * Calls the function. When there is no time left, returns undefined without a call.
   * @param times factor on the time spent, for work on the result that is still to come
   */
  spend<Result>(act: () => Result, times: (result: Result) => number = () => 1): Result | undefined {
    const began = this.#now();
    this.#savedMs = Math.min(this.#maxSavedMs, this.#savedMs + (began - this.#at) * this.#share);
    this.#at = began;
    if (this.#savedMs <= 0) return undefined;
    const result = act();
    this.#savedMs -= Math.min(this.#now() - began, MAX_CHARGE_MS) * times(result);
    return result;
  }
}
