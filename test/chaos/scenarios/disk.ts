import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import path from 'node:path';

import { amount } from '../support/form';
import { baseOf, ledgerFile } from '../support/ledger-file';
import type { Verdict } from '../support/judge';
import type { Rng } from '../support/rng';
import type { Scenario } from '../support/scenario';
import { SmallDisk, limitFileSize, prlimitMissing } from '../support/small-disk';
import type { Stage } from '../support/stage';

const LEDGER_TROUBLE = /^the ledger cannot be used/;

/** Trouble with the place where the ledger is. */
export const DISK: Scenario[] = [
  {
    fault: 'Disk full',
    missing: () => SmallDisk.missing(),
    run: (stage, rng) =>
      onSmallDisk(stage, async (disk) => {
        await stage.begin();
        for (let time = 0; time < amount(1, 5); time += 1) {
          await stage.raiseDuring(10, rng, () => Promise.resolve());
          disk.fill();
          await stage.raiseDuring(amount(60, 100), rng, () => troubleShown(stage));
          disk.free();
          await stage.live();
        }
        return stage.settle();
      }),
  },
  {
    fault: 'Ledger at the limit for the size of files',
    missing: prlimitMissing,
    run: async (stage, rng) => {
      await stage.begin();
      stage.raise(10);
      await stage.settle();
      const pid = stage.world.nodeRed.pid!;
      limitFileSize(pid, statSync((await ledgerFile(stage.world.userDir, stage.trigger))!).size + 100);
      try {
        await stage.raiseDuring(amount(40, 300), rng, () => troubleShown(stage));
      } finally {
        limitFileSize(pid, 'unlimited');
      }
      return stage.settle();
    },
  },
  {
    fault: 'User directory read-only at a start',
    missing: () => SmallDisk.missing(),
    run: (stage, rng) =>
      onSmallDisk(stage, async (disk) => {
        await stage.begin();
        stage.raise(10);
        await stage.settle();
        stage.change({ 'sekoia-alert-created': { d: true } });
        await stage.deploy();
        stage.change({ 'sekoia-alert-created': { d: false } });
        return readOnlyAtStart(stage, rng, disk);
      }),
  },
  {
    fault: 'User directory read-only at the very first start',
    missing: () => SmallDisk.missing(),
    run: (stage, rng) =>
      onSmallDisk(stage, (disk) => {
        stage.prepare();
        return readOnlyAtStart(stage, rng, disk);
      }),
  },
];

async function onSmallDisk(stage: Stage, run: (disk: SmallDisk) => Promise<Verdict>): Promise<Verdict> {
  // Nothing of the scenario before may write to it.
  await stage.world.nodeRed.deploy([]);
  const disk = SmallDisk.mount(path.join(stage.world.userDir, 'sekoia'));
  try {
    return await run(disk);
  } finally {
    disk.remove();
  }
}

async function readOnlyAtStart(stage: Stage, rng: Rng, disk: SmallDisk): Promise<Verdict> {
  const sent = stage.requests;
  disk.readOnly(true);
  await stage.deploy();
  await troubleShown(stage);
  await stage.raiseDuring(amount(30, 200), rng, () => Promise.resolve());
  assert.equal(stage.requests, sent);
  disk.readOnly(false);
  return stage.settle();
}

/** Red under the node, and the file named in the log. */
async function troubleShown(stage: Stage): Promise<void> {
  const { nodeRed, comms, userDir } = stage.world;
  await stage.status(LEDGER_TROUBLE);
  assert.equal(comms.statuses.get(stage.trigger)?.fill, 'red');
  await nodeRed.waitForLine(new RegExp(path.basename(baseOf(userDir, stage.trigger))));
}
