import { assertGood } from './support/judge';
import { FULL } from './support/form';
import { Rng, SEED } from './support/rng';
import type { Group } from './support/scenario';
import { ChaosFixture } from './support/chaos-fixture';
import { type Row, table } from './support/table';
import { DISK } from './scenarios/disk';
import { KILLS, playKills } from './scenarios/kills';
import { OUTAGES } from './scenarios/outages';
import { PLATFORM } from './scenarios/platform';
import { REDEPLOYS } from './scenarios/redeploys';
import { ROLLING, playRolling } from './scenarios/rolling';
import { TOOL } from './scenarios/tool';
import { FOREIGN_CLOCK, SLOW_LINE } from './scenarios/way';

/** In the order of the table. */
const GROUPS: readonly Group[] = [
  {
    name: 'the platform, the tool and the disk',
    options: { timeScale: 0.01 },
    scenarios: [...PLATFORM, FOREIGN_CLOCK, ...TOOL, ...DISK],
  },
  OUTAGES,
  { ...REDEPLOYS, scenarios: [...REDEPLOYS.scenarios, SLOW_LINE] },
];

const MINUTES = 60_000;

describe(`chaos, ${FULL ? 'long' : 'short'} form (CHAOS_SEED=${SEED})`, function () {
  this.timeout((FULL ? 40 : 10) * MINUTES);
  const rows: Row[] = [];

  after(() => void process.stdout.write(`\n${table(rows)}\n\n`));

  /** A line of the table for each, also for what fails or cannot be played. */
  function line(fault: string): Row {
    const row: Row = { fault, verdict: 'failed' };
    rows.push(row);
    return row;
  }

  for (const [fault, play] of [
    [KILLS.fault, playKills],
    [ROLLING.fault, playRolling],
  ] as const)
    it(fault, async () => {
      const row = line(fault);
      row.verdict = await play(new Rng(fault));
      assertGood(row.verdict);
    });

  for (const { name, options, scenarios } of GROUPS)
    describe(name, () => {
      let fixture: ChaosFixture | undefined;
      before(async () => {
        fixture = await ChaosFixture.open(options);
      });
      after(() => fixture?.close());

      for (const { fault, missing, run } of scenarios)
        it(fault, async function () {
          const row = line(fault);
          const why = missing?.();
          if (why !== undefined) {
            row.verdict = `skipped: ${why}`;
            this.skip();
          }
          row.verdict = await run(fixture!, new Rng(fault));
          assertGood(row.verdict);
        });
    });
});
