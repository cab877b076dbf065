import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Seeds of flows that were once judged falsely. They are run with every test. */
const FILE = path.join(__dirname, 'seeds.json');

export function keptSeeds(): number[] {
  return JSON.parse(readFileSync(FILE, 'utf8')) as number[];
}

export function keepSeeds(seeds: readonly number[]): void {
  if (seeds.length === 0) return;
  const all = [...new Set([...keptSeeds(), ...seeds])].sort((a, b) => a - b);
  writeFileSync(FILE, `${JSON.stringify(all)}\n`);
}
