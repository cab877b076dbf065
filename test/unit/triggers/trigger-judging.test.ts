import assert from 'node:assert/strict';

import { ANY_ALERT, type AlertCriteria } from '../../../lib/delivery/alert-filter';
import { startPlatform, type Platform } from '../../../simulator';
import { MemoryStorage } from '../support/memory-storage';
import { TriggerFixture } from './support/trigger-fixture';
import { until } from '../support/turns';

const ACKNOWLEDGED = { uuid: '8f206505-af6d-433e-93f4-775d46dc7d0f', name: 'Acknowledged' };
const PENDING_ONLY: { criteria: AlertCriteria } = { criteria: { ...ANY_ALERT, statuses: ['Pending'] } };

describe('a trigger that applies its filters once', () => {
  let platform: Platform;
  let fixture: TriggerFixture;

  beforeEach(async () => {
    platform = await startPlatform();
  });
  afterEach(async () => {
    await fixture.stop();
    await platform.stop();
  });

  function acknowledge(uuid: string): void {
    platform.update(uuid, { status: ACKNOWLEDGED });
  }

  it('retries an alert that changed after its run failed', async () => {
    fixture = await TriggerFixture.start(platform, undefined, PENDING_ONLY);
    fixture.succeeding = false;
    await fixture.become('live');
    const { uuid } = platform.raise();
    await fixture.sentCount(1);
    acknowledge(uuid);
    fixture.runs[0]!.end({ status: 'failed', error: new Error('the tool is down') });
    await fixture.sentCount(2);
    assert.deepEqual(fixture.sent, [uuid, uuid]);
    assert.equal(fixture.ledger.counts.filtered, 0);
  });

  it('retries it after a restart, too', async () => {
    const storage = new MemoryStorage();
    fixture = await TriggerFixture.start(platform, storage, PENDING_ONLY);
    fixture.succeeding = false;
    await fixture.become('live');
    const { uuid } = platform.raise();
    await fixture.sentCount(1);
    await fixture.stop();
    acknowledge(uuid);
    fixture = await TriggerFixture.start(platform, storage, PENDING_ONLY);
    await fixture.sentCount(1);
    assert.equal(fixture.runs[0]!.message.sekoia.run.attempt, 2);
  });

  it('retries a rerun though the filters reject it', async () => {
    fixture = await TriggerFixture.start(platform, undefined, PENDING_ONLY);
    await fixture.become('live');
    const { uuid } = platform.raise({ status: ACKNOWLEDGED });
    await until(() => fixture.ledger.counts.filtered === 1);
    fixture.succeeding = false;
    fixture.trigger.rerun(uuid);
    await fixture.sentCount(1);
    fixture.runs[0]!.end({ status: 'failed', error: new Error('the tool is down') });
    await fixture.sentCount(2);
    assert.equal(fixture.runs[1]!.message.sekoia.run.source, 'retry');
  });

  describe('to the state in which the alert was raised', () => {
    /** What was raised, and changed, while the trigger was away. */
    async function away(change: () => string, filters = PENDING_ONLY): Promise<string> {
      const storage = new MemoryStorage();
      const options = { ...filters, startAgoSeconds: 3_600 };
      fixture = await TriggerFixture.start(platform, storage, options);
      await fixture.become('live');
      await fixture.stop();
      const uuid = change();
      fixture = await TriggerFixture.start(platform, storage, options);
      await fixture.become('live');
      await until(() => fixture.ledger.counts.delivered + fixture.ledger.counts.filtered === 1);
      return uuid;
    }

    const longAgo = (): number => Math.floor(platform.now() / 1000) - 60;

    it('sends what was acknowledged while the trigger was away', async () => {
      const uuid = await away(() => {
        const alert = platform.raise({}, { createdAt: longAgo() });
        acknowledge(alert.uuid);
        return alert.uuid;
      });
      assert.deepEqual(fixture.sent, [uuid]);
    });

    it('sends what was urgent when it was raised', async () => {
      const uuid = await away(
        () => {
          const alert = platform.raise({ urgency: { current_value: 80 } }, { createdAt: longAgo() });
          platform.update(alert.uuid, { urgency: { current_value: 10 } });
          return alert.uuid;
        },
        { criteria: { ...ANY_ALERT, urgencyMin: 70 } },
      );
      assert.deepEqual(fixture.sent, [uuid]);
    });

    it('also sends what passes only in its present state', async () => {
      const uuid = await away(
        () => {
          const alert = platform.raise({}, { createdAt: longAgo() });
          acknowledge(alert.uuid);
          return alert.uuid;
        },
        { criteria: { ...ANY_ALERT, statuses: ['Acknowledged'] } },
      );
      assert.deepEqual(fixture.sent, [uuid]);
    });

    it('reads the history only if status or urgency would reject the alert', async () => {
      const asked = (): number => platform.requests.filter(({ query }) => query.history === 'true').length;
      fixture = await TriggerFixture.start(platform, undefined, {
        criteria: { ...ANY_ALERT, statuses: ['Pending'], rules: ['wanted'] },
      });
      await fixture.become('live');
      platform.raise({ rule: { name: 'other' }, status: ACKNOWLEDGED });
      platform.raise({ rule: { name: 'wanted' } });
      await until(() => fixture.ledger.counts.delivered + fixture.ledger.counts.filtered === 2);
      assert.equal(asked(), 0);
    });
  });
});

describe('an announced alert that cannot be read yet', () => {
  it('is sent once the list contains it, also after a deploy', async () => {
    const platform = await startPlatform();
    const storage = new MemoryStorage();
    const timing = { reconcileMs: 60_000, notFoundForMs: 1 };
    let fixture = await TriggerFixture.start(platform, storage, { timing });
    await fixture.become('live');
    const { uuid } = platform.raise({}, { visibleAfterMs: 400 });
    await until(() => fixture.dead.length === 1);
    await fixture.stop();
    await new Promise((resolve) => setTimeout(resolve, 500));
    fixture = await TriggerFixture.start(platform, storage, { timing });
    await fixture.sentCount(1);
    assert.deepEqual(fixture.sent, [uuid]);
    await fixture.stop();
    await platform.stop();
  });
});

describe('a confirmation', () => {
  let platform: Platform;
  let fixture: TriggerFixture;

  beforeEach(async () => {
    platform = await startPlatform();
    fixture = await TriggerFixture.start(platform, undefined, { maxInFlight: 1 });
    fixture.succeeding = false;
    await fixture.become('live');
  });
  afterEach(async () => {
    await fixture.stop();
    await platform.stop();
  });

  it('delivers the alert of a run in flight, once', async () => {
    const { uuid } = platform.raise();
    await fixture.sentCount(1);
    assert.equal(fixture.trigger.confirm(uuid), true);
    await until(() => fixture.ledger.counts.delivered === 1);
    assert.equal(fixture.trigger.confirm(uuid), false);
    assert.equal(fixture.trigger.status.delivered, 1);
  });

  it('is rejected for an alert that was never sent', async () => {
    const first = platform.raise();
    await fixture.sentCount(1);
    const second = platform.raise();
    await until(() => fixture.ledger.entry(second.uuid) !== undefined);
    assert.equal(fixture.trigger.confirm(second.uuid), false);
    assert.equal(fixture.trigger.confirm('nobody'), false);
    assert.equal(fixture.trigger.confirm(first.uuid), true);
    await fixture.sentCount(2);
  });

  it('does not delay a stop, and the next start sends the alert again', async () => {
    platform.raise();
    await fixture.sentCount(1);
    fixture.runs[0]!.becomeIdle();
    await fixture.trigger.stop();
    assert.deepEqual(await fixture.runs[0]!.outcome, { status: 'abandoned' });
  });
});
