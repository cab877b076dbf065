import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import {
  type UseCaseFixture,
  deployAndGoLive,
  nodeOf,
  receivedUuids,
  startUseCase,
} from './support/use-case-fixture';

const SOON_MS = 60_000;

describe('a deploy while the disk stalls for longer than Node-RED waits for a node to close', () => {
  let fixture: UseCaseFixture;
  let folder: string;
  let stalled: string;

  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'stalling-disk-'));
    stalled = path.join(folder, 'stalled');
    fixture = await startUseCase({
      nodeRed: {
        nodeArgs: ['--require', path.join(__dirname, 'support', 'stalling-disk.cjs')],
        env: { DISK_STALLS: stalled },
      },
    });
    await deployAndGoLive(fixture);
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await fixture.stop();
  });

  it('leaves the ledger to the old trigger until it has written everything, and sends each alert once', async () => {
    const { platform, tool, nodeRed, comms } = fixture;
    const trigger = nodeOf(fixture.flows, 'sekoia-alert-created').id;
    writeFileSync(stalled, '');
    const raised = [platform.raise().uuid];
    await tool.waitFor(1, SOON_MS);
    comms.statuses.delete(trigger);
    await nodeRed.deploy(fixture.flows);
    await nodeRed.waitForLine(/Error stopping node.*Close timed out/);
    await comms.waitForStatus(trigger, /^standby/);
    raised.push(platform.raise().uuid);
    rmSync(stalled);
    await comms.waitForStatus(trigger, /^live/);
    raised.push(platform.raise().uuid);
    await tool.waitFor((received) => received.length >= raised.length, SOON_MS);
    assert.deepEqual(receivedUuids(tool).sort(), raised.sort());
    assert.deepEqual(
      nodeRed.log.filter((line) => /damaged|cannot be (used|read)|uncaught/i.test(line)),
      [],
    );
    const files = readdirSync(path.join(fixture.userDir, 'sekoia'));
    assert.deepEqual(
      files.filter((name) => name.includes('damaged')),
      [],
    );
  });
});
