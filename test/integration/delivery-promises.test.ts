import assert from 'node:assert/strict';

import type { FlowNode } from '../../scripts/node-red-process';
import { RunsApi } from './support/runs-api';
import { type World, deployAndGoLive, nodeOf, receivedUuids, startWorld } from './support/world';

const ACKNOWLEDGED = { uuid: '8f206505-af6d-433e-93f4-775d46dc7d0f', name: 'Acknowledged' };

/** The package's own waits pass 20 times as fast; requests and runs take as long as ever. */
const FAST = { settings: { sekoia: { timeScale: 0.05 } } };

describe('what delivery promises', () => {
  let world: World;
  let api: RunsApi;

  afterEach(() => world.stop());

  async function start(changes: Record<string, object> = {}): Promise<void> {
    world = await startWorld({ nodeRed: FAST });
    world.flows = world.flows.map((node) => ({ ...node, ...changes[node.type] }));
    api = new RunsApi(world);
    await deployAndGoLive(world);
  }

  /** Waits until the trigger has this many alerts that wait, are dead, and succeeded within the day. */
  async function becomes(waiting: number, dead: number): Promise<void> {
    const { id } = nodeOf(world.flows, 'sekoia-alert-created');
    await api.until(async () => {
      const trigger = await api.trigger(id);
      return trigger.waiting === waiting && trigger.dead === dead ? trigger : undefined;
    });
  }

  it('an alert that was acknowledged while its retry was due arrives all the same', async () => {
    // As many retries as it takes until the alert is acknowledged, however slow this test is.
    await start({ 'sekoia-alert-created': { statuses: ['Pending'], retries: 20 } });
    const down = world.tool.answer({ status: 503 });
    const { uuid } = world.platform.raise();
    await api.runOf(uuid, 'waiting');
    world.platform.update(uuid, { status: ACKNOWLEDGED });
    down.clear();
    await api.runOf(uuid, 'succeeded');
    assert.equal(receivedUuids(world.tool).at(-1), uuid);
  });

  it('an alert that was raised and acknowledged while Node-RED was away arrives', async () => {
    await start({ 'sekoia-alert-created': { statuses: ['Pending'] } });
    const { id } = nodeOf(world.flows, 'sekoia-alert-created');
    await world.nodeRed.stop();
    const { uuid } = world.platform.raise();
    // The platform's times are whole seconds: a change within the same one cannot be told from none.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    world.platform.update(uuid, { status: ACKNOWLEDGED });
    await world.restart('stop');
    await world.comms.waitForStatus(id, /^live/);
    await world.tool.waitFor(1, 30_000);
    assert.deepEqual(receivedUuids(world.tool), [uuid]);
  });

  it('a tool that hangs for long kills no alert; all arrive once it answers', async () => {
    await start({ 'sekoia-alert-created': { runTimeoutSeconds: 1, maxInFlight: 5, retries: 1 } });
    const hanging = world.tool.answer({ hang: true });
    const uuids = world.platform.raiseMany(20);
    // Five time out, and the trigger probes: each probe times out, too.
    await world.tool.waitFor(12, 60_000);
    hanging.clear();
    await becomes(0, 0);
    for (const uuid of uuids) await api.runOf(uuid, 'succeeded');
    const trigger = await api.trigger(nodeOf(world.flows, 'sekoia-alert-created').id);
    assert.equal(trigger.dead, 0);
  });

  it('a run that succeeds after its time-out counts, and its retry is cancelled', async () => {
    await start({ 'sekoia-alert-created': { runTimeoutSeconds: 1 } });
    // The second attempt hangs: only the late success of the first can deliver the alert.
    const slow = world.tool.answer({ delayMs: 4_000, times: 1 });
    const hanging = world.tool.answer({ hang: true });
    const { uuid } = world.platform.raise();
    await becomes(0, 0);
    assert.equal(slow.hits, 1);
    const runs = await api.runs(`alert=${uuid}`);
    assert.equal(runs.at(-1)?.status, 'succeeded');
    hanging.clear();
  });

  it('a full deploy lets runs end: nothing is sent twice by a tool that takes its time', async () => {
    await start();
    world.tool.answer({ delayMs: 3_000 });
    const uuids = world.platform.raiseMany(8);
    await world.tool.waitFor(8, 30_000);
    await world.nodeRed.deploy(world.flows);
    const last = world.platform.raise();
    await api.runOf(last.uuid, 'succeeded');
    assert.deepEqual(receivedUuids(world.tool).sort(), [...uuids, last.uuid].sort());
  });

  it('what fails after its run was over is sent again, and the run is shown as failed', async () => {
    await start();
    const { id, z } = nodeOf(world.flows, 'http request');
    const late: FlowNode = {
      ...{ id: 'a1b2c3d4e5f60001', type: 'function', z, name: 'Later', outputs: 1, wires: [[id]] },
      // Done at once, and sends half a second later: the run has ended by then.
      func: 'setTimeout(() => node.send(msg), 500); return null;',
    };
    world.flows = [...world.flows.map((node) => before(node, id, late.id)), late];
    await deployAndGoLive(world);
    world.tool.answer({ status: 500, times: 1 });
    const { uuid } = world.platform.raise();
    await world.tool.waitFor(2, 60_000);
    assert.deepEqual(receivedUuids(world.tool), [uuid, uuid]);
    const [second, first] = await api.runs(`alert=${uuid}`);
    assert.deepEqual([first?.status, first?.error?.code], ['failed', 'HTTP_500']);
    assert.equal(second?.attempt, 2);
  });
});

/** A node's wires with another node put in front of one of their ends. */
function before(node: FlowNode, target: string, inserted: string): FlowNode {
  if (!Array.isArray(node.wires)) return node;
  const wires = (node.wires as string[][]).map((ids) => ids.map((to) => (to === target ? inserted : to)));
  return { ...node, wires };
}
