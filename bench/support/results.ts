import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import type { Report } from './report';
import { table } from './table';

const PAGE = path.resolve(__dirname, '..', '..', 'docs', 'performance.md');

/** What stands between these lines of the page is the benchmark's. */
const BEGIN = '<!-- results of npm run bench: begin -->';
const END = '<!-- results of npm run bench: end -->';

/** Replaces the results in docs/performance.md. @throws Error when the page has no place for them */
export function writeResults(machine: string, reports: readonly Report[]): void {
  const page = readFileSync(PAGE, 'utf8');
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`${PAGE} has no place for the results`);
  const goals = reports.flatMap((report) => report.goals);
  const parts = [
    machine,
    table(
      ['', 'Goal', 'Measured', 'Met'],
      goals.map(({ what, wanted, measured, met }) => [what, wanted, measured, met ? 'yes' : '**no**']),
    ),
    ...reports.map(({ title, markdown }) => `### ${title}\n\n${markdown}`),
  ];
  writeFileSync(PAGE, `${page.slice(0, begin)}${BEGIN}\n\n${parts.join('\n\n')}\n\n${page.slice(end)}`);
}
