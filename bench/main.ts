/**
 * `npm run bench`: measures this package against the same flow made of core nodes, and against a bare script.
 * `-- --quick` for a first look, `-- burst storm` for some of it only.
 */
import { burst } from './burst';
import type { Extent, Report } from './support/report';

const BENCHES: Record<string, (extent: Extent) => Promise<Report>> = { burst };

async function main(): Promise<void> {
  const named = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
  const quick = process.argv.includes('--quick');
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (named.length > 0 && !named.includes(name)) continue;
    const { title, markdown, goals } = await bench({ quick, rounds: quick ? 2 : 5 });
    console.log(`\n${title}\n\n${markdown}\n`);
    for (const { what, met } of goals) console.log(`${met ? 'met   ' : 'missed'}  ${what}`);
  }
}

void main();
