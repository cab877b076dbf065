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

/** The package's own waits pass 20 times as fast; requests and runs take as long as ever. */
const FAST = { settings: { sekoia: { timeScale: 0.05 } } };

describe('a run whose alert was refused', () => {
  let fixture: UseCaseFixture;
  let api: RunsApi;

  afterEach(() => fixture.stop());

  /** Starts the first example with a node put in front of its request, or behind it. */
  async function start(where: 'before' | 'after', node: Record<string, unknown>): Promise<void> {
    fixture = await startUseCase({ nodeRed: FAST });
    api = new RunsApi(fixture);
    const http = nodeOf(fixture.flows, 'http request');
    const added: FlowNode = { ...{ id: 'a1b2c3d4e5f60002', type: 'function' }, z: http.z, ...node };
    fixture.flows = [...fixture.flows.map((one) => rewired(one, http.id, where, added.id)), added];
    added.wires = [[http.id]];
    await deployAndGoLive(fixture);
  }

  /** `attempt: status` of the runs of an alert, the first one first. */
  async function attempts(uuid: string): Promise<string[]> {
    const runs = await api.runs(`alert=${uuid}`);
    return runs.reverse().map(({ attempt, status }) => `${attempt}: ${status}`);
  }

  it('still fails when a notice of the failure gets through the same node', async () => {
    const code = `if (msg.statusCode < 400 || msg.noticed) return null;
      return { ...msg, noticed: true, payload: { notice: 'It was refused' } };`;
    await start('after', { func: code, outputs: 1 });
    fixture.tool.answer({ status: 500, times: 1 });
    const { uuid } = fixture.platform.raise();
    await api.runOf(uuid, 'succeeded');
    assert.deepEqual(receivedUuids(fixture.tool), [uuid, uuid, uuid]);
    assert.deepEqual(await attempts(uuid), ['1: failed', '2: succeeded']);
  });

  it('is sent again with all alerts that were joined with it', async () => {
    const settings = { mode: 'custom', build: 'array', count: '3', property: 'payload', propertyType: 'msg' };
    await start('before', { type: 'join', accumulate: false, ...settings });
    fixture.tool.answer({ status: 500, times: 1 });
    const uuids = fixture.platform.raiseMany(3);
    for (const uuid of uuids) await api.runOf(uuid, 'succeeded');
    for (const uuid of uuids) assert.deepEqual(await attempts(uuid), ['1: failed', '2: succeeded']);
    assert.equal(fixture.tool.received.length, 2);
  });

  it('fails when its command ends with a code other than 0', async () => {
    const settings = { addpay: '', append: '', useSpawn: 'false', timer: '', oldrc: false };
    // It fails once: the folder is there the second time.
    const command = 'mkdir once 2>/dev/null && exit 3 || exit 0';
    await start('before', { type: 'exec', command, ...settings });
    const { uuid } = fixture.platform.raise();
    await api.runOf(uuid, 'succeeded');
    assert.deepEqual(await attempts(uuid), ['1: failed', '2: succeeded']);
    const [, first] = await api.runs(`alert=${uuid}`);
    assert.equal(first?.error?.code, 'EXIT_3');
  });
});

/** A node with another one put in front of the request that it sends to, or behind the request. */
function rewired(node: FlowNode, request: string, where: 'before' | 'after', added: string): FlowNode {
  if (!Array.isArray(node.wires)) return node;
  if (where === 'after') return node.id === request ? { ...node, wires: [[added]] } : node;
  const wires = (node.wires as string[][]).map((ids) => ids.map((to) => (to === request ? added : to)));
  return { ...node, wires };
}
