import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import path from 'node:path';

import { amount } from '../support/form';
import { baseOf, ledgerFile } from '../support/ledger-file';
import type { Verdict } from '../support/judge';
import type { Rng } from '../support/rng';
import type { Scenario } from '../support/scenario';
import { SmallDisk, limitFileSize, prlimitMissing } from '../support/small-disk';
import type { ChaosFixture } from '../support/chaos-fixture';

const LEDGER_TROUBLE = /^the ledger cannot be used/;

/** Trouble with the place where the ledger is. */
export const DISK: Scenario[] = [
  {
    fault: 'Disk full',
    missing: () => SmallDisk.missing(),
    run: (fixture, rng) =>
      onSmallDisk(fixture, async (disk) => {
        await fixture.begin();
        for (let time = 0; time < amount(1, 5); time += 1) {
          await fixture.raiseDuring(10, rng, () => Promise.resolve());
          disk.fill();
          await fixture.raiseDuring(amount(60, 100), rng, () => troubleShown(fixture));
          disk.free();
          await fixture.live();
        }
        return fixture.settle();
      }),
  },
  {
    fault: 'Ledger at the limit for the size of files',
    missing: prlimitMissing,
    run: async (fixture, rng) => {
      await fixture.begin();
      fixture.raise(10);
      await fixture.settle();
      const pid = fixture.site.nodeRed.pid!;
      limitFileSize(pid, statSync((await ledgerFile(fixture.site.userDir, fixture.trigger))!).size + 100);
      try {
        await fixture.raiseDuring(amount(40, 300), rng, () => troubleShown(fixture));
      } finally {
        limitFileSize(pid, 'unlimited');
      }
      return fixture.settle();
    },
  },
  {
    fault: 'User directory read-only at a start',
    missing: () => SmallDisk.missing(),
    run: (fixture, rng) =>
      onSmallDisk(fixture, async (disk) => {
        await fixture.begin();
        fixture.raise(10);
        await fixture.settle();
        fixture.change({ 'sekoia-alert-created': { d: true } });
        await fixture.deploy();
        fixture.change({ 'sekoia-alert-created': { d: false } });
        return readOnlyAtStart(fixture, rng, disk);
      }),
  },
  {
    fault: 'User directory read-only at the very first start',
    missing: () => SmallDisk.missing(),
    run: (fixture, rng) =>
      onSmallDisk(fixture, (disk) => {
        fixture.prepare();
        return readOnlyAtStart(fixture, rng, disk);
      }),
  },
];

async function onSmallDisk(
  fixture: ChaosFixture,
  run: (disk: SmallDisk) => Promise<Verdict>,
): Promise<Verdict> {
  // Nothing of the scenario before may write to it.
  await fixture.site.nodeRed.deploy([]);
  const disk = SmallDisk.mount(path.join(fixture.site.userDir, 'sekoia'));
  try {
    return await run(disk);
  } finally {
    disk.remove();
  }
}

async function readOnlyAtStart(fixture: ChaosFixture, rng: Rng, disk: SmallDisk): Promise<Verdict> {
  const sent = fixture.requests;
  disk.readOnly(true);
  await fixture.deploy();
  await troubleShown(fixture);
  await fixture.raiseDuring(amount(30, 200), rng, () => Promise.resolve());
  assert.equal(fixture.requests, sent);
  disk.readOnly(false);
  return fixture.settle();
}

/** Red under the node, and the file named in the log. */
async function troubleShown(fixture: ChaosFixture): Promise<void> {
  const { nodeRed, comms, userDir } = fixture.site;
  await fixture.status(LEDGER_TROUBLE);
  assert.equal(comms.statuses.get(fixture.trigger)?.fill, 'red');
  await nodeRed.waitForLine(new RegExp(path.basename(baseOf(userDir, fixture.trigger))));
}
