import assert from 'node:assert/strict';
import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { ROOT, installedPackage } from './support/package';

const MAX_BYTES = 6 * 1024 * 1024;

describe('the installed package', () => {
  it('takes less than 6 MB with its dependencies', () => {
    const bytes = sizeOf(path.join(installedPackage(), 'node_modules'));
    assert.ok(bytes < MAX_BYTES, `${bytes} bytes`);
  });

  it('contains what Node-RED loads, and no tests or tools', () => {
    const folder = path.join(installedPackage(), 'node_modules', '@sekoia-flows', 'node-red-sekoia');
    assert.deepEqual(readdirSync(folder).sort(), [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist',
      'examples',
      'icons',
      'package.json',
    ]);
    assert.deepEqual(readdirSync(path.join(folder, 'dist')).sort(), ['lib', 'nodes', 'plugins']);
  });

  it('comes from a lock file without download addresses', async () => {
    const { readFile } = await import('node:fs/promises');
    assert.doesNotMatch(await readFile(path.join(ROOT, 'package-lock.json'), 'utf8'), /"resolved"/);
  });
});

function sizeOf(entry: string): number {
  const stat = lstatSync(entry);
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(entry).reduce((sum, name) => sum + sizeOf(path.join(entry, name)), 0);
}
