import assert from 'node:assert/strict';

import { ANY_ALERT } from '../../../lib/delivery/alert-filter';
import { LedgerError } from '../../../lib/storage/ledger-error';
import { startPlatform, type Platform } from '../../../simulator';
import { MemoryStorage } from '../support/memory-storage';
import { TriggerFixture } from './support/trigger-fixture';
import { turns, until } from '../support/turns';

describe('a trigger', () => {
  let platform: Platform;
  let fixture: TriggerFixture;

  beforeEach(async () => {
    platform = await startPlatform();
  });
  afterEach(async () => {
    await fixture.stop();
    await platform.stop();
  });

  function assertSentOnce(uuids: string[]): void {
    assert.deepEqual([...fixture.sent].sort(), [...uuids].sort());
  }

  it('stores no time in the future, whatever the notice says', async () => {
    fixture = await TriggerFixture.start(platform);
    await fixture.become('live');
    const year = 365 * 24 * 3_600;
    const now = Math.floor(platform.now() / 1000);
    const { uuid } = platform.raise({}, { createdAt: now + year });
    await fixture.sentCount(1);
    const { createdAt } = fixture.ledger.entry(uuid)!;
    assert.ok(createdAt >= now - 60 && createdAt <= now + 3_600, String(createdAt - now));
  });

  it('reports a cursor in the future and sets it back', async () => {
    const storage = new MemoryStorage();
    fixture = await TriggerFixture.start(platform, storage);
    await fixture.become('live');
    fixture.ledger.advance(platform.now() / 1000 + 7_200);
    await fixture.stop();
    fixture = await TriggerFixture.start(platform, new MemoryStorage([...storage.content]));
    const { troubles } = fixture;
    const { uuid } = platform.raise({}, { announce: false });
    platform.live.cut();
    await fixture.sentCount(1);
    assert.deepEqual(fixture.sent, [uuid]);
    assert.equal(troubles.length, 1);
    assert.match(troubles[0]!, /may be sent twice/);
  });

  it('sends what LiveAPI announces, and not again when it reads the list', async () => {
    fixture = await TriggerFixture.start(platform);
    await fixture.become('live');
    const uuids = [platform.raise().uuid, platform.raise().uuid];
    await fixture.sentCount(2);
    platform.live.cut();
    await until(() => platform.live.accepted === 2);
    await fixture.become('live');
    assertSentOnce(uuids);
    const { message } = fixture.runs[0]!;
    assert.equal(message.topic, `alert:created:${message.payload.alert_uuid}`);
    assert.notEqual(fixture.runs[1]!.message.topic, message.topic);
    assert.equal(message.sekoia.run.source, 'live');
    assert.equal(message.payload.alert_uuid, message.sekoia.alert.uuid);
  });

  it('sends what was not announced', async () => {
    fixture = await TriggerFixture.start(platform);
    await fixture.become('live');
    const { uuid } = platform.raise({}, { announce: false });
    platform.live.cut();
    await fixture.sentCount(1);
    assertSentOnce([uuid]);
    assert.equal(fixture.runs[0]!.message.sekoia.run.source, 'catch-up');
  });

  it('sends while the socket cannot be opened', async () => {
    platform.faults.live({ refuse: 503 });
    fixture = await TriggerFixture.start(platform);
    await fixture.become('polling');
    await until(() => fixture.ledger.cursor !== undefined);
    const { uuid } = platform.raise();
    await fixture.sentCount(1);
    assertSentOnce([uuid]);
  });

  it('sends what came while it was off, once', async () => {
    const storage = new MemoryStorage();
    fixture = await TriggerFixture.start(platform, storage);
    await fixture.become('live');
    const first = platform.raise().uuid;
    await fixture.sentCount(1);
    await fixture.stop();
    assertSentOnce([first]);
    const missed = platform.raiseMany(250);
    fixture = await TriggerFixture.start(platform, storage);
    await fixture.sentCount(250);
    await fixture.become('live');
    assertSentOnce(missed);
    assert.equal(fixture.trigger.status.delivered, 250);
  });

  it('sends what is announced before the platform shows it', async () => {
    fixture = await TriggerFixture.start(platform);
    await fixture.become('live');
    const { uuid } = platform.raise({}, { visibleAfterMs: 30 });
    await fixture.sentCount(1);
    assertSentOnce([uuid]);
  });

  it('applies its filters to what it reads', async () => {
    fixture = await TriggerFixture.start(platform, undefined, {
      criteria: { ...ANY_ALERT, rules: ['wanted'] },
    });
    await fixture.become('live');
    platform.raise({ rule: { name: 'other' } });
    const { uuid } = platform.raise({ rule: { name: 'wanted' } });
    await fixture.sentCount(1);
    await until(() => fixture.ledger.counts.filtered === 1);
    assertSentOnce([uuid]);
  });

  it('leaves a backlog on the platform until it has capacity', async () => {
    const now = platform.now() / 1000;
    const uuids = platform.raiseMany(1_500, {}, { createdAt: now - 3_000, everySeconds: 1 });
    const start = { startAgoSeconds: 3_600 };
    fixture = await TriggerFixture.start(platform, undefined, start);
    fixture.succeeding = false;
    await until(() => fixture.ledger.counts.queued >= 1_000);
    await turns(50);
    assert.ok(fixture.ledger.size < 1_200, String(fixture.ledger.size));
    assert.ok(fixture.ledger.cursor! < now - 1_800);
    fixture.succeeding = true;
    for (const run of fixture.runs) run.end();
    await fixture.sentCount(1_500);
    assert.deepEqual(fixture.sent, uuids);
  }).timeout(20_000);

  it('recovers from refusals and outages of the platform', async () => {
    fixture = await TriggerFixture.start(platform);
    await fixture.become('live');
    const uuids: string[] = [];
    for (const status of [403, 401, 500, 429]) {
      const fault = platform.faults.rest({ status });
      uuids.push(platform.raise().uuid);
      if (status < 404) await fixture.become('refused');
      else await until(() => fixture.trigger.status.error !== undefined);
      fault.clear();
      await fixture.sentCount(uuids.length);
      await until(() => fixture.trigger.status.error === undefined);
    }
    assertSentOnce(uuids);
    assert.deepEqual(fixture.dead, []);
  });

  it('reports a dead letter with its details', async () => {
    fixture = await TriggerFixture.start(platform, undefined, { retries: 0 });
    fixture.succeeding = false;
    await fixture.become('live');
    const { uuid } = platform.raise({ title: 'Suspicious login' });
    await fixture.sentCount(1);
    fixture.runs[0]!.end({ status: 'failed', error: new Error('500') });
    await until(() => fixture.dead.length === 1);
    assert.deepEqual(fixture.dead, [[uuid, 'Suspicious login']]);
    assert.equal(fixture.trigger.status.counts.dead, 1);
  });

  it('sends nothing while the ledger cannot write, and reports that', async () => {
    fixture = await TriggerFixture.start(platform);
    await fixture.become('live');
    const error = new LedgerError('unavailable', 'the disk is full');
    fixture.trigger.ledgerChanged(error);
    const { uuid } = platform.raise();
    await until(() => fixture.ledger.entry(uuid) !== undefined);
    await turns(50);
    assert.deepEqual(fixture.sent, []);
    assert.equal(fixture.statuses.at(-1)?.ledgerError, error);
    fixture.trigger.ledgerChanged(undefined);
    await fixture.sentCount(1);
    assert.equal(fixture.statuses.at(-1)?.ledgerError, undefined);
  });
});

describe('a trigger that stops', () => {
  let platform: Platform;
  let fixture: TriggerFixture;
  let storage: MemoryStorage;

  beforeEach(async () => {
    platform = await startPlatform();
    storage = new MemoryStorage();
  });
  afterEach(async () => {
    await fixture.stop();
    await platform.stop();
  });

  it('waits briefly for its runs, and the next start sends the abandoned ones again', async () => {
    fixture = await TriggerFixture.start(platform, storage);
    fixture.succeeding = false;
    await fixture.become('live');
    const uuids = [platform.raise().uuid, platform.raise().uuid];
    await fixture.sentCount(2);
    const stopped = fixture.stop();
    fixture.runs[0]!.end();
    await stopped;
    const unfinished = fixture.sent[1]!;
    fixture = await TriggerFixture.start(platform, storage);
    await fixture.become('live');
    assert.deepEqual(fixture.sent, [unfinished]);
    assert.ok(uuids.includes(unfinished));
    assert.deepEqual(fixture.runs[0]!.message.sekoia.run.attempt, 2);
    assert.deepEqual(fixture.runs[0]!.message.sekoia.run.source, 'retry');
  });

  it('stops while reads hang, and commits its cursor', async () => {
    fixture = await TriggerFixture.start(platform, storage);
    await fixture.become('live');
    platform.faults.rest({ hang: true });
    const { uuid } = platform.raise();
    await until(() => fixture.ledger.entry(uuid)?.state === 'running');
    await fixture.stop();
    assert.equal(storage.closed, 1);
    assert.deepEqual(fixture.sent, []);
    assert.ok(storage.content.some(([kind, about]) => kind === 'queued' && about === uuid));
  });

  it('stops though the ledger cannot write, also at most once', async () => {
    fixture = await TriggerFixture.start(platform, storage, { atMostOnce: true });
    await fixture.become('live');
    storage.refusal = new LedgerError('unavailable', 'the disk is full');
    const { uuid } = platform.raise();
    await until(() => fixture.trigger.status.ledgerError !== undefined);
    assert.ok(fixture.ledger.entry(uuid));
    await fixture.stop();
    assert.deepEqual(fixture.sent, []);
    storage.refusal = undefined;
    fixture = await TriggerFixture.start(platform, storage, { atMostOnce: true });
    await fixture.sentCount(1);
    assert.deepEqual(fixture.sent, [uuid]);
  });

  it('reports and accepts nothing afterwards', async () => {
    fixture = await TriggerFixture.start(platform, storage);
    await fixture.become('live');
    await fixture.stop();
    const { statuses, ledger } = fixture;
    const before = [statuses.length, ledger.size, storage.attempts];
    platform.raise();
    platform.live.cut();
    await turns(50);
    assert.deepEqual([statuses.length, ledger.size, storage.attempts], before);
  });
});
