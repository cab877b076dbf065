import assert from 'node:assert/strict';
import { once } from 'node:events';

import {
  type UseCaseFixture,
  deployAndGoLive,
  nodeOf,
  receivedUuids,
  startUseCase,
} from './support/use-case-fixture';

describe('deploys', () => {
  let fixture: UseCaseFixture;
  let trigger: string;

  before(async () => {
    fixture = await startUseCase();
    trigger = nodeOf(fixture.flows, 'sekoia-alert-created').id;
  });

  after(() => fixture.stop());

  beforeEach(async () => {
    fixture.platform.faults.clear();
    await deployAndGoLive(fixture);
    fixture.tool.clear();
  });

  /** Changes the trigger and deploys only what changed. */
  async function deployTrigger(name: string): Promise<void> {
    const { flows } = await fixture.nodeRed.flows();
    fixture.comms.statuses.delete(trigger);
    await fixture.nodeRed.deploy(
      flows.map((node) => (node.id === trigger ? { ...node, name } : node)),
      'nodes',
    );
    await fixture.comms.waitForStatus(trigger, /^live/);
  }

  it('of the trigger alone leave one socket and one message for each alert', async () => {
    for (const name of ['first', 'second', 'third']) await deployTrigger(name);
    assert.equal(fixture.platform.live.open, 1);
    const { uuid } = fixture.platform.raise();
    const last = fixture.platform.raise();
    await fixture.tool.waitFor(
      (received) => received.some((one) => one.headers['idempotency-key'] === last.uuid),
      30_000,
    );
    assert.deepEqual(receivedUuids(fixture.tool).sort(), [uuid, last.uuid].sort());
  });

  it('that disable the tab close the socket', async () => {
    const { flows } = await fixture.nodeRed.flows();
    const closed = once(fixture.platform.live, 'close');
    await fixture.nodeRed.deploy(
      flows.map((node) => (node.type === 'tab' ? { ...node, disabled: true } : node)),
      'flows',
    );
    if (fixture.platform.live.open > 0) await closed;
    assert.equal(fixture.platform.live.open, 0);
  });

  it('do not wait for a platform that no longer answers', async () => {
    fixture.platform.faults.deafen();
    fixture.platform.faults.rest({ hang: true });
    fixture.platform.faults.live({ hangHandshake: true });
    fixture.platform.raise();
    await fixture.nodeRed.deploy(fixture.flows);
    await fixture.nodeRed.deploy(fixture.flows);
    assert.deepEqual(
      fixture.nodeRed.log.filter((line) => /timed out|Error stopping node/.test(line)),
      [],
    );
  });
});
