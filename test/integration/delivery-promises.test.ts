import assert from 'node:assert/strict';

import type { FlowNode } from '../../scripts/node-red-process';
import { RunsApi } from './support/runs-api';
import {
  type UseCaseFixture,
  deployAndGoLive,
  nodeOf,
  receivedUuids,
  startUseCase,
} from './support/use-case-fixture';

const ACKNOWLEDGED = { uuid: '8f206505-af6d-433e-93f4-775d46dc7d0f', name: 'Acknowledged' };

/** The package's own waits pass 20 times as fast; requests and runs take as long as ever. */
const FAST = { settings: { sekoia: { timeScale: 0.05 } } };

describe('delivery', () => {
  let fixture: UseCaseFixture;
  let api: RunsApi;

  afterEach(() => fixture.stop());

  async function start(changes: Record<string, object> = {}): Promise<void> {
    fixture = await startUseCase({ nodeRed: FAST });
    fixture.flows = fixture.flows.map((node) => ({ ...node, ...changes[node.type] }));
    api = new RunsApi(fixture);
    await deployAndGoLive(fixture);
  }

  /** Waits until the trigger has this many alerts that wait, are dead, and succeeded within the day. */
  async function becomes(waiting: number, dead: number): Promise<void> {
    const { id } = nodeOf(fixture.flows, 'sekoia-alert-created');
    await api.until(async () => {
      const trigger = await api.trigger(id);
      return trigger.waiting === waiting && trigger.dead === dead ? trigger : undefined;
    });
  }

  it('sends an alert that is acknowledged while its retry is pending', async () => {
    // As many retries as it takes until the alert is acknowledged, however slow this test is.
    await start({ 'sekoia-alert-created': { statuses: ['Pending'], retries: 20 } });
    const down = fixture.tool.answer({ status: 503 });
    const { uuid } = fixture.platform.raise();
    await api.runOf(uuid, 'waiting');
    fixture.platform.update(uuid, { status: ACKNOWLEDGED });
    down.clear();
    await api.runOf(uuid, 'succeeded');
    assert.equal(receivedUuids(fixture.tool).at(-1), uuid);
  });

  it('sends an alert that was raised and acknowledged while Node-RED was down', async () => {
    await start({ 'sekoia-alert-created': { statuses: ['Pending'] } });
    const { id } = nodeOf(fixture.flows, 'sekoia-alert-created');
    await fixture.nodeRed.stop();
    const { uuid } = fixture.platform.raise();
    // The platform's times are whole seconds: a change within the same one cannot be told from none.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    fixture.platform.update(uuid, { status: ACKNOWLEDGED });
    await fixture.restart('stop');
    await fixture.comms.waitForStatus(id, /^live/);
    await fixture.tool.waitFor(1, 30_000);
    assert.deepEqual(receivedUuids(fixture.tool), [uuid]);
  });

  it('makes no dead letters while the tool hangs, and sends all alerts once it answers', async () => {
    await start({ 'sekoia-alert-created': { runTimeoutSeconds: 1, maxInFlight: 5, retries: 1 } });
    const hanging = fixture.tool.answer({ hang: true });
    const uuids = fixture.platform.raiseMany(20);
    // Five time out, and the trigger probes: each probe times out, too.
    await fixture.tool.waitFor(12, 60_000);
    hanging.clear();
    await becomes(0, 0);
    for (const uuid of uuids) await api.runOf(uuid, 'succeeded');
    const trigger = await api.trigger(nodeOf(fixture.flows, 'sekoia-alert-created').id);
    assert.equal(trigger.dead, 0);
  });

  it('counts a run that succeeds after its time-out, and cancels its retry', async () => {
    await start({ 'sekoia-alert-created': { runTimeoutSeconds: 1 } });
    // The second attempt hangs: only the late success of the first can deliver the alert.
    const slow = fixture.tool.answer({ delayMs: 4_000, times: 1 });
    const hanging = fixture.tool.answer({ hang: true });
    const { uuid } = fixture.platform.raise();
    await becomes(0, 0);
    assert.equal(slow.hits, 1);
    const runs = await api.runs(`alert=${uuid}`);
    assert.equal(runs.at(-1)?.status, 'succeeded');
    hanging.clear();
  });

  it('lets runs end on a full deploy, so that nothing is sent twice to a slow tool', async () => {
    await start();
    fixture.tool.answer({ delayMs: 3_000 });
    const uuids = fixture.platform.raiseMany(8);
    await fixture.tool.waitFor(8, 30_000);
    await fixture.nodeRed.deploy(fixture.flows);
    const last = fixture.platform.raise();
    await api.runOf(last.uuid, 'succeeded');
    assert.deepEqual(receivedUuids(fixture.tool).sort(), [...uuids, last.uuid].sort());
  });

  it('sends again what fails after its run has ended, and shows the run as failed', async () => {
    await start();
    const { id, z } = nodeOf(fixture.flows, 'http request');
    const late: FlowNode = {
      ...{ id: 'a1b2c3d4e5f60001', type: 'function', z, name: 'Later', outputs: 1, wires: [[id]] },
      // Done at once, and sends half a second later: the run has ended by then.
      func: 'setTimeout(() => node.send(msg), 500); return null;',
    };
    fixture.flows = [...fixture.flows.map((node) => before(node, id, late.id)), late];
    await deployAndGoLive(fixture);
    fixture.tool.answer({ status: 500, times: 1 });
    const { uuid } = fixture.platform.raise();
    await fixture.tool.waitFor(2, 60_000);
    assert.deepEqual(receivedUuids(fixture.tool), [uuid, uuid]);
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
