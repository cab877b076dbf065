import assert from 'node:assert/strict';

import helper from 'node-red-node-test-helper';

import { getAlert, getAlertTester, node, sink, useNodeFixture } from './support';

describe('sekoia-get-alert', () => {
  const fixture = useNodeFixture();
  const { answerTo, plain } = getAlertTester(fixture);

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
});
