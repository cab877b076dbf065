import type { PauseReason } from './error-pause';

/** Why requests are not sent at once. */
export type LimiterWait =
  /** Requests that wait for a token. */
  | { reason: 'rate' }
  /** No request is sent for this many seconds: after errors, or because the platform asked for it. */
  | { reason: PauseReason; seconds: number };

export interface LimiterWaitSource {
  readonly wait: LimiterWait | undefined;
  /** The rest of a pause. 0: no pause. */
  readonly pausedForMs: number;
}

/** Notifies listeners when a wait changes; during a pause, every second. */
export class LimiterWaitNotifier {
  readonly #source: LimiterWaitSource;
  readonly #listeners = new Set<() => void>();
  /** The wait of the last notification, as JSON. */
  #notified = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(source: LimiterWaitSource) {
    this.#source = source;
  }

  /** The returned function ends this. */
  listen(onChange: () => void): () => void {
    this.#listeners.add(onChange);
    return () => this.#listeners.delete(onChange);
  }

  /** Notifies the listeners if the wait differs from the one of the last notification. */
  update(): void {
    if (this.#listeners.size === 0) return;
    clearTimeout(this.#timer);
    const { wait, pausedForMs } = this.#source;
    // A moment later than the second: at the end of the pause, the limiter has granted tokens by then.
    if (pausedForMs > 0) this.#timer = setTimeout(() => this.update(), (pausedForMs % 1000) + 5).unref();
    const current = JSON.stringify(wait ?? '');
    if (current === this.#notified) return;
    this.#notified = current;
    for (const listener of this.#listeners) listener();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }
}
