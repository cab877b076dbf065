import assert from 'node:assert/strict';

import helper from 'node-red-node-test-helper';

import {
  GET_ALERT_DEFAULTS,
  type Message,
  getAlert,
  getAlertTester,
  node,
  sink,
  trigger,
  useNodeFixture,
} from './support';

function blocksOf(message: Message | undefined): Record<number, unknown> {
  return (message?.sekoia as { node: Record<number, unknown> }).node;
}

describe('sekoia-get-alert', () => {
  const fixture = useNodeFixture();
  const { answerTo, plain } = getAlertTester(fixture);

  describe('writes the alert', () => {
    it('to a property of the message, also a new nested one', async () => {
      await fixture.run(getAlert({ output: 'found.alerts[0].alert' }));
      const { uuid } = fixture.platform.raise();
      const { payload, found } = await answerTo({ payload: { alert_uuid: uuid } });
      assert.deepEqual(found, { alerts: [{ alert: plain(uuid) }] });
      assert.deepEqual(payload, { alert_uuid: uuid });
    });

    for (const store of ['flow', 'global'] as const)
      it(`to the ${store} context`, async () => {
        await fixture.run(getAlert({ output: 'found.alert', outputType: store }));
        const { uuid } = fixture.platform.raise();
        const { payload } = await answerTo({ payload: { alert_uuid: uuid } });
        assert.deepEqual(helper.getNode('get').context()[store].get('found'), { alert: plain(uuid) });
        assert.deepEqual(payload, { alert_uuid: uuid });
      });

    it('and keeps every other property of the message', async () => {
      await fixture.run(getAlert());
      const { uuid } = fixture.platform.raise();
      const res = { send: () => uuid };
      const sent = {
        _msgid: 'the same',
        topic: 'a topic',
        payload: { alert_uuid: uuid },
        parts: { id: 'p', index: 1, count: 2 },
        req: { headers: { a: '1' } },
        nothing: null,
        sekoia: { run: { id: 'run' }, alert: { uuid }, node: { 0: { alert_uuid: uuid } } },
      };
      const got = await answerTo({ ...structuredClone(sent), res });
      assert.deepEqual(
        { ...got, res: undefined },
        {
          ...sent,
          res: undefined,
          payload: plain(uuid),
          sekoia: { ...sent.sekoia, node: { 0: { alert_uuid: uuid }, 1: plain(uuid) } },
        },
      );
    });

    it('to the blocks of the message, under the next number', async () => {
      await fixture.run(getAlert());
      const { uuid } = fixture.platform.raise();
      const alert = plain(uuid);
      for (const [before, after] of [
        [undefined, { 0: alert }],
        [{}, { 0: alert }],
        [{ 0: 'trigger' }, { 0: 'trigger', 1: alert }],
        [
          { 0: 'trigger', 1: 'first', 7: 'later' },
          { 0: 'trigger', 1: 'first', 7: 'later', 8: alert },
        ],
      ] as const) {
        const sekoia = before === undefined ? {} : { sekoia: { node: { ...before } } };
        const got = await answerTo({ payload: { alert_uuid: uuid }, ...sekoia });
        assert.deepEqual(blocksOf(got), after);
      }
      // A msg.sekoia that somebody has put something else into.
      for (const sekoia of ['text', 7, null, [], { node: 'text' }, { node: [] }]) {
        const got = await answerTo({ payload: { alert_uuid: uuid }, sekoia });
        assert.deepEqual(blocksOf(got), { 0: alert });
      }
    });

    it('to a block that later changes of the payload do not reach', async () => {
      await fixture.run(getAlert());
      const { uuid } = fixture.platform.raise();
      const got = await answerTo({ payload: { alert_uuid: uuid } });
      (got.payload as { rule: { name: string } }).rule.name = 'changed';
      assert.deepEqual(blocksOf(got)[0], plain(uuid));
    });

    it('to two blocks for two nodes in a row', async () => {
      await fixture.run([
        node('sekoia-get-alert', 'get', { ...GET_ALERT_DEFAULTS }, 'again'),
        node(
          'sekoia-get-alert',
          'again',
          { ...GET_ALERT_DEFAULTS, alert: '{{ node.0.similar_to }}', alertType: 'str' },
          'out',
        ),
        sink('out'),
      ]);
      const [one, two] = [fixture.platform.raise().uuid, fixture.platform.raise().uuid];
      const got = await answerTo({
        payload: { alert_uuid: one },
        sekoia: { node: { 0: { similar_to: two } } },
      });
      assert.deepEqual(blocksOf(got), { 0: { similar_to: two }, 1: plain(one), 2: plain(two) });
    });

    it('to block 1 behind a trigger, whose alert is in block 0', async () => {
      const { platform, nodeRed } = fixture;
      const [created, alerts] = trigger();
      await fixture.run([{ ...created!, wires: [['get']] }, alerts!, ...getAlert()]);
      await nodeRed.status('trigger', 'live');
      const { uuid } = platform.raise();
      const [got] = await nodeRed.received('out', 1);
      assert.deepEqual(got?.payload, plain(uuid));
      assert.equal((blocksOf(got)[0] as { alert_uuid: string }).alert_uuid, uuid);
      assert.deepEqual(blocksOf(got)[1], plain(uuid));
    });
  });
});
