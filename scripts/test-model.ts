/**
 * `npm run test:model`: the delivery model, until a million steps were played. DELIVERY_STEPS says how many,
 * DELIVERY_SEED where to begin. What a failure prints as `seed` and `path` plays that scenario alone:
 * `DELIVERY_SEED=<seed> DELIVERY_PATH=<path> npx mocha test/unit/delivery/delivery-model.test.ts -g '<property>'`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A disk of memory, where there is one: what is played does not depend on how long a disk takes. */
const MEMORY_DISK = '/dev/shm';

const { status } = spawnSync(
  process.execPath,
  [
    require.resolve('mocha/bin/mocha.js'),
    '--exit',
    'test/unit/delivery/delivery-model*.test.ts',
    ...process.argv.slice(2),
  ],
  {
    cwd: path.resolve(__dirname, '..'),
    stdio: 'inherit',
    env: {
      DELIVERY_STEPS: '1000000',
      DELIVERY_RUNS: '100',
      ...process.env,
      TMPDIR: existsSync(MEMORY_DISK) ? MEMORY_DISK : os.tmpdir(),
    },
  },
);
process.exit(status ?? 1);
