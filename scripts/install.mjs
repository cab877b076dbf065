// Runs before `npm start` and `npm test`, so that both work in a fresh clone. Plain JavaScript: nothing is
// installed yet.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..');
const LOCK = path.join(ROOT, 'package-lock.json');
const INSTALLED = path.join(ROOT, 'node_modules', '.package-lock.json');
const OLDEST_NODE = 20;

const major = Number(process.versions.node.split('.')[0]);
if (major < OLDEST_NODE) {
  console.error(`Node.js ${OLDEST_NODE} or later is needed; this is ${process.version}.`);
  process.exit(1);
}

if (!existsSync(INSTALLED) || statSync(INSTALLED).mtimeMs < statSync(LOCK).mtimeMs) {
  console.log('Installing what the package is built and tested with …');
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (npm.error) {
    console.error(`npm could not be started (${npm.error.message}): install Node.js with npm.`);
    process.exit(1);
  }
  if (npm.status !== 0) {
    console.error('npm ci failed: see above. It needs a connection to a package registry.');
    process.exit(npm.status ?? 1);
  }
}
