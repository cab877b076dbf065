import assert from 'node:assert/strict';

import { errorOf, getAlert, getAlertTester, settled, useNodeFixture } from './support';

describe('sekoia-get-alert', () => {
  const fixture = useNodeFixture();
  const { answerTo } = getAlertTester(fixture);

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
