import assert from 'node:assert/strict';

import { alertOf, errorOf, liveTrigger, notice, useNodeFixture } from './support';

describe('sekoia-alert-created', () => {
  const fixture = useNodeFixture();
  const { live, assertEmitted } = liveTrigger(fixture);

  describe('an alert that cannot be delivered', () => {
    it('does not stop the others when it is not found', async () => {
      const { platform, nodeRed } = fixture;
      await live();
      const missing = platform.raise();
      platform.remove(missing.uuid);
      const others = platform.raiseMany(30);
      await nodeRed.received('alerts', 30);
      await assertEmitted(...others);
    });

    it('is reported to Catch nodes once, when it is not found for half a minute', async () => {
      const { platform, nodeRed } = fixture;
      fixture.scaleTime(0.02);
      await live();
      const missing = platform.raise();
      platform.remove(missing.uuid);
      const [caught] = await nodeRed.received('caught', 1);
      assert.equal(errorOf(caught).code, 'SEKOIA_NOT_FOUND');
      assert.equal(alertOf(caught), missing.uuid);
      await assertEmitted();
      assert.equal(nodeRed.messages('caught').length, 1);
    });

    it('does not stop the others when it breaks the JSON of each answer, and is reported once', async () => {
      const { platform, nodeRed } = fixture;
      fixture.scaleTime(0.02);
      await live({ reconcileMinutes: 0.5 });
      const { uuid } = platform.raise({}, { announce: false });
      platform.faults.rest({ path: `/v1/sic/alerts/${uuid}`, brokenJson: true });
      const broken = platform.faults.rest({ path: '/v1/sic/alerts', brokenJson: true });
      platform.live.send(notice(uuid));
      const others = platform.raiseMany(30);
      await nodeRed.received('alerts', 30);
      // It is given up once the platform is known to answer otherwise, as it does to the next catch-up read.
      broken.clear();
      const [caught] = await nodeRed.received('caught', 1);
      assert.equal(errorOf(caught).code, 'SEKOIA_BAD_RESPONSE');
      assert.equal(alertOf(caught), uuid);
      await assertEmitted(...others);
      assert.equal(nodeRed.messages('caught').length, 1);
    });

    it('is reported with its code, its uuid and what went wrong', async () => {
      const { platform, nodeRed } = fixture;
      await live();
      const { uuid } = platform.raise({}, { announce: false });
      platform.faults.rest({
        path: `/v1/sic/alerts/${uuid}`,
        status: 422,
        body: { message: 'No such thing' },
      });
      platform.live.send(notice(uuid));
      const [caught] = await nodeRed.received('caught', 1);
      const { code, message, source } = errorOf(caught);
      assert.equal(code, 'SEKOIA_BAD_INPUT');
      assert.match(message, new RegExp(`Could not read the alert ${uuid}.*No such thing`));
      assert.equal(source.id, 'trigger');
      assert.equal(alertOf(caught), uuid);
      assert.equal(caught?.topic, `alert:created:${uuid}`);
      assert.ok(!('payload' in caught), 'nothing is known of it');
      await assertEmitted();
    });

    it('waits while the platform is unavailable', async () => {
      const { platform, nodeRed } = fixture;
      fixture.scaleTime(0.02);
      await live();
      const fault = platform.faults.rest({
        path: /^\/v1\/sic\/alerts\//,
        status: 503,
        retryAfter: 0,
        times: 6,
      });
      const { uuid } = platform.raise();
      await nodeRed.alert('alerts', uuid);
      assert.equal(fault.hits, 6);
      assert.deepEqual(nodeRed.messages('caught'), []);
    });
  });
});
