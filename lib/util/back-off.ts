export interface BackOffSettings {
  firstMs: number;
  maxMs: number;
}

/**
 * Exponential backoff with jitter. Each wait is twice the previous one, up to a maximum, less a random part of
 * at most half, so that clients that failed together do not retry together.
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
