import assert from 'node:assert/strict';

import { SekoiaError, type SekoiaErrorCode } from '../../../lib/sekoia/errors';
import { DispatcherRig, SUCCEEDED } from './support/dispatcher-rig';
import { ManualTimers } from './support/manual-timers';
import { turns } from './support/turns';

const TIMING = { firstReadRetryMs: 100, maxReadRetryMs: 1_000, refusedRetryMs: 50_000 };

describe('dispatcher: when alerts cannot be read', () => {
  const timers = new ManualTimers();
  let rig: DispatcherRig;

  beforeEach(async () => {
    timers.install();
    rig = await DispatcherRig.create({ timing: TIMING });
  });
  afterEach(() => timers.restore());

  function fail(code: SekoiaErrorCode, only?: string, retryAfterMs?: number): void {
    rig.read = (uuid) =>
      only === undefined || only === uuid
        ? Promise.reject(new SekoiaError(code, code, retryAfterMs === undefined ? {} : { retryAfterMs }))
        : Promise.resolve();
  }

  async function afterPause(): Promise<void> {
    timers.fireNext();
    await turns();
  }

  for (const code of ['SEKOIA_UNAVAILABLE', 'SEKOIA_TIMEOUT', 'SEKOIA_RATE_LIMITED'] as const)
    it(`${code}: all wait, and nothing is lost or counted`, async () => {
      fail(code);
      await rig.take('a', 'b');
      assert.deepEqual(rig.troubles, [code]);
      assert.equal(rig.ledger.counts.queued, 2);
      await rig.take('c');
      assert.deepEqual(rig.reads, ['a', 'b']);
      for (let round = 0; round < 20; round += 1) await afterPause();
      assert.equal(rig.ledger.counts.queued, 3);
      fail(code, 'nobody');
      await afterPause();
      assert.deepEqual(
        rig.sent.map(({ uuid, attempt, source }) => [uuid, attempt, source]),
        [
          ['a', 1, 'live'],
          ['b', 1, 'live'],
          ['c', 1, 'live'],
        ],
      );
      assert.deepEqual(rig.troubles, [code, undefined]);
      assert.deepEqual(rig.dead, []);
    });

  it('the pause grows with each round, not with each alert, and is short again afterwards', async () => {
    fail('SEKOIA_UNAVAILABLE');
    await rig.take('a', 'b', 'c', 'd', 'e', 'f');
    for (const full of [100, 200, 400, 800, 1_000, 1_000]) {
      assert.equal(timers.waits.length, 1);
      assert.ok(timers.waits[0]! >= full / 2 && timers.waits[0]! <= full, `${full}: ${timers.waits[0]}`);
      await afterPause();
    }
    fail('SEKOIA_UNAVAILABLE', 'nobody');
    await afterPause();
    fail('SEKOIA_UNAVAILABLE');
    await rig.take('g');
    assert.ok(timers.waits[0]! <= 100);
  });

  it('the pause is as long as the platform asks for', async () => {
    fail('SEKOIA_RATE_LIMITED', undefined, 7_000);
    await rig.take('a');
    assert.deepEqual(timers.waits, [7_000]);
  });

  for (const code of ['SEKOIA_AUTH', 'SEKOIA_FORBIDDEN'] as const)
    it(`${code}: waits long, until the platform answers elsewhere`, async () => {
      fail(code);
      await rig.take('a');
      assert.deepEqual(timers.waits, [50_000]);
      fail(code, 'nobody');
      rig.events.publish({ kind: 'listed' });
      await turns();
      assert.deepEqual(rig.sentUuids, ['a']);
      assert.deepEqual(timers.waits, []);
    });

  it('reports that the platform can be read when an alert is sent, not when its run ends', async () => {
    await rig.take('slow');
    fail('SEKOIA_AUTH');
    await rig.take('a');
    await rig.end('slow', SUCCEEDED);
    assert.deepEqual(rig.troubles, ['SEKOIA_AUTH']);
  });

  it('SEKOIA_NOT_FOUND: gives that alert up, and goes on', async () => {
    fail('SEKOIA_NOT_FOUND', 'a');
    await rig.take('a', 'b');
    assert.deepEqual(rig.dead, [['a', 'SEKOIA_NOT_FOUND']]);
    assert.deepEqual(rig.sentUuids, ['b']);
    assert.deepEqual(timers.waits, []);
  });

  it('SEKOIA_BAD_RESPONSE of one alert: gives it up after some attempts', async () => {
    fail('SEKOIA_BAD_RESPONSE', 'a');
    await rig.take('a');
    for (let round = 0; round < 10 && rig.dead.length === 0; round += 1) {
      await rig.take(`other ${round}`);
      await afterPause();
    }
    assert.deepEqual(rig.dead, [['a', 'SEKOIA_BAD_RESPONSE']]);
    // Five count: the first two came with no good read between them.
    assert.equal(rig.reads.filter((uuid) => uuid === 'a').length, 6);
    assert.equal(rig.state('a'), 'dead');
  });

  it('SEKOIA_BAD_RESPONSE of all alerts: gives none up, since it is the platform or a proxy', async () => {
    fail('SEKOIA_BAD_RESPONSE');
    await rig.take('a', 'b', 'c');
    for (let round = 0; round < 30; round += 1) await afterPause();
    assert.deepEqual(rig.dead, []);
    fail('SEKOIA_BAD_RESPONSE', 'nobody');
    await afterPause();
    assert.deepEqual(rig.sentUuids, ['a', 'b', 'c']);
  });

  it('SEKOIA_BAD_RESPONSE of the only alert: gives it up when reads of the list succeed', async () => {
    fail('SEKOIA_BAD_RESPONSE');
    await rig.take('a');
    for (let round = 0; round < 4; round += 1) {
      assert.deepEqual(rig.dead, []);
      rig.events.publish({ kind: 'listed' });
      await turns();
    }
    assert.deepEqual(rig.dead, [['a', 'SEKOIA_BAD_RESPONSE']]);
  });

  it('an error that nobody expected is taken for trouble that passes', async () => {
    rig.read = () => Promise.reject(new TypeError('x is not a function'));
    await rig.take('a');
    assert.deepEqual(rig.troubles, ['SEKOIA_UNAVAILABLE']);
    assert.equal(rig.state('a'), 'queued');
  });
});
