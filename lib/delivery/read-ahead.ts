import type { Alert } from '../sekoia/alert';
import type { RestClient } from '../sekoia/rest-client';
import type { Entry } from './entry';

/** The list serves as many alerts in one request; and no more whole alerts than this are held. */
const MAX_SIZE = 100;

/** It is read on when only so small a part of what was read ahead is left. */
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

/** An alert that was read before its turn, or, without a time, is being read. */
interface Held {
  readonly alert: Promise<Alert>;
  readAtMs?: number;
}

/**
 * Reads alerts just before they are sent, and with each those whose turn comes next, so that they share one
 * request. What is sent is never stale: how many are read ahead follows the pace at which they are sent. They
 * become fewer when some have grown too old, and more when all were used.
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
    // At once: they join the request of the one that is asked for.
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
