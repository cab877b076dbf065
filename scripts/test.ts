/**
 * `npm test`: lint, format, types, then every suite; one table at the end. `npm test -- unit nodes` runs only
 * what is named. Always runs all of it, so that one failure does not hide another. TEST_JOBS=2 runs two at a
 * time, each printed when it is done.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '..');

const CHECKS = { lint: 'lint', format: 'format:check', types: 'types' } as const;

/** Suites by folder below test/. The long ones first: side by side, they then end together. */
const SUITES = [
  'integration',
  'network',
  'editor',
  'chaos',
  'nodes',
  'runs',
  'unit',
  'simulator',
  'contract',
  'package',
] as const;

interface Result {
  name: string;
  passed: number;
  failed: number;
  seconds: number;
}

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const known = [...Object.keys(CHECKS), ...SUITES];
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`There is no suite ${unknown.join(', ')}; there are: ${known.join(', ')}`);
    process.exit(2);
  }
  const jobs = [
    ...Object.entries(CHECKS).map(([name, script]) => ({ name, run: () => check(name, script) })),
    ...SUITES.map((name) => ({ name, run: () => runSuite(name) })),
  ].filter(({ name }) => wanted.length === 0 || wanted.includes(name));

  const results: Result[] = [];
  const work = async (): Promise<void> => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) results.push(await job.run());
  };
  await Promise.all(Array.from({ length: atATime() }, work));

  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  console.table(Object.fromEntries(results.map(({ name, ...figures }) => [name, figures])));
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}

function atATime(): number {
  return Math.max(1, Number(process.env.TEST_JOBS ?? '1') || 1);
}

async function check(name: string, script: string): Promise<Result> {
  const { succeeded, seconds } = await run(name, 'npm', ['run', '--silent', script]);
  return { name, passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1, seconds };
}

async function runSuite(suite: string): Promise<Result> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'node-red-sekoia-test-'));
  const countsFile = path.join(folder, 'counts.json');
  const { succeeded, seconds } = await run(
    suite,
    process.execPath,
    [
      require.resolve('mocha/bin/mocha.js'),
      '--reporter',
      path.join(__dirname, 'mocha-counts.ts'),
      `test/${suite}/**/*.test.ts`,
    ],
    { TEST_COUNTS_FILE: countsFile },
  );
  const counts = readCounts(countsFile);
  rmSync(folder, { recursive: true });
  // A suite that ended without a report, or badly after a good one, has failed.
  const failed = succeeded ? counts.failures : Math.max(1, counts.failures);
  return { name: suite, passed: counts.passes, failed, seconds };
}

function readCounts(file: string): { passes: number; failures: number } {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { passes: number; failures: number };
  } catch {
    return { passes: 0, failures: 1 };
  }
}

async function run(
  name: string,
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ succeeded: boolean; seconds: number }> {
  const started = performance.now();
  const aloud = atATime() === 1;
  if (aloud) console.log(`\n— ${name}`);
  const child = spawn(command, args, {
    cwd: ROOT,
    stdio: aloud ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    shell: process.platform === 'win32' && command === 'npm',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [status] = (await once(child, 'close')) as [number | null];
  if (!aloud) console.log(`\n— ${name}\n${output}`);
  return { succeeded: status === 0, seconds: Math.round((performance.now() - started) / 1000) };
}

void main();
