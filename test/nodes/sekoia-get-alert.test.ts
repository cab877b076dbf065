import assert from 'node:assert/strict';

import helper from 'node-red-node-test-helper';

import type { FlowNode } from '../../scripts/node-red-process';
import { type Message, errorOf, node, outcomes, settled, sink, trigger, useNodeFixture } from './support';

const DEFAULTS = {
  config: 'sekoia',
  alert: 'payload.alert_uuid',
  alertType: 'msg',
  include: [],
  output: 'payload',
  outputType: 'msg',
};

/** The node `get`, what it sends to the sink `out`, and what becomes of its messages. */
function getAlert(settings: Record<string, unknown> = {}): FlowNode[] {
  return [
    node('sekoia-get-alert', 'get', { ...DEFAULTS, ...settings }, 'out'),
    sink('out'),
    ...outcomes('get'),
  ];
}

function blocksOf(message: Message | undefined): Record<number, unknown> {
  return (message?.sekoia as { node: Record<number, unknown> }).node;
}

describe('sekoia-get-alert', () => {
  const fixture = useNodeFixture();

  /** Sends a message and waits for what comes out. */
  async function answerTo(message: object): Promise<Message> {
    const { nodeRed } = fixture;
    const known = nodeRed.messages('out').length;
    nodeRed.send('get', message);
    return (await nodeRed.received('out', known + 1)).at(-1)!;
  }

  /** The alert as the API answers it when nothing more than the alert is asked for. */
  /** The alert as it is read without its parts. The platform leaves out what these three would be null for. */
  function plain(id: string): Record<string, unknown> {
    const parts = ['comments', 'history', 'countermeasures', 'cases'];
    const absentWhenNull = ['custom_status_uuid', 'verdict_uuid', 'assignee'];
    const known = Object.entries(fixture.platform.alerts.get(id)!).filter(
      ([field, value]) => !parts.includes(field) && !(value === null && absentWhenNull.includes(field)),
    );
    return { ...Object.fromEntries(known), stix: {} };
  }

  describe('reads the alert', () => {
    it('of a uuid in the message', async () => {
      await fixture.run(getAlert());
      const { uuid } = fixture.platform.raise();
      const { payload } = await answerTo({ payload: { alert_uuid: uuid } });
      assert.deepEqual(payload, plain(uuid));
    });

    it('of a trigger’s message, when a flow file does not say', async () => {
      await fixture.run([node('sekoia-get-alert', 'get', { config: 'sekoia' }, 'out'), sink('out')]);
      const { uuid } = fixture.platform.raise();
      const { payload } = await answerTo({ payload: { alert_uuid: uuid } });
      assert.deepEqual(payload, plain(uuid));
    });

    it('of a short id in the message', async () => {
      await fixture.run(getAlert({ alert: 'topic' }));
      const { uuid, short_id: shortId } = fixture.platform.raise();
      const { payload } = await answerTo({ topic: shortId });
      assert.deepEqual(payload, plain(uuid));
      assert.equal(fixture.platform.requests[0]?.path, `/v1/sic/alerts/${shortId}`);
    });

    it('of an id between spaces', async () => {
      await fixture.run(getAlert({ alert: 'topic' }));
      const { uuid } = fixture.platform.raise();
      const { payload } = await answerTo({ topic: `  ${uuid}\n` });
      assert.deepEqual(payload, plain(uuid));
    });

    it('of a text', async () => {
      const { uuid } = fixture.platform.raise();
      await fixture.run(getAlert({ alert: uuid, alertType: 'str' }));
      const { payload } = await answerTo({});
      assert.deepEqual(payload, plain(uuid));
    });

    for (const placeholder of [
      "{{ node.0['alert_uuid'] }}",
      '{{node.0.alert_uuid}}',
      '{{ sekoia.node.0.alert_uuid }}',
      '{{ payload.ids.0 }}',
    ])
      it(`of a text with a placeholder: ${placeholder}`, async () => {
        await fixture.run(getAlert({ alert: placeholder, alertType: 'str' }));
        const { uuid } = fixture.platform.raise();
        const { payload } = await answerTo({
          payload: { ids: [uuid] },
          sekoia: { node: { 0: { alert_uuid: uuid } } },
        });
        assert.deepEqual(payload, plain(uuid));
      });

    it('of a JSONata expression', async () => {
      await fixture.run(getAlert({ alert: "payload.alerts[urgency > 50].id & ''", alertType: 'jsonata' }));
      const { uuid } = fixture.platform.raise();
      const { payload } = await answerTo({
        payload: {
          alerts: [
            { id: 'no', urgency: 1 },
            { id: uuid, urgency: 60 },
          ],
        },
      });
      assert.deepEqual(payload, plain(uuid));
    });

    for (const store of ['flow', 'global'] as const)
      it(`of a value in the ${store} context`, async () => {
        await fixture.run(getAlert({ alert: 'chosen.alert', alertType: store }));
        const { uuid } = fixture.platform.raise();
        helper.getNode('get').context()[store].set('chosen', { alert: uuid });
        const { payload } = await answerTo({});
        assert.deepEqual(payload, plain(uuid));
      });

    it('of an environment variable of the tab', async () => {
      const { uuid } = fixture.platform.raise();
      process.env.SEKOIA_TEST_ALERT = uuid;
      try {
        await fixture.run(getAlert({ alert: 'SEKOIA_TEST_ALERT', alertType: 'env' }));
        const { payload } = await answerTo({});
        assert.deepEqual(payload, plain(uuid));
      } finally {
        delete process.env.SEKOIA_TEST_ALERT;
      }
    });
  });

  describe('the parts', () => {
    const PARTS = ['stix', 'comments', 'history', 'countermeasures', 'cases'];

    for (const include of [[], ['comments'], ['stix', 'cases'], PARTS])
      it(`are only those requested: ${include.length === 0 ? 'none' : include.join(', ')}`, async () => {
        await fixture.run(getAlert({ include }));
        const { uuid } = fixture.platform.raise();
        const { payload } = await answerTo({ payload: { alert_uuid: uuid } });
        assert.deepEqual(
          fixture.platform.requests.map(({ query }) => query),
          [
            {
              ...Object.fromEntries(PARTS.map((part) => [part, String(include.includes(part))])),
              custom_status: 'true',
            },
          ],
        );
        const { stix, ...others } = payload as Record<string, unknown>;
        assert.deepEqual(
          PARTS.filter((part) => part in others),
          include.filter((part) => part !== 'stix').sort((a, b) => PARTS.indexOf(a) - PARTS.indexOf(b)),
        );
        assert.equal(Object.keys(stix as object).length > 0, include.includes('stix'));
      });

    it('leave out what the alert lacks, and contain an empty list for a missing one', async () => {
      for (const include of [['secrets', 'comments ', 7], undefined, null, '']) {
        await fixture.run(getAlert({ include }));
        const { uuid } = fixture.platform.raise();
        await answerTo({ payload: { alert_uuid: uuid } });
        const { query } = fixture.platform.requests.at(-1)!;
        assert.deepEqual(Object.keys(query).sort(), [...PARTS, 'custom_status'].sort());
        assert.equal(query.comments, String(Array.isArray(include)));
        await fixture.end();
      }
    });
  });

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
        node('sekoia-get-alert', 'get', { ...DEFAULTS }, 'again'),
        node(
          'sekoia-get-alert',
          'again',
          { ...DEFAULTS, alert: '{{ node.0.similar_to }}', alertType: 'str' },
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

  describe('several messages', () => {
    it('sent at once each get their own alert', async () => {
      const { platform, nodeRed } = fixture;
      await fixture.run(getAlert());
      const uuids = platform.raiseMany(40);
      uuids.forEach((uuid, number) => nodeRed.send('get', { number, payload: { alert_uuid: uuid } }));
      const got = await nodeRed.received('out', 40);
      for (const { number, payload } of got)
        assert.equal((payload as { uuid: string }).uuid, uuids[number as number]);
      assert.equal(new Set(got.map(({ number }) => number)).size, 40);
    });

    it('do not wait for a slower one', async () => {
      const { platform, nodeRed } = fixture;
      await fixture.run(getAlert());
      const [slow, quick] = platform.raiseMany(2);
      const fault = platform.faults.rest({ path: `/v1/sic/alerts/${slow}`, hang: true });
      nodeRed.send('get', { payload: { alert_uuid: slow } });
      await settled(platform, 'request', () => fault.hits > 0 || undefined);
      assert.equal(
        ((await answerTo({ payload: { alert_uuid: quick } })).payload as { uuid: string }).uuid,
        quick,
      );
    });
  });

  describe('the status', () => {
    it('is the code of an error until a message gets through', async () => {
      const { platform, nodeRed } = fixture;
      await fixture.run(getAlert());
      nodeRed.send('get', { payload: { alert_uuid: 'AL-not-there' } });
      await nodeRed.received('caught', 1);
      assert.deepEqual(nodeRed.statusesOf('get'), [
        { id: 'get', fill: 'red', shape: 'ring', text: 'SEKOIA_NOT_FOUND' },
      ]);
      await answerTo({ payload: { alert_uuid: platform.raise().uuid } });
      assert.deepEqual(nodeRed.statusesOf('get').slice(1), [{ id: 'get' }]);
    });

    it('is cleared when the node is closed, and stays so', async () => {
      const { platform, nodeRed } = fixture;
      await fixture.run(getAlert());
      const fault = platform.faults.rest({ hang: true });
      nodeRed.send('get', { payload: { alert_uuid: 'AL1' } });
      await settled(platform, 'request', () => fault.hits > 0 || undefined);
      await fixture.redeploy(getAlert({ name: 'Another' }), 'nodes');
      // The first node's message has failed by now; the second one has dealt with nothing.
      await nodeRed.received('caught', 1);
      assert.deepEqual(nodeRed.statusesOf('get').at(-1), { id: 'get' });
    });
  });

  describe('closing during a request', () => {
    it('calls done at once, sends nothing and informs the remaining Catch nodes', async () => {
      const { platform, nodeRed } = fixture;
      fixture.forbidWaits();
      await fixture.run(getAlert());
      const fault = platform.faults.rest({ hang: true });
      nodeRed.send('get', { payload: { alert_uuid: 'AL1' } });
      await settled(platform, 'request', () => fault.hits > 0 || undefined);
      await fixture.redeploy(getAlert({ name: 'Another' }), 'nodes');
      const [caught] = await nodeRed.received('caught', 1);
      assert.equal(errorOf(caught).code, 'SEKOIA_UNAVAILABLE');
      assert.match(errorOf(caught).message, /stopped or was redeployed/);

      fault.clear();
      const got = await answerTo({ payload: { alert_uuid: platform.raise().uuid } });
      assert.deepEqual(nodeRed.messages('out'), [got]);
      assert.equal(nodeRed.messages('caught').length, 1);
    });

    it('ends the request when the configuration is closed', async () => {
      const { platform, nodeRed } = fixture;
      fixture.forbidWaits();
      await fixture.run(getAlert());
      const fault = platform.faults.rest({ hang: true });
      nodeRed.send('get', { payload: { alert_uuid: 'AL1' } });
      await settled(platform, 'request', () => fault.hits > 0 || undefined);
      await fixture.end();
      assert.deepEqual(nodeRed.messages('out'), []);
      assert.equal(nodeRed.completions.filter(({ id }) => id === 'get').length, 1);
    });

    it('ends the wait for the next attempt', async () => {
      const { platform, nodeRed } = fixture;
      fixture.forbidWaits();
      await fixture.run(getAlert());
      const fault = platform.faults.rest({ status: 503, retryAfter: 30 });
      nodeRed.send('get', { payload: { alert_uuid: 'AL1' } });
      await settled(platform, 'request', () => fault.hits > 0 || undefined);
      await fixture.end();
      assert.equal(fault.hits, 1);
    });
  });
});
