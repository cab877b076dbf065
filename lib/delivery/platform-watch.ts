import { type SekoiaError, asSekoiaError } from '../sekoia/errors';
import type { LiveStatus } from '../sekoia/live-connection';
import type { CatchUp } from './catch-up';
import type { DeliveryEvents } from './delivery-events';

/**
 * connecting   the platform has not answered yet.
 * catching-up  the socket is open, and missed alerts are being read.
 * live         the socket is open, and no alert is missed.
 * polling      the socket is down; catch-up reads find the alerts until it is back.
 * refused      the REST API refuses the key (401 or 403); alerts wait on the platform until it no longer does.
 */
export type PlatformState = 'connecting' | 'catching-up' | 'live' | 'polling' | 'refused';

export interface WatchTiming {
  /** Between catch-up reads while the socket is open. */
  reconcileMs: number;
  /** Between catch-up reads while it is not. */
  pollMs: number;
  /** After a 401 or 403. */
  refusedRetryMs: number;
}

/** Decides when the alert list is read, by the state of the socket and the success of reads. */
export class PlatformWatch {
  readonly #catchUp: Pick<CatchUp, 'read'>;
  readonly #events: DeliveryEvents;
  readonly #timing: WatchTiming;
  readonly #stopped = new AbortController();
  #live: LiveStatus = { state: 'off' };
  /** Whether the socket is down; undefined before the first attempt to open it. */
  #down: boolean | undefined;
  /** Whether alerts may have been missed while the socket was closed and are not read yet. */
  #missed = true;
  /** Whether a read is under way, and whether another one was asked for meanwhile. */
  #reading: 'no' | 'yes' | 'again' = 'no';
  #nextRead: NodeJS.Timeout | undefined;
  /** The last error of the REST API; undefined after a success. */
  #restError: SekoiaError | undefined;

  constructor(catchUp: Pick<CatchUp, 'read'>, events: DeliveryEvents, timing: WatchTiming) {
    this.#catchUp = catchUp;
    this.#events = events;
    this.#timing = timing;
    events.on('platform', ({ error }) => this.#restChanged(error));
  }

  get state(): PlatformState {
    if (this.#restError?.refused) return 'refused';
    if (this.#live.state === 'live') return this.#missed ? 'catching-up' : 'live';
    return this.#down === undefined ? 'connecting' : 'polling';
  }

  /** What is wrong with the platform. */
  get error(): SekoiaError | undefined {
    return this.#restError ?? this.#live.error;
  }

  /** Reads now, or again after the current read, which may have started before the reason for this one. */
  read(): void {
    if (this.#reading === 'no') void this.#readList();
    else this.#reading = 'again';
  }

  stop(): void {
    this.#stopped.abort();
    clearTimeout(this.#nextRead);
  }

  liveChanged(status: LiveStatus): void {
    const wasDown = this.#down;
    this.#live = status;
    if (status.state === 'live') {
      this.#down = false;
      this.read();
    } else {
      this.#missed = true;
      // Reads immediately when the socket goes down. This also distinguishes a socket problem from a key
      // problem.
      if (status.state !== 'connecting') this.#down = true;
      if (this.#down && wasDown !== true) this.read();
    }
    this.#events.changed();
  }

  #restChanged(error: SekoiaError | undefined): void {
    if (error?.code === this.#restError?.code) return;
    this.#restError = error;
    this.#events.changed();
  }

  async #readList(): Promise<void> {
    const { signal } = this.#stopped;
    clearTimeout(this.#nextRead);
    this.#reading = 'yes';
    const error = await this.#catchUp.read(signal).then(() => undefined, asSekoiaError);
    const again = this.#askedAgain;
    this.#reading = 'no';
    if (signal.aborted) return;
    this.#restChanged(error);
    if (error === undefined) {
      if (!again && this.#live.state === 'live') this.#missed = false;
      this.#events.publish({ kind: 'listed' });
    }
    if (again && !error?.refused) this.read();
    else this.#planRead();
    this.#events.changed();
  }

  get #askedAgain(): boolean {
    return this.#reading === 'again';
  }

  #planRead(): void {
    const { pollMs, reconcileMs, refusedRetryMs } = this.#timing;
    const error = this.#restError;
    let waitMs = Math.max(pollMs, error?.retryAfterMs ?? 0);
    if (error?.refused) waitMs = refusedRetryMs;
    else if (error === undefined && this.#live.state === 'live') waitMs = reconcileMs;
    clearTimeout(this.#nextRead);
    this.#nextRead = setTimeout(() => this.read(), waitMs);
  }
}
