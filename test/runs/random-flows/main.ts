/**
 * The long form: `npm run test:random-flows`, or with a first seed and a number of flows. Flows run in processes
 * of some hundreds, since the test helper forgets nothing.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';

import { describeVerdict } from './describe';
import { type Judgement, judge } from './judge';
import { Rounds } from './round';
import { keepSeeds } from './seeds';

const FLOWS_A_PROCESS = 400;
const FLOWS_A_ROUND = 40;

async function main(): Promise<void> {
  const [first = '1', count = '5000'] = process.argv.slice(2);
  const [from, flows] = [Number(first), Number(count)];
  const totals: Record<string, number> = {};
  let bad = 0;
  for (let done = 0; done < flows; done += FLOWS_A_PROCESS) {
    const size = Math.min(FLOWS_A_PROCESS, flows - done);
    const child = fork(__filename, ['--child', String(from + done), String(size)], {
      execArgv: ['--import', 'tsx'],
    });
    child.on('message', (counts: Record<string, number>) => {
      for (const [what, number] of Object.entries(counts)) totals[what] = (totals[what] ?? 0) + number;
    });
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) bad += 1;
    console.log(`${done + size} flows: ${JSON.stringify(totals)}`);
  }
  process.exit(bad === 0 ? 0 : 1);
}

async function child(from: number, count: number): Promise<void> {
  process.on('disconnect', () => process.exit());
  const rounds = new Rounds();
  await rounds.open();
  let bad = 0;
  for (let done = 0; done < count; done += FLOWS_A_ROUND) {
    const size = Math.min(FLOWS_A_ROUND, count - done);
    const judgement = judge(await rounds.run(Array.from({ length: size }, (_, n) => from + done + n)));
    bad += report(judgement);
    const explained = judgement.explainedFailures.length;
    const counts = { ...judgement.counts, explained, falseFailures: judgement.falseFailures.length };
    process.send?.({ ...counts, falseSuccesses: judgement.falseSuccesses.length });
  }
  await rounds.close();
  process.exit(bad === 0 ? 0 : 1);
}

function report({ falseSuccesses, falseFailures }: Judgement): number {
  for (const verdict of falseSuccesses) console.log(`Succeeded falsely: ${describeVerdict(verdict)}`);
  for (const verdict of falseFailures) console.log(`Failed falsely: ${describeVerdict(verdict)}`);
  const bad = [...falseSuccesses, ...falseFailures];
  if (bad.length > 0) keepSeeds(bad.map(({ seed }) => seed));
  return bad.length;
}

if (process.argv[2] === '--child') void child(Number(process.argv[3]), Number(process.argv[4]));
else void main();
