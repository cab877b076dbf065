import assert from 'node:assert/strict';

import { SekoiaError, type SekoiaErrorCode } from '../../../lib/sekoia/errors';
import { DispatcherFixture } from './support/dispatcher-fixture';
import { SUCCEEDED } from './support/test-flow';
import { ManualTimers } from '../support/manual-timers';
import { turns } from '../support/turns';

const TIMING = { firstReadRetryMs: 100, maxReadRetryMs: 1_000, refusedRetryMs: 50_000 };

describe('the dispatcher, when alerts cannot be read,', () => {
  const timers = new ManualTimers();
  let fixture: DispatcherFixture;

  beforeEach(async () => {
    timers.install();
    fixture = await DispatcherFixture.create({ timing: TIMING });
  });
  afterEach(() => timers.restore());

  function fail(code: SekoiaErrorCode, only?: string, retryAfterMs?: number): void {
    fixture.reader.answer = (uuid) =>
      only === undefined || only === uuid
        ? Promise.reject(new SekoiaError(code, code, retryAfterMs === undefined ? {} : { retryAfterMs }))
        : Promise.resolve();
  }

  async function afterPause(): Promise<void> {
    timers.fireNext();
    await turns();
  }

  for (const code of ['SEKOIA_UNAVAILABLE', 'SEKOIA_TIMEOUT', 'SEKOIA_RATE_LIMITED'] as const)
    it(`keeps all alerts, without counting attempts, on ${code}`, async () => {
      fail(code);
      await fixture.take('a', 'b');
      assert.deepEqual(fixture.reports.troubles, [code]);
      assert.equal(fixture.ledger.counts.queued, 2);
      await fixture.take('c');
      assert.deepEqual(fixture.reader.reads, ['a', 'b']);
      for (let round = 0; round < 20; round += 1) await afterPause();
      assert.equal(fixture.ledger.counts.queued, 3);
      fail(code, 'nobody');
      await afterPause();
      assert.deepEqual(
        fixture.flow.sent.map(({ uuid, attempt, source }) => [uuid, attempt, source]),
        [
          ['a', 1, 'live'],
          ['b', 1, 'live'],
          ['c', 1, 'live'],
        ],
      );
      assert.deepEqual(fixture.reports.troubles, [code, undefined]);
      assert.deepEqual(fixture.reports.dead, []);
    });

  it('pauses longer with each round, not with each alert, and briefly again afterwards', async () => {
    fail('SEKOIA_UNAVAILABLE');
    await fixture.take('a', 'b', 'c', 'd', 'e', 'f');
    for (const full of [100, 200, 400, 800, 1_000, 1_000]) {
      assert.equal(timers.waits.length, 1);
      assert.ok(timers.waits[0]! >= full / 2 && timers.waits[0]! <= full, `${full}: ${timers.waits[0]}`);
      await afterPause();
    }
    fail('SEKOIA_UNAVAILABLE', 'nobody');
    await afterPause();
    fail('SEKOIA_UNAVAILABLE');
    await fixture.take('g');
    assert.ok(timers.waits[0]! <= 100);
  });

  it('pauses for as long as the platform asks', async () => {
    fail('SEKOIA_RATE_LIMITED', undefined, 7_000);
    await fixture.take('a');
    assert.deepEqual(timers.waits, [7_000]);
  });

  for (const code of ['SEKOIA_AUTH', 'SEKOIA_FORBIDDEN'] as const)
    it(`waits until the platform answers elsewhere on ${code}`, async () => {
      fail(code);
      await fixture.take('a');
      assert.deepEqual(timers.waits, [50_000]);
      fail(code, 'nobody');
      fixture.events.publish({ kind: 'listed' });
      await turns();
      assert.deepEqual(fixture.sentUuids, ['a']);
      assert.deepEqual(timers.waits, []);
    });

  it('reports a readable platform when an alert is sent, not when its run ends', async () => {
    await fixture.take('slow');
    fail('SEKOIA_AUTH');
    await fixture.take('a');
    await fixture.end('slow', SUCCEEDED);
    assert.deepEqual(fixture.reports.troubles, ['SEKOIA_AUTH']);
  });

  it('makes an alert a dead letter on SEKOIA_NOT_FOUND, and continues', async () => {
    fail('SEKOIA_NOT_FOUND', 'a');
    await fixture.take('a', 'b');
    assert.deepEqual(fixture.reports.dead, [['a', 'SEKOIA_NOT_FOUND']]);
    assert.deepEqual(fixture.sentUuids, ['b']);
    assert.deepEqual(timers.waits, []);
  });

  it('makes an alert a dead letter after some attempts on SEKOIA_BAD_RESPONSE', async () => {
    fail('SEKOIA_BAD_RESPONSE', 'a');
    await fixture.take('a');
    for (let round = 0; round < 10 && fixture.reports.dead.length === 0; round += 1) {
      await fixture.take(`other ${round}`);
      await afterPause();
    }
    assert.deepEqual(fixture.reports.dead, [['a', 'SEKOIA_BAD_RESPONSE']]);
    // Five count: the first two came with no good read between them.
    assert.equal(fixture.reader.reads.filter((uuid) => uuid === 'a').length, 6);
    assert.equal(fixture.state('a'), 'dead');
  });

  it('makes no dead letters on SEKOIA_BAD_RESPONSE of all alerts', async () => {
    fail('SEKOIA_BAD_RESPONSE');
    await fixture.take('a', 'b', 'c');
    for (let round = 0; round < 30; round += 1) await afterPause();
    assert.deepEqual(fixture.reports.dead, []);
    fail('SEKOIA_BAD_RESPONSE', 'nobody');
    await afterPause();
    assert.deepEqual(fixture.sentUuids, ['a', 'b', 'c']);
  });

  it('makes the only alert a dead letter on SEKOIA_BAD_RESPONSE when reads of the list succeed', async () => {
    fail('SEKOIA_BAD_RESPONSE');
    await fixture.take('a');
    for (let round = 0; round < 4; round += 1) {
      assert.deepEqual(fixture.reports.dead, []);
      fixture.events.publish({ kind: 'listed' });
      await turns();
    }
    assert.deepEqual(fixture.reports.dead, [['a', 'SEKOIA_BAD_RESPONSE']]);
  });

  it('treats an unexpected error as temporary', async () => {
    fixture.reader.answer = () => Promise.reject(new TypeError('x is not a function'));
    await fixture.take('a');
    assert.deepEqual(fixture.reports.troubles, ['SEKOIA_UNAVAILABLE']);
    assert.equal(fixture.state('a'), 'queued');
  });
});
