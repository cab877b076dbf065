/** `npm run test:chaos`: the long form. It ends with the table of docs/reliability.md. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const { status } = spawnSync(
  process.execPath,
  [require.resolve('mocha/bin/mocha.js'), 'test/chaos/**/*.test.ts', ...process.argv.slice(2)],
  {
    cwd: path.resolve(__dirname, '..', '..'),
    stdio: 'inherit',
    env: { ...process.env, CHAOS: 'full' },
  },
);
process.exit(status ?? 1);
