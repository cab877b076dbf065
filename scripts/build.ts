/** Builds `dist/`: compiles the TypeScript and puts beside it what Node-RED looks for there. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '..');
const DIST = path.join(ROOT, 'dist');

rmSync(DIST, { recursive: true, force: true });
execFileSync(process.execPath, [require.resolve('typescript/bin/tsc')], { cwd: ROOT, stdio: 'inherit' });
copyAssets('nodes');

function copyAssets(folder: string): void {
  cpSync(path.join(ROOT, folder), path.join(DIST, folder), {
    recursive: true,
    filter: (file) => !file.endsWith('.ts'),
  });
  // Node-RED looks for a node's icon beside the node.
  for (const set of readdirSync(path.join(ROOT, folder))) {
    const icon = path.join(ROOT, 'icons', `${set}.svg`);
    if (existsSync(icon)) cpSync(icon, path.join(DIST, folder, set, 'icons', `${set}.svg`));
  }
}
