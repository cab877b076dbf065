/** Remembers for which sources the checks passed, so that a second run on the same sources does not repeat them. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '..');
const FOLDER = path.join(ROOT, '.cache', 'passed-checks');

/** Undefined where git cannot list the sources. */
export function fingerprintOfSources(): string | undefined {
  try {
    const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const hash = createHash('sha256');
    for (const name of listed.split('\0').filter((one) => one !== '' && existsSync(path.join(ROOT, one))))
      hash
        .update(`${name}\0`)
        .update(readFileSync(path.join(ROOT, name)))
        .update('\0');
    return hash.digest('hex');
  } catch {
    return undefined;
  }
}

export function hasPassed(check: string, fingerprint: string | undefined): boolean {
  const file = path.join(FOLDER, check);
  return fingerprint !== undefined && existsSync(file) && readFileSync(file, 'utf8') === fingerprint;
}

export function rememberPassed(check: string, fingerprint: string | undefined): void {
  if (fingerprint === undefined) return;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(path.join(FOLDER, check), fingerprint);
}

export function forgetPassed(check: string): void {
  rmSync(path.join(FOLDER, check), { force: true });
}
