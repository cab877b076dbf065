/**
 * `npm run bench`: measures this package against the same flow made of core nodes, and against a bare script.
 * About 15 minutes, in which the machine should have nothing else to do. `-- burst storm` runs only some of it;
 * `-- --quick` is for a first look. `-- --write` puts the tables in docs/performance.md.
 */
import { burst } from './burst';
import { catchUp } from './catch-up';
import { latency } from './latency';
import { overhead } from './overhead';
import { storm } from './storm';
import { machine } from './support/machine';
import type { Extent, Report } from './support/report';
import { writeResults } from './support/results';

const BENCHES: Record<string, (extent: Extent) => Promise<Report>> = {
  burst,
  latency,
  storm,
  catchUp,
  overhead,
};

async function main(): Promise<void> {
  const options = process.argv.slice(2);
  const named = options.filter((option) => !option.startsWith('--'));
  for (const name of named)
    if (!(name in BENCHES)) throw new Error(`There is no ${name}: ${Object.keys(BENCHES).join(', ')}`);
  const quick = options.includes('--quick');
  const made = machine();
  console.log(made);

  const reports: Report[] = [];
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (named.length > 0 && !named.includes(name)) continue;
    const report = await bench({ quick, rounds: quick ? 2 : 5 });
    console.log(`\n${report.title}\n\n${report.markdown}\n`);
    for (const { what, measured, wanted, met } of report.goals)
      console.log(`${met ? 'met   ' : 'missed'}  ${what}: ${measured} (goal: ${wanted})`);
    reports.push(report);
  }
  if (options.includes('--write')) writeResults(made, reports);
}

main().catch((error: unknown) => {
  console.error(error);
  // Processes that are still there would keep this one alive.
  process.exit(1);
});
