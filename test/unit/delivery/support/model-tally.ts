import fc from 'fast-check';

/** Scenarios of each property that one round plays. */
const ROUND = Number(process.env.DELIVERY_RUNS ?? 25);

/** Steps over all properties; without them, each plays one round. */
const STEPS = Number(process.env.DELIVERY_STEPS ?? 0);

const SEED = Number(process.env.DELIVERY_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Of a scenario that failed with a seed, as it is printed. */
const PATH = process.env.DELIVERY_PATH;

/** Plays properties, in the long form until enough steps were played, and tells how many. */
export class Tally {
  readonly #properties: number;
  readonly #startedMs = Date.now();
  #steps = 0;
  #scenarios = 0;
  #rounds = 0;

  /** @param properties among which the steps are divided */
  constructor(properties: number) {
    this.#properties = properties;
  }

  get timeoutMs(): number {
    return STEPS > 0 ? 0 : 120_000;
  }

  /** @throws Error with the seed and path of a scenario that fails */
  async check<Played extends { steps: unknown[] }>(
    scenario: fc.Arbitrary<Played>,
    play: (scenario: Played) => Promise<void>,
  ): Promise<void> {
    const enough = this.#steps + STEPS / this.#properties;
    do {
      const property = fc.asyncProperty(scenario, async (one) => {
        this.#steps += one.steps.length;
        this.#scenarios += 1;
        await play(one);
      });
      // What came when depends on the disk too: a smaller scenario need not fail.
      const seed = SEED + this.#rounds;
      await fc.assert(property, { numRuns: ROUND, endOnFailure: true, seed, ...(PATH && { path: PATH }) });
      this.#rounds += 1;
    } while (this.#steps < enough);
  }

  report(): void {
    if (STEPS === 0) return;
    const seconds = Math.round((Date.now() - this.#startedMs) / 1000);
    process.stdout.write(
      `    ${this.#steps} steps in ${this.#scenarios} scenarios, ` +
        `seeds ${SEED} to ${SEED + this.#rounds - 1} (${ROUND} scenarios each), ${seconds} s\n`,
    );
  }
}
