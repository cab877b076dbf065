/** The jobs of `npm test`: checks of the source, and suites, either whole or file by file. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { fingerprintOfSources, forgetPassed, hasPassed, rememberPassed } from './passed-checks';

const ROOT = path.resolve(__dirname, '..');

const CHECKS: Record<string, string> = { lint: 'lint', format: 'format:check', types: 'types' };

interface Suite {
  readonly name: string;
  readonly byFile?: boolean;
  readonly needsPackage?: boolean;
  readonly needsBrowser?: boolean;
}

/** Folders of `test/`. Suites that start processes or browsers run file by file; the longest come first. */
const SUITES: readonly Suite[] = [
  { name: 'chaos', needsPackage: true },
  { name: 'unit' },
  { name: 'network', byFile: true, needsPackage: true },
  { name: 'integration', byFile: true, needsPackage: true },
  { name: 'editor', byFile: true, needsPackage: true, needsBrowser: true },
  { name: 'nodes', byFile: true },
  { name: 'runs' },
  { name: 'simulator' },
  { name: 'contract' },
  { name: 'package' },
];

export interface Job {
  /** As shown to the user. */
  readonly name: string;
  /** What it counts for in the table. */
  readonly suite: string;
  readonly command: string;
  readonly args: string[];
  /** Needs the packed package, installed. */
  readonly needsPackage: boolean;
  readonly needsBrowser: boolean;
}

export interface JobResult {
  readonly name: string;
  readonly suite: string;
  readonly passed: number;
  readonly failed: number;
  readonly seconds: number;
  readonly output: string;
  /** Why it did not run. */
  readonly note?: string;
  /** The part of the output that says what failed; undefined if nothing did. */
  readonly failures?: string;
}

export function knownNames(): string[] {
  return [...Object.keys(CHECKS), ...SUITES.map(({ name }) => name)];
}

export function jobsOf(names: string[]): Job[] {
  const checks = Object.keys(CHECKS).filter((name) => names.includes(name));
  const suites = SUITES.filter(({ name }) => names.includes(name));
  // The checks first: lint takes longest of all.
  return [...checks.map(checkJob), ...suites.flatMap(jobsOfSuite)];
}

function checkJob(name: string): Job {
  const args = ['run', '--silent', CHECKS[name] ?? name];
  return { name, suite: name, command: 'npm', args, needsPackage: false, needsBrowser: false };
}

function jobsOfSuite(suite: Suite): Job[] {
  const { name, byFile = false } = suite;
  if (!byFile) return [mochaJob(name, suite, `test/${name}/**/*.test.ts`)];
  return readdirSync(path.join(ROOT, 'test', name), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .sort()
    .map((file) => mochaJob(`${name}/${file.replace('.test.ts', '')}`, suite, `test/${name}/${file}`));
}

function mochaJob(name: string, suite: Suite, files: string): Job {
  const { needsPackage = false, needsBrowser = false } = suite;
  const mocha = require.resolve('mocha/bin/mocha.js');
  const args = [mocha, '--reporter', path.join(__dirname, 'mocha-counts.ts'), files];
  return { name, suite: suite.name, command: process.execPath, args, needsPackage, needsBrowser };
}

/** Never rejects: a job that ends without a report, or badly after a good one, has failed. */
export async function runJob(job: Job): Promise<JobResult> {
  return job.suite in CHECKS ? runCheck(job) : run(job);
}

async function runCheck(job: Job): Promise<JobResult> {
  const { name, suite } = job;
  const sources = fingerprintOfSources();
  if (hasPassed(name, sources))
    return {
      name,
      suite,
      passed: 1,
      failed: 0,
      seconds: 0,
      output: '',
      note: 'passed before on these sources',
    };
  forgetPassed(name);
  const result = await run(job);
  // Sources that changed in the meantime were not all checked.
  if (result.failed === 0 && fingerprintOfSources() === sources) rememberPassed(name, sources);
  return result;
}

async function run({ name, suite, command, args }: Job): Promise<JobResult> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'node-red-sekoia-test-'));
  const countsFile = path.join(folder, 'counts.json');
  const started = performance.now();
  const child = spawn(command, args, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TEST_COUNTS_FILE: countsFile },
    shell: process.platform === 'win32' && command === 'npm',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [status] = (await once(child, 'close')) as [number | null];
  const seconds = Math.round((performance.now() - started) / 1000);
  const counts = suite in CHECKS ? countsOfCheck(status) : readCounts(countsFile);
  rmSync(folder, { recursive: true });
  const failed = status === 0 ? counts.failures : Math.max(1, counts.failures);
  const failures = failed > 0 ? `\n— ${name}\n${failuresIn(output)}` : undefined;
  return { name, suite, passed: counts.passes, failed, seconds, output, ...(failures && { failures }) };
}

interface TestCounts {
  passes: number;
  failures: number;
}

function countsOfCheck(status: number | null): TestCounts {
  return status === 0 ? { passes: 1, failures: 0 } : { passes: 0, failures: 1 };
}

function readCounts(file: string): TestCounts {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as TestCounts;
  } catch {
    return { passes: 0, failures: 1 };
  }
}

/** From mocha's summary on; the end of the output where there is none. */
function failuresIn(output: string): string {
  const summary = output.search(/^ +\d+ failing$/m);
  return summary === -1 ? output.slice(-5_000) : output.slice(summary);
}
