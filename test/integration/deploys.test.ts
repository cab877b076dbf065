import assert from 'node:assert/strict';
import { once } from 'node:events';

import { type World, deployAndGoLive, nodeOf, receivedUuids, startWorld } from './support/world';

describe('deploys', () => {
  let world: World;
  let trigger: string;

  before(async () => {
    world = await startWorld();
    trigger = nodeOf(world.flows, 'sekoia-alert-created').id;
  });

  after(() => world.stop());

  beforeEach(async () => {
    world.platform.faults.clear();
    await deployAndGoLive(world);
    world.tool.clear();
  });

  /** Changes the trigger and deploys only what changed. */
  async function deployTrigger(name: string): Promise<void> {
    const { flows } = await world.nodeRed.flows();
    world.comms.statuses.delete(trigger);
    await world.nodeRed.deploy(
      flows.map((node) => (node.id === trigger ? { ...node, name } : node)),
      'nodes',
    );
    await world.comms.waitForStatus(trigger, /^live/);
  }

  it('of the trigger alone leave one socket and one message for each alert', async () => {
    for (const name of ['first', 'second', 'third']) await deployTrigger(name);
    assert.equal(world.platform.live.open, 1);
    const { uuid } = world.platform.raise();
    const last = world.platform.raise();
    await world.tool.waitFor(
      (received) => received.some((one) => one.headers['idempotency-key'] === last.uuid),
      30_000,
    );
    assert.deepEqual(receivedUuids(world.tool).sort(), [uuid, last.uuid].sort());
  });

  it('that disable the tab close the socket', async () => {
    const { flows } = await world.nodeRed.flows();
    const closed = once(world.platform.live, 'close');
    await world.nodeRed.deploy(
      flows.map((node) => (node.type === 'tab' ? { ...node, disabled: true } : node)),
      'flows',
    );
    if (world.platform.live.open > 0) await closed;
    assert.equal(world.platform.live.open, 0);
  });

  it('are not held up by a platform that no longer answers', async () => {
    world.platform.faults.deafen();
    world.platform.faults.rest({ hang: true });
    world.platform.faults.live({ hangHandshake: true });
    world.platform.raise();
    await world.nodeRed.deploy(world.flows);
    await world.nodeRed.deploy(world.flows);
    assert.deepEqual(
      world.nodeRed.log.filter((line) => /timed out|Error stopping node/.test(line)),
      [],
    );
  });
});
