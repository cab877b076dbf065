import assert from 'node:assert/strict';

import type { FlowNode } from '../../scripts/node-red-process';
import type { Received } from '../../simulator/external-tool/external-tool';
import { readExample } from './support/package';
import { RunsApi } from './support/runs-api';
import {
  EXAMPLE_3,
  type UseCaseFixture,
  deployAndGoLive,
  fillIn,
  nodeOf,
  startUseCase,
} from './support/use-case-fixture';

/** Retries within a second. */
const FAST = { sekoia: { timeScale: 0.02 } };

describe('the example that sends alerts in batches', () => {
  let fixture: UseCaseFixture;
  let api: RunsApi;

  before(async () => {
    fixture = await startUseCase({ nodeRed: { settings: FAST } });
    api = new RunsApi(fixture);
    fixture.flows = fillIn(readExample(EXAMPLE_3) as FlowNode[], fixture.platform.url, fixture.tool.url);
    await deployAndGoLive(fixture);
  });
  after(() => fixture.stop());
  beforeEach(() => fixture.tool.clear());

  /** The alerts of the requests that the tool took, in order. */
  const taken = (received: readonly Received[]): string[] =>
    received
      .filter(({ status }) => status !== 500)
      .flatMap(({ body }) => (body as { alert_uuid: string }[]).map(({ alert_uuid: uuid }) => uuid));

  const allTaken = (uuids: readonly string[]): Promise<unknown> =>
    fixture.tool.waitFor((received) => new Set(taken(received)).size >= uuids.length, 60_000);

  it('sends several alerts in one request and confirms each one', async () => {
    const uuids = fixture.platform.raiseMany(3);
    await allTaken(uuids);
    assert.deepEqual([...taken(fixture.tool.received)].sort(), [...uuids].sort());
    assert.ok(fixture.tool.received.length < uuids.length, `${fixture.tool.received.length} requests`);
    for (const uuid of uuids) {
      const run = await api.runOf(uuid, 'succeeded');
      assert.equal(run.attempt, 1);
      // Of those that were sent by the turn of another one it is not known.
      assert.equal(run.nothingSent, undefined);
    }
    await fixture.comms.waitForStatus(
      nodeOf(fixture.flows, 'sekoia-alert-delivered').id,
      /^[123] confirmed$/,
    );
    const { lastDay, waiting } = await api.trigger(nodeOf(fixture.flows, 'sekoia-alert-created').id);
    assert.deepEqual([lastDay.succeeded, lastDay.failed, waiting], [3, 0, 0]);
  });

  it('collects more alerts than there are runs at a time', async () => {
    const uuids = fixture.platform.raiseMany(45);
    await allTaken(uuids);
    for (const uuid of uuids) assert.equal((await api.runOf(uuid, 'succeeded')).attempt, 1);
    const sizes = fixture.tool.received.map(({ body }) => (body as unknown[]).length);
    assert.equal(Math.max(...sizes), 20, `batches of ${sizes.join()}`);
  });

  it('sends a single alert after a while', async () => {
    const { uuid } = fixture.platform.raise();
    await api.runOf(uuid, 'succeeded');
    assert.deepEqual(taken(fixture.tool.received), [uuid]);
  });

  it('confirms no alert while the tool refuses the batch, and sends all of them again', async () => {
    const trigger = nodeOf(fixture.flows, 'sekoia-alert-created');
    fixture.flows = fixture.flows.map((node) =>
      node.id === trigger.id ? { ...node, runTimeoutSeconds: 10, retries: 20 } : node,
    );
    await deployAndGoLive(fixture);
    const refusing = fixture.tool.answer({ status: 500 });
    const uuids = fixture.platform.raiseMany(3);
    for (const uuid of uuids)
      await api.until(async () => {
        const [newest] = await api.runs(`alert=${uuid}&limit=1`);
        return newest !== undefined && newest.status !== 'running' ? newest : undefined;
      });
    for (const uuid of uuids)
      for (const { status } of await api.runs(`alert=${uuid}`)) assert.notEqual(status, 'succeeded');
    refusing.clear();
    await allTaken(uuids);
    for (const uuid of uuids) assert.ok((await api.runOf(uuid, 'succeeded')).attempt > 1);
  });
});
