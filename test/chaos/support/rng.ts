/** Random choices that `CHAOS_SEED` repeats. What the machine does between two choices is not repeated. */
export const SEED = Number(process.env.CHAOS_SEED ?? Math.floor(Math.random() * 1e9));

export class Rng {
  #state: number;

  /** Each scenario has its own, so that one run alone makes the choices it makes among the others. */
  constructor(scenario: string) {
    this.#state = Buffer.from(scenario).reduce((sum, byte) => Math.imul(sum, 31) + byte, SEED);
  }

  /** 0 to 1, 1 excluded: mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Both ends included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.int(0, items.length - 1)] ?? items[0];
  }
}
