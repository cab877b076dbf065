/** Prints how many megabytes of memory 100,000 waiting alerts need, once they are written down. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { Journal } from '../../../../lib/storage/journal';
import { Ledger } from '../../../../lib/delivery/ledger';
import type { LedgerRecord } from '../../../../lib/delivery/ledger-record';

const COUNT = 100_000;

async function usedBytes(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc');
  // Buffers are freed some time after what held them.
  for (let round = 0; round < 5; round += 1) {
    globalThis.gc();
    await new Promise(setImmediate);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sekoia-ledger-'));
  const storage = new Journal<LedgerRecord>(path.join(folder, 'ledger'));
  const ledger = await Ledger.open({ storage, onTrouble: () => process.exit(1) });
  const before = await usedBytes();
  for (let number = 0; number < COUNT; number += 1)
    // As JSON.parse makes them: in one piece.
    ledger.take((JSON.parse(`["${randomUUID()}"]`) as [string])[0], 1_700_000_000 + (number % 1000), 'live');
  await ledger.committed();
  // Written down, and then rewritten.
  while (storage.worthCompacting) await new Promise(setImmediate);
  process.stdout.write((((await usedBytes()) - before) / 1_000_000).toFixed(1));
  if (ledger.counts.queued !== COUNT) process.exit(1);
  await ledger.close();
  await rm(folder, { recursive: true });
}

void main();
