import assert from 'node:assert/strict';

import { ANY_ALERT, type AlertCriteria } from '../../../lib/delivery/alert-filter';
import { startPlatform, type Platform } from '../../../simulator';
import { MemoryStorage } from './support/memory-storage';
import { TriggerRig } from './support/trigger-rig';
import { until } from './support/turns';

const ACKNOWLEDGED = { uuid: '8f206505-af6d-433e-93f4-775d46dc7d0f', name: 'Acknowledged' };
const PENDING_ONLY: { criteria: AlertCriteria } = { criteria: { ...ANY_ALERT, statuses: ['Pending'] } };

describe('trigger: filters judge an alert once', () => {
  let platform: Platform;
  let rig: TriggerRig;

  beforeEach(async () => {
    platform = await startPlatform();
  });
  afterEach(async () => {
    await rig.stop();
    await platform.stop();
  });

  function acknowledge(uuid: string): void {
    platform.update(uuid, { status: ACKNOWLEDGED });
  }

  it('sends an alert again that changed after its run failed', async () => {
    rig = await TriggerRig.start(platform, undefined, PENDING_ONLY);
    rig.succeeding = false;
    await rig.become('live');
    const { uuid } = platform.raise();
    await rig.sentCount(1);
    acknowledge(uuid);
    rig.runs[0]!.end({ status: 'failed', error: new Error('the tool is down') });
    await rig.sentCount(2);
    assert.deepEqual(rig.sent, [uuid, uuid]);
    assert.equal(rig.ledger.counts.filtered, 0);
  });

  it('does so after a restart, too', async () => {
    const storage = new MemoryStorage();
    rig = await TriggerRig.start(platform, storage, PENDING_ONLY);
    rig.succeeding = false;
    await rig.become('live');
    const { uuid } = platform.raise();
    await rig.sentCount(1);
    await rig.stop();
    acknowledge(uuid);
    rig = await TriggerRig.start(platform, storage, PENDING_ONLY);
    await rig.sentCount(1);
    assert.equal(rig.runs[0]!.message.sekoia.run.attempt, 2);
  });

  it('keeps sending a rerun whose first attempt fails, although the filters refuse it', async () => {
    rig = await TriggerRig.start(platform, undefined, PENDING_ONLY);
    await rig.become('live');
    const { uuid } = platform.raise({ status: ACKNOWLEDGED });
    await until(() => rig.ledger.counts.filtered === 1);
    rig.succeeding = false;
    rig.trigger.rerun(uuid);
    await rig.sentCount(1);
    rig.runs[0]!.end({ status: 'failed', error: new Error('the tool is down') });
    await rig.sentCount(2);
    assert.equal(rig.runs[1]!.message.sekoia.run.source, 'retry');
  });

  describe('by the state it was raised with', () => {
    /** What was raised, and changed, while the trigger was away. */
    async function away(change: () => string, filters = PENDING_ONLY): Promise<string> {
      const storage = new MemoryStorage();
      const options = { ...filters, startAgoSeconds: 3_600 };
      rig = await TriggerRig.start(platform, storage, options);
      await rig.become('live');
      await rig.stop();
      const uuid = change();
      rig = await TriggerRig.start(platform, storage, options);
      await rig.become('live');
      await until(() => rig.ledger.counts.delivered + rig.ledger.counts.filtered === 1);
      return uuid;
    }

    const longAgo = (): number => Math.floor(platform.now() / 1000) - 60;

    it('sends what was acknowledged while the trigger was away', async () => {
      const uuid = await away(() => {
        const alert = platform.raise({}, { createdAt: longAgo() });
        acknowledge(alert.uuid);
        return alert.uuid;
      });
      assert.deepEqual(rig.sent, [uuid]);
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
      assert.deepEqual(rig.sent, [uuid]);
    });

    it('also sends what passes in its present state only: one too many rather than one lost', async () => {
      const uuid = await away(
        () => {
          const alert = platform.raise({}, { createdAt: longAgo() });
          acknowledge(alert.uuid);
          return alert.uuid;
        },
        { criteria: { ...ANY_ALERT, statuses: ['Acknowledged'] } },
      );
      assert.deepEqual(rig.sent, [uuid]);
    });

    it('asks for the history only of what status or urgency would leave out', async () => {
      const asked = (): number => platform.requests.filter(({ query }) => query.history === 'true').length;
      rig = await TriggerRig.start(platform, undefined, {
        criteria: { ...ANY_ALERT, statuses: ['Pending'], rules: ['wanted'] },
      });
      await rig.become('live');
      platform.raise({ rule: { name: 'other' }, status: ACKNOWLEDGED });
      platform.raise({ rule: { name: 'wanted' } });
      await until(() => rig.ledger.counts.delivered + rig.ledger.counts.filtered === 2);
      assert.equal(asked(), 0);
    });
  });
});

describe('trigger: an alert that was announced and could not be read', () => {
  it('is sent once the list shows it, also after a deploy', async () => {
    const platform = await startPlatform();
    const storage = new MemoryStorage();
    const timing = { reconcileMs: 60_000, notFoundForMs: 1 };
    let rig = await TriggerRig.start(platform, storage, { timing });
    await rig.become('live');
    const { uuid } = platform.raise({}, { visibleAfterMs: 400 });
    await until(() => rig.dead.length === 1);
    await rig.stop();
    await new Promise((resolve) => setTimeout(resolve, 500));
    rig = await TriggerRig.start(platform, storage, { timing });
    await rig.sentCount(1);
    assert.deepEqual(rig.sent, [uuid]);
    await rig.stop();
    await platform.stop();
  });
});

describe('trigger: confirmation', () => {
  let platform: Platform;
  let rig: TriggerRig;

  beforeEach(async () => {
    platform = await startPlatform();
    rig = await TriggerRig.start(platform, undefined, { maxInFlight: 1 });
    rig.succeeding = false;
    await rig.become('live');
  });
  afterEach(async () => {
    await rig.stop();
    await platform.stop();
  });

  it('delivers the alert of a run under way, once', async () => {
    const { uuid } = platform.raise();
    await rig.sentCount(1);
    assert.equal(rig.trigger.confirm(uuid), true);
    await until(() => rig.ledger.counts.delivered === 1);
    assert.equal(rig.trigger.confirm(uuid), false);
    assert.equal(rig.trigger.status.delivered, 1);
  });

  it('is not taken for an alert that was never sent', async () => {
    const first = platform.raise();
    await rig.sentCount(1);
    const second = platform.raise();
    await until(() => rig.ledger.entry(second.uuid) !== undefined);
    assert.equal(rig.trigger.confirm(second.uuid), false);
    assert.equal(rig.trigger.confirm('nobody'), false);
    assert.equal(rig.trigger.confirm(first.uuid), true);
    await rig.sentCount(2);
  });

  it('is not waited for by a stop: the next start sends the alert again', async () => {
    platform.raise();
    await rig.sentCount(1);
    rig.runs[0]!.becomeIdle();
    await rig.trigger.stop();
    assert.deepEqual(await rig.runs[0]!.outcome, { status: 'abandoned' });
  });
});
