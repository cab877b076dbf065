import assert from 'node:assert/strict';

import type { FlowNode } from '../../scripts/node-red-process';
import {
  EXAMPLE_2,
  type World,
  deployAndGoLive,
  fillIn,
  nodeOf,
  receivedUuids,
  startWorld,
} from './support/world';
import { readExample } from './support/package';

const HOSTILE_RULE = 'He said "drop" \\ and\nleft </script> {{ payload.alert_uuid }} {% if x %} 🦊';

describe('the examples, end to end', () => {
  let world: World;

  before(async () => {
    world = await startWorld({ platform: { intakeKey: 'intake-key-1' } });
    await deployAndGoLive(world);
  });

  after(() => world.stop());

  it('sends every new alert to the external tool as the use case says', async () => {
    world.tool.clear();
    const alert = world.platform.raise({ rule: { name: HOSTILE_RULE, severity: 95 } });
    const [received] = await world.tool.waitFor(1, 30_000);
    assert.equal(received!.method, 'POST');
    assert.equal(received!.headers['content-type'], 'application/json');
    assert.equal(received!.headers['idempotency-key'], alert.uuid);
    assert.deepEqual(received!.body, {
      alert_short_id: alert.uuid,
      rule_name: HOSTILE_RULE,
      rule_severity: 95,
      description: 'This is a description',
    });
  });

  it('shows a success on the branch for success and a refusal on the branch for failure', async () => {
    const succeeded = nodeOf(world.flows, 'debug', 'Succeeded').id;
    const failed = nodeOf(world.flows, 'debug', 'Failed').id;
    const good = world.platform.raise();
    await world.comms.waitForStatus(succeeded, new RegExp(good.short_id));

    const refusing = world.tool.answer({ status: 500 });
    const bad = world.platform.raise();
    await world.comms.waitForStatus(failed, new RegExp(bad.short_id));
    refusing.clear();

    const unreachable = world.tool.answer({ reset: true });
    const lost = world.platform.raise();
    await world.comms.waitForStatus(failed, new RegExp(lost.short_id));
    unreachable.clear();
  });

  it('lets through only what the filters say', async () => {
    const flows = world.flows.map((node) =>
      node.type === 'sekoia-alert-created' ? { ...node, urgencyMin: 70, rules: ['Brute force*'] } : node,
    );
    await world.nodeRed.deploy(flows);
    await world.comms.waitForStatus(nodeOf(flows, 'sekoia-alert-created').id, /^live/);
    world.tool.clear();
    const unwanted = [
      world.platform.raise({ urgency: { current_value: 69 }, rule: { name: 'Brute force on SSH' } }),
      world.platform.raise({ urgency: { current_value: 90 }, rule: { name: 'Something else' } }),
    ];
    const wanted = world.platform.raise({
      urgency: { current_value: 70 },
      rule: { name: 'Brute force on SSH' },
    });
    // What passed other filters before, and was refused by the tool, is still being sent.
    await world.tool.waitFor(() => receivedUuids(world.tool).includes(wanted.uuid), 30_000);
    for (const { uuid } of unwanted) assert.ok(!receivedUuids(world.tool).includes(uuid));
  });

  it('sends a summary to a custom intake as one JSON string', async () => {
    const flows = fillIn(readExample(EXAMPLE_2) as FlowNode[], world.platform.url, world.platform.url).map(
      (node) => {
        if (node.type === 'http request') return { ...node, url: `${world.platform.url}/api/v1/intake-http` };
        if (node.name !== 'Event for the intake') return node;
        return { ...node, template: String(node.template).replace('YOUR_INTAKE_KEY', 'intake-key-1') };
      },
    );
    await world.nodeRed.deploy(flows);
    await world.comms.waitForStatus(nodeOf(flows, 'sekoia-alert-created').id, /^live/);
    const alert = world.platform.raise({ rule: { name: HOSTILE_RULE, severity: 40 } });
    await world.comms.waitForStatus(nodeOf(flows, 'debug', 'Succeeded').id, new RegExp(alert.short_id));
    const event = world.platform.events.find((one) => one.event.includes(alert.uuid));
    assert.equal(event!.intakeKey, 'intake-key-1');
    assert.deepEqual(JSON.parse(event!.event), {
      alert_short_id: alert.uuid,
      rule_name: HOSTILE_RULE,
      rule_severity: 40,
      description: 'An HTTP request was made from Node-RED',
    });
  });
});
