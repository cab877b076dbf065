import assert from 'node:assert/strict';

import type { FlowNode } from '../../scripts/node-red-process';
import { RunsApi } from './support/runs-api';
import { type UseCaseFixture, deployAndGoLive, nodeOf, startUseCase } from './support/use-case-fixture';

const SECRET = 'hush-hush-0123456789';

describe('the requests of a run', () => {
  let fixture: UseCaseFixture;
  let api: RunsApi;

  before(async () => {
    fixture = await startUseCase({ nodeRed: { settings: { sekoia: { timeScale: 0.02 } } } });
    api = new RunsApi(fixture);
  });
  after(() => fixture.stop());

  /** Deploys nodes behind Alert Created, the first of them wired to it, beside the external tool. */
  async function behindTrigger(...nodes: Partial<FlowNode>[]): Promise<void> {
    const { id, z } = nodeOf(fixture.flows, 'sekoia-alert-created');
    const flows = fixture.flows.filter((node) => node.z !== z || node.id === id);
    const [first] = nodes;
    await fixture.nodeRed.deploy([
      ...flows.map((node) => (node.id === id ? { ...node, retries: 0, wires: [[first!.id!]] } : node)),
      ...nodes.map((node) => ({ z, x: 100, y: 100, wires: [[]], ...node }) as FlowNode),
    ]);
    await fixture.comms.waitForStatus(id, /^live/);
  }

  const request = (): Partial<FlowNode> => ({
    ...{ id: 'request', type: 'http request', name: 'Send', method: 'PUT', ret: 'txt', headers: [] },
    url: `${fixture.tool.url.replace('//', `//me:${SECRET}@`)}/alerts?token=${SECRET}&community=acme#${SECRET}`,
  });

  it('are recorded with method, address and status, without possible credentials', async () => {
    await behindTrigger({ ...request(), wires: [['log']] }, { id: 'log', type: 'debug', name: 'Log' });
    fixture.tool.answer({ status: 202, times: 1 });
    const { uuid } = fixture.platform.raise();
    const run = await api.runOf(uuid, 'succeeded');
    const url = `${fixture.tool.url}/alerts?token=<removed>&community=acme`;
    const requests = [{ nodeId: 'request', nodeName: 'Send', method: 'PUT', url, status: 202 }];
    assert.deepEqual(run.requests, requests);
    const details = await api.run(run.id);
    assert.deepEqual(details.requests, requests);
    assert.equal('nothingSent' in details, false);
  });

  it('include one that was refused and one that got no answer', async () => {
    for (const [answer, status] of [
      [{ status: 422, times: 1 }, 422],
      [{ reset: true, times: 1 }, 'ECONNRESET'],
    ] as const) {
      fixture.tool.answer(answer);
      const { uuid } = fixture.platform.raise();
      const { requests } = await api.runOf(uuid, 'failed');
      assert.deepEqual(
        requests?.map((one) => one.status),
        [status],
      );
    }
  });

  it('are none if it ended at a Switch', async () => {
    const filter = { property: 'payload.urgency', propertyType: 'msg', outputs: 1 };
    await behindTrigger(
      {
        ...filter,
        id: 'filter',
        type: 'switch',
        name: '',
        rules: [{ t: 'gt', v: '999', vt: 'num' }],
        wires: [['request']],
      },
      request(),
    );
    const { uuid } = fixture.platform.raise();
    const run = await api.runOf(uuid, 'succeeded');
    assert.deepEqual(run.nothingSent, { endedAt: ['Switch'] });
    assert.deepEqual((await api.run(run.id)).nothingSent, { endedAt: ['Switch'] });
    assert.equal('requests' in run, false);
  });

  it('are none if it ended behind links, a subflow and a function', async () => {
    const { id, z } = nodeOf(fixture.flows, 'sekoia-alert-created');
    const others = fixture.flows.filter((node) => node.z !== z || node.id === id);
    const at = { x: 100, y: 100 };
    await fixture.nodeRed.deploy([
      ...others.map((node) => (node.id === id ? { ...node, wires: [['out']] } : node)),
      { ...at, id: 'out', type: 'link out', z, mode: 'link', links: ['in'] },
      { ...at, id: 'in', type: 'link in', z, links: ['out'], wires: [['instance']] },
      {
        ...at,
        id: 'definition',
        type: 'subflow',
        name: 'S',
        in: [{ ...at, wires: [{ id: 'inner' }] }],
        out: [{ ...at, wires: [{ id: 'inner', port: 0 }] }],
      },
      {
        ...at,
        id: 'inner',
        type: 'function',
        z: 'definition',
        func: 'return msg;',
        libs: [],
        outputs: 1,
        wires: [[]],
      },
      { ...at, id: 'instance', type: 'subflow:definition', z, wires: [['log']] },
      { ...at, id: 'log', type: 'debug', z, name: 'Log', wires: [] },
    ] as FlowNode[]);
    await fixture.comms.waitForStatus(id, /^live/);
    const { uuid } = fixture.platform.raise();
    assert.deepEqual((await api.runOf(uuid, 'succeeded')).nothingSent, { endedAt: ['Log'] });
  });

  it('are unknown if the run started a program', async () => {
    await behindTrigger({
      id: 'program',
      type: 'exec',
      command: 'true',
      addpay: '',
      useSpawn: 'false',
      wires: [[], [], []],
    });
    const { uuid } = fixture.platform.raise();
    const run = await api.runOf(uuid, 'succeeded');
    assert.equal('nothingSent' in run, false);
    assert.equal('requests' in run, false);
  });

  it('are those that the first example describes', async () => {
    await deployAndGoLive(fixture);
    const { uuid } = fixture.platform.raise();
    const { requests } = await api.runOf(uuid, 'succeeded');
    const [sent] = requests ?? [];
    assert.deepEqual(
      [sent?.method, sent?.url, sent?.status],
      ['POST', `${fixture.tool.url}/api/alerts`, 201],
    );
  });
});
