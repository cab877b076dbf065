import { setMaxListeners } from 'node:events';

/**
 * An AbortController that follows another signal until it is released. `AbortSignal.any` would do, but on
 * Node.js 20 each use leaves something behind on a long-lived signal.
 */
export class Cancellation {
  readonly #controller = new AbortController();
  readonly #release: () => void;

  constructor(parent?: AbortSignal) {
    const follow = (): void => this.#controller.abort(parent?.reason);
    if (parent?.aborted) follow();
    else if (parent !== undefined) {
      // Any number of requests may follow one signal at a time: no leak to warn of, each lets go of it.
      setMaxListeners(0, parent);
      parent.addEventListener('abort', follow, { once: true });
    }
    this.#release = () => parent?.removeEventListener('abort', follow);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  abort(reason: Error): void {
    this.#controller.abort(reason);
  }

  /** Stops following the parent. */
  release(): void {
    this.#release();
  }
}
