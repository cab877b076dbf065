import assert from 'node:assert/strict';

import type { Alert } from '../../simulator';
import { liveTrigger, runOf, trigger, useNodeFixture } from './support';

describe('sekoia-alert-created', () => {
  const fixture = useNodeFixture();
  const { live, emitted, assertEmitted } = liveTrigger(fixture);

  describe('the start', () => {
    /** Alerts that are there before the flow is, from the oldest to the newest. */
    function older(): Record<'days' | 'hours' | 'minutes', Alert> {
      const { platform } = fixture;
      const now = platform.now() / 1000;
      return {
        days: platform.raise({}, { createdAt: now - 48 * 3600 }),
        hours: platform.raise({}, { createdAt: now - 2 * 3600 }),
        minutes: platform.raise({}, { createdAt: now - 120 }),
      };
    }

    it('"now" skips existing alerts', async () => {
      older();
      await live({ startFrom: 'now', startAgoHours: 24 });
      await assertEmitted();
    });

    it('is "now" if a flow file does not say', async () => {
      older();
      await live();
      await assertEmitted();
    });

    it('"ago" includes the alerts of the last hours, oldest first', async () => {
      const { hours, minutes } = older();
      await live({ startFrom: 'ago', startAgoHours: 24 });
      await fixture.nodeRed.received('alerts', 2);
      assert.deepEqual(emitted(), [hours.uuid, minutes.uuid]);
      assert.deepEqual(
        fixture.nodeRed.messages('alerts').map((message) => runOf(message).source),
        ['catch-up', 'catch-up'],
      );
      await assertEmitted(hours.uuid, minutes.uuid);
    });

    it('"ago" reads a number that is written as text', async () => {
      const { minutes } = older();
      await live({ startFrom: 'ago', startAgoHours: '0.5' });
      await assertEmitted(minutes.uuid);
    });

    it('follows the clock of the platform, not that of this machine', async () => {
      const { platform } = fixture;
      platform.clockOffsetMs = -26 * 3600 * 1000;
      const { hours, minutes } = older();
      await live({ startFrom: 'ago', startAgoHours: 24 });
      await assertEmitted(hours.uuid, minutes.uuid);
    });

    it('misses nothing that is raised meanwhile', async () => {
      const { platform, nodeRed } = fixture;
      platform.faults.rest({ delayMs: 50, times: 1 });
      await fixture.run(trigger());
      const uuids = platform.raiseMany(3);
      await Promise.all(uuids.map((uuid) => nodeRed.alert('alerts', uuid)));
      await nodeRed.status('trigger', 'live');
      await assertEmitted(...uuids);
    });
  });
});
