import fc from 'fast-check';

/** Scenarios of a property that one round plays. */
const ROUND = Number(process.env.DELIVERY_RUNS ?? 25);

/** Steps over all properties; without them, each plays one round. */
const STEPS = Number(process.env.DELIVERY_STEPS ?? 0);

const SEED = Number(process.env.DELIVERY_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Of a scenario that failed with a seed, as it is printed. */
const PATH = process.env.DELIVERY_PATH;

const startedMs = Date.now();
const played = { steps: 0, scenarios: 0 };

/** No limit in the long form. */
export const MODEL_TIMEOUT_MS = STEPS > 0 ? 0 : 120_000;

export interface Property<Played> {
  scenario: fc.Arbitrary<Played>;
  play: (scenario: Played) => Promise<void>;
  /** Its part of all steps of the long form. */
  share: number;
  /** Scenarios of a round, as a part of what is usual. */
  round?: number;
}

/** Plays a property: one round, or in the long form, until its share of the steps was played. */
export async function checkProperty<Played extends { steps: unknown[] }>(
  property: Property<Played>,
): Promise<void> {
  const { scenario, play, share, round = 1 } = property;
  const before = { ...played };
  let rounds = 0;
  do {
    const asyncProperty = fc.asyncProperty(scenario, async (one) => {
      played.steps += one.steps.length;
      played.scenarios += 1;
      await play(one);
    });
    await fc.assert(asyncProperty, {
      numRuns: Math.ceil(ROUND * round),
      // What came when depends on the disk too: a smaller scenario need not fail.
      endOnFailure: true,
      seed: SEED + rounds,
      ...(PATH !== undefined && { path: PATH }),
    });
    rounds += 1;
  } while (played.steps - before.steps < STEPS * share);
  if (STEPS === 0) return;
  const [steps, scenarios] = [played.steps - before.steps, played.scenarios - before.scenarios];
  tell(`      ${steps} steps, ${scenarios} scenarios, seeds ${SEED} to ${SEED + rounds - 1}`);
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}

after(() => {
  const seconds = Math.round((Date.now() - startedMs) / 1000);
  if (STEPS > 0)
    tell(`\n  ${played.steps} steps in ${played.scenarios} scenarios, from seed ${SEED} on, ${seconds} s`);
});
