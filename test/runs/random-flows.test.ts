import assert from 'node:assert/strict';

import { describeVerdict } from './random-flows/describe';
import { judge } from './random-flows/judge';
import { Rounds } from './random-flows/round';
import { keepSeeds, keptSeeds } from './random-flows/seeds';

const FLOWS_A_ROUND = 40;
const ROUNDS = 3;

/** The long form is `npm run test:random-flows`. RANDOM_FLOWS_SEED repeats the flows of a run. */
const SEED = Number(process.env.RANDOM_FLOWS_SEED ?? Math.floor(Math.random() * 1_000_000) * 1_000);

describe('random flows with a tool that refuses at random', () => {
  const rounds = new Rounds();
  before(() => rounds.open());
  after(() => rounds.close());

  async function check(seeds: readonly number[]): Promise<void> {
    const { falseSuccesses, falseFailures } = judge(await rounds.run(seeds));
    keepSeeds([...falseSuccesses, ...falseFailures].map(({ seed }) => seed));
    assert.deepEqual(falseSuccesses.map(describeVerdict), [], 'Succeeded, though something was refused');
    assert.deepEqual(falseFailures.map(describeVerdict), [], 'Failed for no known reason');
  }

  for (let round = 0; round < ROUNDS; round += 1) {
    const first = SEED + round * FLOWS_A_ROUND;
    const last = first + FLOWS_A_ROUND - 1;
    it(`deliver no refused alert, and fail no accepted one: flows ${first} to ${last}`, () =>
      check(Array.from({ length: FLOWS_A_ROUND }, (_, n) => first + n)));
  }

  it('do so in the flows that were once judged wrongly', async () => {
    const seeds = keptSeeds();
    for (let at = 0; at < seeds.length; at += FLOWS_A_ROUND) await check(seeds.slice(at, at + FLOWS_A_ROUND));
  });
});
