import assert from 'node:assert/strict';

import { ANY_ALERT } from '../../../lib/delivery/alert-filter';
import { LedgerError } from '../../../lib/storage/ledger-error';
import { startPlatform, type Platform } from '../../../simulator';
import { MemoryStorage } from './support/memory-storage';
import { TriggerRig } from './support/trigger-rig';
import { turns, until } from './support/turns';

describe('trigger: every new alert, once', () => {
  let platform: Platform;
  let rig: TriggerRig;

  beforeEach(async () => {
    platform = await startPlatform();
  });
  afterEach(async () => {
    await rig.stop();
    await platform.stop();
  });

  function assertSentOnce(uuids: string[]): void {
    assert.deepEqual([...rig.sent].sort(), [...uuids].sort());
  }

  it('remembers an alert by a time that will come to pass, whatever its notice says', async () => {
    rig = await TriggerRig.start(platform);
    await rig.become('live');
    const year = 365 * 24 * 3_600;
    const now = Math.floor(platform.now() / 1000);
    const { uuid } = platform.raise({}, { createdAt: now + year });
    await rig.sentCount(1);
    const { createdAt } = rig.ledger.entry(uuid)!;
    assert.ok(createdAt >= now - 60 && createdAt <= now + 3_600, String(createdAt - now));
  });

  it('tells of a cursor in the future, and sets it back', async () => {
    const storage = new MemoryStorage();
    rig = await TriggerRig.start(platform, storage);
    await rig.become('live');
    rig.ledger.advance(platform.now() / 1000 + 7_200);
    await rig.stop();
    const troubles: string[] = [];
    rig = await TriggerRig.start(platform, new MemoryStorage([...storage.content]), {
      onTrouble: (message) => troubles.push(message),
    });
    const { uuid } = platform.raise({}, { announce: false });
    platform.live.cut();
    await rig.sentCount(1);
    assert.deepEqual(rig.sent, [uuid]);
    assert.equal(troubles.length, 1);
    assert.match(troubles[0]!, /may be sent twice/);
  });

  it('sends what LiveAPI announces, and not again when the list is read', async () => {
    rig = await TriggerRig.start(platform);
    await rig.become('live');
    const uuids = [platform.raise().uuid, platform.raise().uuid];
    await rig.sentCount(2);
    platform.live.cut();
    await until(() => platform.live.accepted === 2);
    await rig.become('live');
    assertSentOnce(uuids);
    const { message } = rig.runs[0]!;
    assert.equal(message.topic, `alert:created:${message.payload.alert_uuid}`);
    assert.notEqual(rig.runs[1]!.message.topic, message.topic);
    assert.equal(message.sekoia.run.source, 'live');
    assert.equal(message.payload.alert_uuid, message.sekoia.alert.uuid);
  });

  it('sends what nobody announced', async () => {
    rig = await TriggerRig.start(platform);
    await rig.become('live');
    const { uuid } = platform.raise({}, { announce: false });
    platform.live.cut();
    await rig.sentCount(1);
    assertSentOnce([uuid]);
    assert.equal(rig.runs[0]!.message.sekoia.run.source, 'catch-up');
  });

  it('sends while the socket cannot be opened', async () => {
    platform.faults.live({ refuse: 503 });
    rig = await TriggerRig.start(platform);
    await rig.become('polling');
    await until(() => rig.ledger.cursor !== undefined);
    const { uuid } = platform.raise();
    await rig.sentCount(1);
    assertSentOnce([uuid]);
  });

  it('sends what came while it was off, and nothing twice', async () => {
    const storage = new MemoryStorage();
    rig = await TriggerRig.start(platform, storage);
    await rig.become('live');
    const first = platform.raise().uuid;
    await rig.sentCount(1);
    await rig.stop();
    assertSentOnce([first]);
    const missed = platform.raiseMany(250);
    rig = await TriggerRig.start(platform, storage);
    await rig.sentCount(250);
    await rig.become('live');
    assertSentOnce(missed);
    assert.equal(rig.trigger.status.delivered, 250);
  });

  it('reads what is announced before the platform shows it', async () => {
    rig = await TriggerRig.start(platform);
    await rig.become('live');
    const { uuid } = platform.raise({}, { visibleAfterMs: 30 });
    await rig.sentCount(1);
    assertSentOnce([uuid]);
  });

  it('filters what it read', async () => {
    rig = await TriggerRig.start(platform, undefined, { criteria: { ...ANY_ALERT, rules: ['wanted'] } });
    await rig.become('live');
    platform.raise({ rule: { name: 'other' } });
    const { uuid } = platform.raise({ rule: { name: 'wanted' } });
    await rig.sentCount(1);
    await until(() => rig.ledger.counts.filtered === 1);
    assertSentOnce([uuid]);
  });

  it('leaves a backlog on the platform until there is room', async () => {
    const now = platform.now() / 1000;
    const uuids = platform.raiseMany(1_500, {}, { createdAt: now - 3_000, everySeconds: 1 });
    const start = { startAgoSeconds: 3_600 };
    rig = await TriggerRig.start(platform, undefined, start);
    rig.succeeding = false;
    await until(() => rig.ledger.counts.queued >= 1_000);
    await turns(50);
    assert.ok(rig.ledger.size < 1_200, String(rig.ledger.size));
    assert.ok(rig.ledger.cursor! < now - 1_800);
    rig.succeeding = true;
    for (const run of rig.runs) run.end();
    await rig.sentCount(1_500);
    assert.deepEqual(rig.sent, uuids);
  }).timeout(20_000);

  it('gets over refusals and outages of the platform', async () => {
    rig = await TriggerRig.start(platform);
    await rig.become('live');
    const uuids: string[] = [];
    for (const status of [403, 401, 500, 429]) {
      const fault = platform.faults.rest({ status });
      uuids.push(platform.raise().uuid);
      if (status < 404) await rig.become('refused');
      else await until(() => rig.trigger.status.error !== undefined);
      fault.clear();
      await rig.sentCount(uuids.length);
      await until(() => rig.trigger.status.error === undefined);
    }
    assertSentOnce(uuids);
    assert.deepEqual(rig.dead, []);
  });

  it('reports an alert that was given up, with what is known of it', async () => {
    rig = await TriggerRig.start(platform, undefined, { retries: 0 });
    rig.succeeding = false;
    await rig.become('live');
    const { uuid } = platform.raise({ title: 'Suspicious login' });
    await rig.sentCount(1);
    rig.runs[0]!.end({ kind: 'failed', error: new Error('500') });
    await until(() => rig.dead.length === 1);
    assert.deepEqual(rig.dead, [[uuid, 'Suspicious login']]);
    assert.equal(rig.trigger.status.counts.dead, 1);
  });

  it('sends nothing while the ledger cannot write, and says so', async () => {
    rig = await TriggerRig.start(platform);
    await rig.become('live');
    const error = new LedgerError('unavailable', 'the disk is full');
    rig.trigger.ledgerChanged(error);
    const { uuid } = platform.raise();
    await until(() => rig.ledger.entry(uuid) !== undefined);
    await turns(50);
    assert.deepEqual(rig.sent, []);
    assert.equal(rig.statuses.at(-1)?.ledgerError, error);
    rig.trigger.ledgerChanged(undefined);
    await rig.sentCount(1);
    assert.equal(rig.statuses.at(-1)?.ledgerError, undefined);
  });
});

describe('trigger: stop', () => {
  let platform: Platform;
  let rig: TriggerRig;
  let storage: MemoryStorage;

  beforeEach(async () => {
    platform = await startPlatform();
    storage = new MemoryStorage();
  });
  afterEach(async () => {
    await rig.stop();
    await platform.stop();
  });

  it('gives runs a moment, abandons them, and the next start sends their alerts again', async () => {
    rig = await TriggerRig.start(platform, storage);
    rig.succeeding = false;
    await rig.become('live');
    const uuids = [platform.raise().uuid, platform.raise().uuid];
    await rig.sentCount(2);
    const stopped = rig.stop();
    rig.runs[0]!.end();
    await stopped;
    const unfinished = rig.sent[1]!;
    rig = await TriggerRig.start(platform, storage);
    await rig.become('live');
    assert.deepEqual(rig.sent, [unfinished]);
    assert.ok(uuids.includes(unfinished));
    assert.deepEqual(rig.runs[0]!.message.sekoia.run.attempt, 2);
    assert.deepEqual(rig.runs[0]!.message.sekoia.run.source, 'retry');
  });

  it('ends while reads hang, and writes down where it stands', async () => {
    rig = await TriggerRig.start(platform, storage);
    await rig.become('live');
    platform.faults.rest({ hang: true });
    const { uuid } = platform.raise();
    await until(() => rig.ledger.entry(uuid)?.state === 'running');
    await rig.stop();
    assert.equal(storage.closed, 1);
    assert.deepEqual(rig.sent, []);
    assert.ok(storage.content.some(([kind, about]) => kind === 'queued' && about === uuid));
  });

  it('ends although the ledger cannot write, at most once too', async () => {
    rig = await TriggerRig.start(platform, storage, { atMostOnce: true });
    await rig.become('live');
    storage.refusal = new LedgerError('unavailable', 'the disk is full');
    const { uuid } = platform.raise();
    await until(() => rig.trigger.status.ledgerError !== undefined);
    assert.ok(rig.ledger.entry(uuid));
    await rig.stop();
    assert.deepEqual(rig.sent, []);
    storage.refusal = undefined;
    rig = await TriggerRig.start(platform, storage, { atMostOnce: true });
    await rig.sentCount(1);
    assert.deepEqual(rig.sent, [uuid]);
  });

  it('reports and takes in nothing afterwards', async () => {
    rig = await TriggerRig.start(platform, storage);
    await rig.become('live');
    await rig.stop();
    const { statuses, ledger } = rig;
    const before = [statuses.length, ledger.size, storage.attempts];
    platform.raise();
    platform.live.cut();
    await turns(50);
    assert.deepEqual([statuses.length, ledger.size, storage.attempts], before);
  });
});
