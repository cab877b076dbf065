/** Attempts that wait for nothing but their confirmation. Beyond so many, nothing more is sent. */
const MAX_PARKED = 10_000;

/** One of the places for attempts. */
export interface Slot {
  /** The attempt only waits for its confirmation: another one may have its place. */
  park(): void;
  /** The attempt has ended. Freeing it twice is harmless. */
  free(): void;
}

/** Counts the attempts under way, and those that only wait for their confirmation. */
export class Slots {
  #taken = 0;
  #parked = 0;

  get taken(): number {
    return this.#taken;
  }

  get tooManyParked(): boolean {
    return this.#parked >= MAX_PARKED;
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
