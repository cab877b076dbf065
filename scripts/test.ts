/**
 * `npm test`: lint, format, types, then every suite; one table at the end. `npm test -- unit nodes` runs only
 * what is named. Always runs all of it, so that one failure does not hide another.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '..');

const CHECKS = { lint: 'lint', format: 'format:check', types: 'types' } as const;

/** Suites by folder below test/, the quickest first. */
const SUITES = ['unit', 'package', 'simulator', 'nodes', 'runs', 'integration', 'editor'] as const;

interface Result {
  name: string;
  passed: number;
  failed: number;
  seconds: number;
}

function main(): void {
  const wanted = process.argv.slice(2);
  const known = [...Object.keys(CHECKS), ...SUITES];
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`There is no suite ${unknown.join(', ')}; there are: ${known.join(', ')}`);
    process.exit(2);
  }
  const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name);
  const results: Result[] = [];
  for (const [name, script] of Object.entries(CHECKS)) if (isWanted(name)) results.push(check(name, script));
  for (const suite of SUITES) if (isWanted(suite)) results.push(runSuite(suite));

  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  console.table(Object.fromEntries(results.map(({ name, ...figures }) => [name, figures])));
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}

function check(name: string, script: string): Result {
  console.log(`\n— ${name}`);
  const { succeeded, seconds } = run('npm', ['run', '--silent', script]);
  return { name, passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1, seconds };
}

function runSuite(suite: string): Result {
  console.log(`\n— ${suite}`);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'node-red-sekoia-test-'));
  const countsFile = path.join(folder, 'counts.json');
  const { succeeded, seconds } = run(
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

function run(
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv = {},
): { succeeded: boolean; seconds: number } {
  const started = performance.now();
  const { status } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...env },
    shell: process.platform === 'win32' && command === 'npm',
  });
  return { succeeded: status === 0, seconds: Math.round((performance.now() - started) / 1000) };
}

main();
