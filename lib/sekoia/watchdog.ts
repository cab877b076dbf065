/** Calls back once, after the idle timeout or the total timeout. A slow line is not idle. */
export class Watchdog {
  readonly #silence: NodeJS.Timeout;
  readonly #total: NodeJS.Timeout;

  constructor(silenceMs: number, totalMs: number, onTimeout: () => void) {
    const expire = (): void => {
      this.stop();
      onTimeout();
    };
    this.#silence = setTimeout(expire, silenceMs);
    this.#total = setTimeout(expire, totalMs);
  }

  heard(): void {
    this.#silence.refresh();
  }

  stop(): void {
    clearTimeout(this.#silence);
    clearTimeout(this.#total);
  }
}
