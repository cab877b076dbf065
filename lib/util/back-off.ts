export interface BackOffSettings {
  firstMs: number;
  maxMs: number;
}

/**
 * Growing, jittered waits: each is twice the one before up to a maximum, and a random half of it is taken
 * off, so that many clients that failed together do not come back together.
 */
export class BackOff {
  readonly #settings: BackOffSettings;
  #attempt = 0;

  constructor(settings: BackOffSettings) {
    this.#settings = settings;
  }

  nextMs(): number {
    const full = Math.min(this.#settings.maxMs, this.#settings.firstMs * 2 ** this.#attempt);
    this.#attempt += 1;
    return Math.round(full * (0.5 + Math.random() / 2));
  }

  reset(): void {
    this.#attempt = 0;
  }
}
