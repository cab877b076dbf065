import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const ROOT = path.resolve(__dirname, '..', '..', '..');

/** Names the folder of an installed package that several processes share. */
const FOLDER_VARIABLE = 'TEST_PACKAGE_FOLDER';

/**
 * The packed package, installed with its runtime dependencies only. Once for all tests: also for those in processes
 * that this one starts from now on.
 */
export function installedPackage(): string {
  const installed = process.env[FOLDER_VARIABLE];
  if (installed !== undefined) return installed;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'node-red-sekoia-package-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const npm = (args: string[], cwd: string): string =>
    execFileSync('npm', args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' });
  // The tests run on what `npm test` has built; packing must not build once more under their feet.
  const packed = JSON.parse(
    npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], ROOT),
  ) as PackedFiles[] | Record<string, PackedFiles>;
  const [tarball] = Object.values(packed);
  if (tarball === undefined) throw new Error('npm pack made nothing');
  npm(
    ['install', '--no-audit', '--no-fund', '--omit=dev', '--loglevel=error', `./${tarball.filename}`],
    folder,
  );
  process.env[FOLDER_VARIABLE] = folder;
  return folder;
}

interface PackedFiles {
  filename: string;
}

/** A fresh user directory in which the package is installed. The function removes it. */
export function makeUserDir(): { userDir: string; remove: () => void } {
  const userDir = mkdtempSync(path.join(os.tmpdir(), 'node-red-sekoia-user-'));
  symlinkSync(path.join(installedPackage(), 'node_modules'), path.join(userDir, 'node_modules'), 'junction');
  return { userDir, remove: () => rmSync(userDir, { recursive: true, force: true }) };
}

export function readExample(name: string): unknown {
  return JSON.parse(readFileSync(path.join(ROOT, 'examples', `${name}.json`), 'utf8')) as unknown;
}
