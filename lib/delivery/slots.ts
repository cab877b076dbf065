/** The maximum number of attempts that only wait for their confirmation. Beyond it, nothing more is sent. */
const MAX_PARKED = 10_000;

/** A place for one attempt. */
export interface Slot {
  /** The attempt only waits for its confirmation, so another attempt can take its place. */
  park(): void;
  /** The attempt has ended. */
  free(): void;
}

/** Counts the attempts in progress, and those that only wait for their confirmation. */
export class Slots {
  /** While true, nothing is sent. */
  paused = false;
  #taken = 0;
  #parked = 0;

  get taken(): number {
    return this.#taken;
  }

  /** Whether no slot may be taken, even if few are. */
  get areClosed(): boolean {
    return this.paused || this.#parked >= MAX_PARKED;
  }

  take(): Slot {
    let state: 'taken' | 'parked' | 'free' = 'taken';
    this.#taken += 1;
    const leave = (to: typeof state): void => {
      if (state === 'taken') this.#taken -= 1;
      if (state === 'parked') this.#parked -= 1;
      state = to;
    };
    return {
      park: () => {
        if (state !== 'taken') return;
        leave('parked');
        this.#parked += 1;
      },
      free: () => leave('free'),
    };
  }
}
