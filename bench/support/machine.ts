import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { NODE_RED_HOME } from '../../scripts/node-red-process';

/** What the figures were made with, in a sentence. */
export function machine(): string {
  const cpus = os.cpus();
  const memoryGb = Math.round(os.totalmem() / 2 ** 30);
  const load = os.loadavg()[0] ?? 0;
  return (
    `Node-RED ${nodeRedVersion()}, Node.js ${process.versions.node}, ${os.type()} ${os.release()}, ` +
    `${cpus.length} cores of ${cpus[0]?.model.trim() ?? 'an unknown processor'}, ${memoryGb} GB of memory, ` +
    `load ${load.toFixed(1)} before the start, ${new Date().toISOString().slice(0, 10)}, commit ${commit()}.`
  );
}

function nodeRedVersion(): string {
  const { version } = JSON.parse(readFileSync(path.join(NODE_RED_HOME, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: __dirname, encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
