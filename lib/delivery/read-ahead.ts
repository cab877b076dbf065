import type { Alert } from '../sekoia/alert';
import type { RestClient } from '../sekoia/rest-client';
import type { Entry } from './entry';

/** The list returns at most this many alerts, and at most this many complete alerts are kept. */
const MAX_SIZE = 100;

/** Reading continues when only this part of the alerts that were read ahead is left. */
const LOW_WATER = 1 / 4;

export interface ReadAheadOptions {
  client: Pick<RestClient, 'getAlert'>;
  /** Knows which alerts come next, oldest first. */
  ledger: { upcoming(count: number): Iterable<Pick<Entry, 'uuid'>> };
  /** An alert that was read longer ago is read again. */
  goodForMs: number;
  /** How long an announced alert may be unreadable. */
  notFoundForMs: number;
  /** Ends all reads. */
  signal: AbortSignal;
}

/** An alert that was read ahead, or is being read if it has no time. */
interface Held {
  readonly alert: Promise<Alert>;
  readAtMs?: number;
}

/**
 * Reads alerts just before they are sent, together with the next alerts in the queue, so that they share one
 * request. Sent alerts are never stale: the number that is read ahead follows the pace of sending. It decreases
 * when alerts become too old, and increases when all of them are used.
 */
export class ReadAhead {
  readonly #options: ReadAheadOptions;
  readonly #held = new Map<string, Held>();
  #size = MAX_SIZE;

  constructor(options: ReadAheadOptions) {
    this.#options = options;
  }

  /** @throws SekoiaError of this alert alone; the signal's reason */
  read(uuid: string): Promise<Alert> {
    const someWereStale = this.#dropStale();
    if (someWereStale) this.#size = Math.max(1, Math.floor(this.#size / 2));
    const fewAreLeft = this.#held.size <= this.#size * LOW_WATER;
    if (fewAreLeft && !someWereStale) this.#size = Math.min(MAX_SIZE, this.#size * 2);
    const held = this.#held.get(uuid) ?? this.#hold(uuid);
    // Immediately, so that they join the request of the requested alert.
    if (fewAreLeft)
      for (const next of this.#options.ledger.upcoming(this.#size - 1))
        if (!this.#held.has(next.uuid)) this.#hold(next.uuid);
    this.#held.delete(uuid);
    return held.alert;
  }

  #hold(uuid: string): Held {
    const { client, signal, notFoundForMs } = this.#options;
    const held: Held = { alert: client.getAlert(uuid, { signal, notFoundForMs }) };
    this.#held.set(uuid, held);
    held.alert.then(
      () => (held.readAtMs = performance.now()),
      () => {
        if (this.#held.get(uuid) === held) this.#held.delete(uuid);
      },
    );
    return held;
  }

  #dropStale(): boolean {
    const goodFromMs = performance.now() - this.#options.goodForMs;
    const before = this.#held.size;
    for (const [uuid, { readAtMs }] of this.#held)
      if (readAtMs !== undefined && readAtMs < goodFromMs) this.#held.delete(uuid);
    return this.#held.size < before;
  }
}
