/**
 * `npm test`: format, types and lint, then every suite. `npm test -- unit nodes` runs only what you name. Everything
 * runs even after a failure, so that one failure does not hide another. Tests mostly wait for processes and browsers,
 * so more jobs than cores run side by side; TEST_JOBS sets how many.
 */
import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { installedPackage } from '../test/integration/support/package';
import { type BrowserSearch, findOrGetBrowser } from './browser';
import { type Job, type JobResult, jobsOf, knownNames, runJob } from './test-jobs';

const JOBS_PER_CORE = 2;

/** Where Linux keeps files in memory. Tests wait for the disk often, and not one of them is about its speed. */
const MEMORY_DISK = '/dev/shm';
const MEMORY_DISK_BYTES = 2 * 1024 ** 3;

async function main(): Promise<void> {
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !knownNames().includes(name));
  if (unknown.length > 0) {
    console.error(`Unknown suite: ${unknown.join(', ')}. Choose from: ${knownNames().join(', ')}`);
    process.exit(2);
  }
  useMemoryDisk();
  const jobs = jobsOf(names.length > 0 ? names : knownNames());
  // Packed and installed once, for all jobs.
  if (jobs.some(({ needsPackage }) => needsPackage)) installedPackage();
  const search = jobs.some(({ needsBrowser }) => needsBrowser) ? findOrGetBrowser() : undefined;
  const results = await runAll(jobs, search);
  for (const { failures } of results) if (failures !== undefined) console.log(failures);
  console.table(bySuite(results));
  const browser = await search;
  if (browser !== undefined && 'missing' in browser) console.log(`editor suite skipped: ${browser.missing}`);
  const passed = sum(results, 'passed');
  const failed = sum(results, 'failed');
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}

/** Temporary files of all jobs go there, if there is room. */
function useMemoryDisk(): void {
  if (!existsSync(MEMORY_DISK)) return;
  const { bavail, bsize } = statfsSync(MEMORY_DISK);
  if (bavail * bsize < MEMORY_DISK_BYTES) return;
  const folder = mkdtempSync(path.join(MEMORY_DISK, 'node-red-sekoia-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  process.env.TMPDIR = folder;
}

/** @param search what the jobs that need a browser wait for; without one, they are left out */
async function runAll(jobs: Job[], search: Promise<BrowserSearch> | undefined): Promise<JobResult[]> {
  const waiting = [...jobs];
  const results: JobResult[] = [];
  const work = async (): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      if (job.needsBrowser && !(await isFound(search))) continue;
      const result = await runJob(job);
      results.push(result);
      const { name, passed, failed, seconds, note } = result;
      const how = note ?? `${seconds} s`;
      console.log(`${failed === 0 ? '✔' : '✖'} ${name}: ${passed} passed, ${failed} failed (${how})`);
      if (failed > 0) console.log(result.output);
    }
  };
  await Promise.all(Array.from({ length: jobsAtATime() }, work));
  return results;
}

async function isFound(search: Promise<BrowserSearch> | undefined): Promise<boolean> {
  const result = await search;
  return result !== undefined && 'browser' in result;
}

function jobsAtATime(): number {
  return Math.max(1, Number(process.env.TEST_JOBS) || JOBS_PER_CORE * os.availableParallelism());
}

function bySuite(results: JobResult[]): Record<string, object> {
  const suites = [...new Set(results.map(({ suite }) => suite))];
  return Object.fromEntries(
    suites.map((suite) => {
      const own = results.filter((result) => result.suite === suite);
      const counts = { passed: sum(own, 'passed'), failed: sum(own, 'failed'), seconds: sum(own, 'seconds') };
      return [suite, counts];
    }),
  );
}

function sum(results: JobResult[], what: 'passed' | 'failed' | 'seconds'): number {
  return results.reduce((total, result) => total + result[what], 0);
}

// Without this, a signal would leave temporary folders behind.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
void main();
