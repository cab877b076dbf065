import assert from 'node:assert/strict';

import helper from 'node-red-node-test-helper';

import { TriggerRegistry } from '../../lib/triggers/registry';
import type { FlowNode } from '../../scripts/node-red-process';
import { errorOf, node, outcomes, useNodeFixture } from './support';

const [A, B, C] = [
  '5a1b5d0c-0000-4000-8000-00000000000a',
  '5a1b5d0c-0000-4000-8000-00000000000b',
  '5a1b5d0c-0000-4000-8000-00000000000c',
];

/** The node `delivered`, and what becomes of its messages. */
function delivered(settings: Record<string, unknown> = {}): FlowNode[] {
  return [node('sekoia-alert-delivered', 'delivered', settings), ...outcomes('delivered')];
}

describe('sekoia-alert-delivered', () => {
  const fixture = useNodeFixture();
  const confirm = Object.getOwnPropertyDescriptor(TriggerRegistry.prototype, 'confirm')!;
  /** The alerts that a trigger waits for, and all that were confirmed so far. */
  let awaited: Set<string>;
  let confirmed: string[];

  beforeEach(() => {
    awaited = new Set([A, B, C]);
    confirmed = [];
    TriggerRegistry.prototype.confirm = (uuid) => {
      confirmed.push(uuid);
      return awaited.delete(uuid);
    };
  });
  afterEach(() => {
    Object.defineProperty(TriggerRegistry.prototype, 'confirm', confirm);
  });

  const shown = (id: string): { fill?: string; text?: string } => {
    const { fill, text } = fixture.nodeRed.statusesOf(id).at(-1)!;
    return { fill, text };
  };

  it('confirms the alert of the message, without a setting', async () => {
    const { nodeRed } = fixture;
    await fixture.run(delivered());
    nodeRed.send('delivered', { payload: { id: 'TICKET-1' }, sekoia: { alert: { uuid: A } } });
    const [message] = await nodeRed.received('completed', 1);
    assert.deepEqual(confirmed, [A]);
    assert.deepEqual(shown('delivered'), { fill: 'green', text: '1 confirmed' });
    assert.deepEqual(message!.payload, { id: 'TICKET-1' });
  });

  for (const [alertsType, alerts, message] of [
    ['msg', 'payload.uuids', { payload: { uuids: [A, B, C] } }],
    ['jsonata', 'payload.{"uuid": id}', { payload: [{ id: A }, { id: B }, { id: C }] }],
    ['env', 'DELIVERED_ALERTS', {}],
    ['str', '{{ payload.first }}, {{ node.0.other }}', texts()],
  ] as const)
    it(`confirms a list from ${alertsType}`, async () => {
      process.env.DELIVERED_ALERTS = `${A},${B}\n${C}`;
      const { nodeRed } = fixture;
      await fixture.run(delivered({ alerts, alertsType }));
      nodeRed.send('delivered', message);
      await nodeRed.completed('delivered', 1);
      delete process.env.DELIVERED_ALERTS;
      assert.deepEqual(confirmed, alertsType === 'str' ? [A, B] : [A, B, C]);
    });

  for (const alertsType of ['flow', 'global'] as const)
    it(`confirms a list from ${alertsType} context`, async () => {
      const { nodeRed } = fixture;
      await fixture.run(delivered({ alerts: 'batch', alertsType }));
      helper.getNode('delivered').context()[alertsType].set('batch', [A, B]);
      nodeRed.send('delivered', {});
      await nodeRed.completed('delivered', 1);
      assert.deepEqual(confirmed, [A, B]);
      assert.deepEqual(shown('delivered'), { fill: 'green', text: '2 confirmed' });
    });

  it('shows that nobody waits for an alert, without an error', async () => {
    const { nodeRed } = fixture;
    await fixture.run(delivered({ alerts: 'payload' }));
    awaited.delete(C);
    nodeRed.send('delivered', { payload: [A, B, C] });
    await nodeRed.received('completed', 1);
    assert.deepEqual(shown('delivered'), { fill: 'yellow', text: '2 confirmed, 1 not expected' });
    nodeRed.send('delivered', { payload: [A] });
    await nodeRed.received('completed', 2);
    assert.deepEqual(shown('delivered'), { fill: 'yellow', text: '1 not expected' });
    nodeRed.send('delivered', { payload: [] });
    await nodeRed.received('completed', 3);
    assert.deepEqual(shown('delivered'), { fill: 'yellow', text: '0 confirmed' });
    assert.deepEqual(nodeRed.messages('caught'), []);
  });

  it('passes what names no alert to a Catch node, once', async () => {
    const { nodeRed } = fixture;
    await fixture.run(delivered({ alerts: 'payload' }));
    nodeRed.send('delivered', { payload: { id: 5 } });
    const [caught] = await nodeRed.received('caught', 1);
    const { code, message } = errorOf(caught);
    assert.equal(code, 'SEKOIA_BAD_INPUT');
    assert.match(message, /"payload" names no alert: set "Alerts" to the UUID of an alert/);
    assert.deepEqual(shown('delivered'), { fill: 'red', text: 'SEKOIA_BAD_INPUT' });
    nodeRed.send('delivered', { payload: A });
    await nodeRed.received('completed', 1);
    assert.deepEqual(shown('delivered'), { fill: 'green', text: '1 confirmed' });
    assert.equal(nodeRed.completions.filter(({ id }) => id === 'delivered').length, 2);
    assert.equal(nodeRed.messages('caught').length, 1);
  });

  it('confirms the valid entries of a list and passes the others to a Catch node', async () => {
    const { nodeRed } = fixture;
    await fixture.run(delivered({ alerts: 'payload' }));
    nodeRed.send('delivered', { payload: [A, { error: 'refused' }, B] });
    const [caught] = await nodeRed.received('caught', 1);
    assert.match(errorOf(caught).message, /1 of the 3 entries of "payload" name no alert/);
    assert.deepEqual(confirmed, [A, B]);
  });

  for (const [what, settings] of [
    ['a message that lacks it', {}],
    ['an expression that cannot be read', { alerts: '$$$(', alertsType: 'jsonata' }],
    ['an expression that fails', { alerts: '$error("no")', alertsType: 'jsonata' }],
    ['a variable that is not there', { alerts: 'NO_SUCH_VARIABLE', alertsType: 'env' }],
    ['a store that is not there', { alerts: '#:(nowhere)::a', alertsType: 'flow' }],
    ['a text that is no template', { alerts: '{{ payload', alertsType: 'str' }],
    ['a placeholder without a value', { alerts: '{{ payload.uuid }}', alertsType: 'str' }],
  ] as const)
    it(`reports a typed error: ${what}`, async () => {
      const { nodeRed } = fixture;
      await fixture.run(delivered(settings));
      nodeRed.send('delivered', {});
      const [caught] = await nodeRed.received('caught', 1);
      assert.equal(errorOf(caught).code, 'SEKOIA_BAD_INPUT');
      assert.deepEqual(confirmed, []);
    });

  it('shows nothing once it is closed', async () => {
    const { nodeRed } = fixture;
    await fixture.run(delivered({ alerts: 'payload' }));
    nodeRed.send('delivered', { payload: A });
    await nodeRed.completed('delivered', 1);
    await fixture.end();
    assert.deepEqual(shown('delivered'), { fill: undefined, text: undefined });
  });
});

function texts(): object {
  return { payload: { first: A }, sekoia: { node: { 0: { other: B } } } };
}
