import assert from 'node:assert/strict';

import type { FlowNode } from '../../scripts/node-red-process';
import {
  EXAMPLE_2,
  type UseCaseFixture,
  deployAndGoLive,
  fillIn,
  nodeOf,
  receivedUuids,
  startUseCase,
} from './support/use-case-fixture';
import { readExample } from './support/package';

const HOSTILE_RULE = 'He said "drop" \\ and\nleft </script> {{ payload.alert_uuid }} {% if x %} 🦊';

describe('the examples', () => {
  let fixture: UseCaseFixture;

  before(async () => {
    fixture = await startUseCase({ platform: { intakeKey: 'intake-key-1' } });
    await deployAndGoLive(fixture);
  });

  after(() => fixture.stop());

  it('send every new alert to the external tool as the use case says', async () => {
    fixture.tool.clear();
    const alert = fixture.platform.raise({ rule: { name: HOSTILE_RULE, severity: 95 } });
    const [received] = await fixture.tool.waitFor(1, 30_000);
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

  it('show a success on the success branch and a refusal on the failure branch', async () => {
    const succeeded = nodeOf(fixture.flows, 'debug', 'Succeeded').id;
    const failed = nodeOf(fixture.flows, 'debug', 'Failed').id;
    const good = fixture.platform.raise();
    await fixture.comms.waitForStatus(succeeded, new RegExp(good.short_id));

    const refusing = fixture.tool.answer({ status: 500 });
    const bad = fixture.platform.raise();
    await fixture.comms.waitForStatus(failed, new RegExp(bad.short_id));
    refusing.clear();

    const unreachable = fixture.tool.answer({ reset: true });
    const lost = fixture.platform.raise();
    await fixture.comms.waitForStatus(failed, new RegExp(lost.short_id));
    unreachable.clear();
  });

  it('send only the alerts that pass the filters', async () => {
    const flows = fixture.flows.map((node) =>
      node.type === 'sekoia-alert-created' ? { ...node, urgencyMin: 70, rules: ['Brute force*'] } : node,
    );
    await fixture.nodeRed.deploy(flows);
    await fixture.comms.waitForStatus(nodeOf(flows, 'sekoia-alert-created').id, /^live/);
    fixture.tool.clear();
    const unwanted = [
      fixture.platform.raise({ urgency: { current_value: 69 }, rule: { name: 'Brute force on SSH' } }),
      fixture.platform.raise({ urgency: { current_value: 90 }, rule: { name: 'Something else' } }),
    ];
    const wanted = fixture.platform.raise({
      urgency: { current_value: 70 },
      rule: { name: 'Brute force on SSH' },
    });
    // What passed other filters before, and was refused by the tool, is still being sent.
    await fixture.tool.waitFor(() => receivedUuids(fixture.tool).includes(wanted.uuid), 30_000);
    for (const { uuid } of unwanted) assert.ok(!receivedUuids(fixture.tool).includes(uuid));
  });

  it('send a summary to a custom intake as one JSON string', async () => {
    const flows = fillIn(
      readExample(EXAMPLE_2) as FlowNode[],
      fixture.platform.url,
      fixture.platform.url,
    ).map((node) => {
      if (node.type === 'http request') return { ...node, url: `${fixture.platform.url}/api/v1/intake-http` };
      if (node.name !== 'Event for the intake') return node;
      return { ...node, template: String(node.template).replace('YOUR_INTAKE_KEY', 'intake-key-1') };
    });
    await fixture.nodeRed.deploy(flows);
    await fixture.comms.waitForStatus(nodeOf(flows, 'sekoia-alert-created').id, /^live/);
    const alert = fixture.platform.raise({ rule: { name: HOSTILE_RULE, severity: 40 } });
    await fixture.comms.waitForStatus(nodeOf(flows, 'debug', 'Succeeded').id, new RegExp(alert.short_id));
    const event = fixture.platform.events.find((one) => one.event.includes(alert.uuid));
    assert.equal(event!.intakeKey, 'intake-key-1');
    assert.deepEqual(JSON.parse(event!.event), {
      alert_short_id: alert.uuid,
      rule_name: HOSTILE_RULE,
      rule_severity: 40,
      description: 'An HTTP request was made from Node-RED',
    });
  });
});
