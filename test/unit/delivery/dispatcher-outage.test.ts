import assert from 'node:assert/strict';

import { DispatcherFixture } from './support/dispatcher-fixture';
import { FAILED, SUCCEEDED, TIMED_OUT } from './support/test-flow';
import { ManualTimers } from '../support/manual-timers';
import { turns } from '../support/turns';

/** Far shorter than the retries, so that the next timer is that of a probe. */
const TIMING = { firstProbeMs: 100, maxProbeMs: 800, firstRetryMs: 1_000_000, maxRetryMs: 1_000_000 };

function names(count: number, prefix = 'a'): string[] {
  return Array.from({ length: count }, (_, number) => `${prefix}${String(number).padStart(3, '0')}`);
}

describe('the dispatcher, while the external tool is down,', () => {
  const timers = new ManualTimers();
  let fixture: DispatcherFixture;

  beforeEach(() => timers.install());
  afterEach(() => timers.restore());

  /** Lets the wait for the next probe end. */
  async function probe(): Promise<string | undefined> {
    timers.fireNext();
    await turns();
    assert.ok(fixture.flow.running.size <= 1, 'probes go one at a time');
    return fixture.sentUuids.at(-1);
  }

  it('pauses after five failed runs in a row', async () => {
    fixture = await DispatcherFixture.create({ maxInFlight: 1, timing: TIMING });
    await fixture.take(...names(10));
    for (let run = 0; run < 4; run += 1) await fixture.endAll(FAILED);
    assert.equal(fixture.dispatcher.circuit, 'flowing');
    await fixture.endAll(FAILED);
    assert.equal(fixture.dispatcher.circuit, 'paused');
    assert.equal(fixture.flow.running.size, 0);
    assert.equal(fixture.flow.sent.length, 5);
  });

  it('does not pause when one in between succeeds', async () => {
    fixture = await DispatcherFixture.create({ maxInFlight: 1, timing: TIMING });
    await fixture.take(...names(12));
    for (let run = 0; run < 12; run += 1) await fixture.endAll(run % 5 === 4 ? SUCCEEDED : FAILED);
    assert.equal(fixture.dispatcher.circuit, 'flowing');
    assert.equal(fixture.flow.sent.length, 12);
  });

  it('probes with one alert at a time, after growing waits', async () => {
    fixture = await DispatcherFixture.create({ timing: TIMING });
    await fixture.take(...names(20));
    await fixture.fail();
    const waits = [];
    for (let count = 0; count < 6; count += 1) {
      waits.push(Math.min(...timers.waits));
      await probe();
      assert.equal(fixture.dispatcher.circuit, 'probing');
      assert.equal(fixture.flow.running.size, 1);
      await fixture.endAll(FAILED);
      assert.equal(fixture.dispatcher.circuit, 'paused');
    }
    waits.forEach((wait, count) => {
      const full = Math.min(800, 100 * 2 ** count);
      assert.ok(wait >= full / 2 && wait <= full, `${count}: ${wait}`);
    });
  });

  it('resumes once a probe succeeds, and resets its waits', async () => {
    fixture = await DispatcherFixture.create({ timing: TIMING, maxInFlight: 5 });
    await fixture.take(...names(30));
    for (let count = 0; count < 4; count += 1) {
      await fixture.fail();
      await probe();
    }
    await fixture.endAll(SUCCEEDED);
    assert.equal(fixture.dispatcher.circuit, 'flowing');
    assert.equal(fixture.flow.running.size, 5);
    await fixture.fail();
    assert.equal(fixture.dispatcher.circuit, 'paused');
    assert.ok(Math.min(...timers.waits) <= 100);
  });

  it('makes no dead letters, however long that takes', async () => {
    fixture = await DispatcherFixture.create({ timing: TIMING, retries: 0, maxInFlight: 3 });
    const uuids = names(20);
    await fixture.take(...uuids);
    while (fixture.dispatcher.circuit === 'flowing') await fixture.endAll(FAILED);
    const deadBefore = fixture.reports.dead.length;
    assert.ok(deadBefore <= 5, 'those that failed before the pause');
    for (let count = 0; count < 100; count += 1) {
      await probe();
      await fixture.endAll(FAILED);
    }
    assert.equal(fixture.reports.dead.length, deadBefore);
    await probe();
    for (let run = 0; run < 30; run += 1) await fixture.endAll(SUCCEEDED);
    assert.equal(fixture.ledger.counts.delivered, 20 - deadBefore);
  });

  it('does not count what was still running when it paused', async () => {
    fixture = await DispatcherFixture.create({ timing: TIMING, retries: 0, maxInFlight: 10 });
    await fixture.take(...names(10));
    await fixture.endAll(FAILED);
    assert.equal(fixture.ledger.counts.dead, 5);
    assert.equal(fixture.ledger.counts.waiting, 5);
    await probe();
    await fixture.endAll(SUCCEEDED);
    await fixture.endAll(SUCCEEDED);
    assert.equal(fixture.ledger.counts.delivered, 5);
  });

  for (const bad of [1, 2, 7])
    it(`probes with another alert after ${bad} bad alert(s)`, async () => {
      fixture = await DispatcherFixture.create({ timing: TIMING, maxInFlight: 1, retries: 10 });
      const isBad = (uuid: string): boolean => uuid.startsWith('bad');
      await fixture.take(...names(bad, 'bad'));
      for (let failures = 1; failures <= 5; failures += 1) {
        await fixture.endAll(FAILED);
        if (fixture.flow.running.size === 0 && failures < 5) await probe();
      }
      assert.equal(fixture.dispatcher.circuit, 'paused');
      await fixture.take(...names(10, 'good'));
      let probes = 0;
      while (fixture.ledger.counts.delivered === 0) {
        probes += 1;
        const uuid = await probe();
        await fixture.endAll(isBad(uuid!) ? FAILED : SUCCEEDED);
      }
      assert.ok(probes <= bad + 1, 'a good alert has its turn');
      assert.equal(fixture.dispatcher.circuit, 'flowing');
      while (fixture.ledger.counts.delivered < 10) {
        if (fixture.flow.running.size === 0) await probe();
        for (const one of fixture.flow.running) await one.end(isBad(one.uuid) ? FAILED : SUCCEEDED);
      }
    });

  it('probes with the same alerts again when all had their turn', async () => {
    fixture = await DispatcherFixture.create({ timing: TIMING, maxInFlight: 1 });
    await fixture.take(...names(7));
    await fixture.fail();
    const probes = [];
    for (let count = 0; count < 4; count += 1) {
      probes.push(await probe());
      await fixture.endAll(FAILED);
    }
    assert.deepEqual(probes, ['a005', 'a006', 'a005', 'a006']);
  });

  it('probes with new alerts when no other waits', async () => {
    fixture = await DispatcherFixture.create({ timing: TIMING, maxInFlight: 5, retries: 0 });
    await fixture.take(...names(5));
    await fixture.endAll(FAILED);
    await probe();
    assert.equal(fixture.dispatcher.circuit, 'probing');
    assert.equal(fixture.flow.running.size, 0);
    await fixture.take('x', 'y');
    assert.deepEqual(fixture.sentUuids.slice(5), ['x']);
    await fixture.endAll(SUCCEEDED);
    assert.deepEqual(fixture.sentUuids.slice(5), ['x', 'y']);
  });

  it('probes again when a probe does not pass the filters', async () => {
    fixture = await DispatcherFixture.create({ timing: TIMING, maxInFlight: 5, retries: 0 });
    fixture.reader.answer = (uuid) => (uuid === 'x' ? 'filtered' : Promise.resolve());
    await fixture.take(...names(5));
    await fixture.endAll(FAILED);
    await fixture.take('x', 'y');
    assert.equal(await probe(), 'y');
    assert.equal(fixture.state('x'), 'filtered');
  });

  it('also pauses on runs that time out', async () => {
    fixture = await DispatcherFixture.create({ timing: TIMING });
    await fixture.take(...names(20));
    await fixture.endAll(TIMED_OUT);
    assert.equal(fixture.dispatcher.circuit, 'paused');
    assert.equal(fixture.flow.sent.length, 10 + 4, 'four more were sent before the fifth failed');
  });

  for (const afterTimeout of ['retry', 'set-aside'] as const)
    it(`makes no dead letters while the tool hangs and probes time out (${afterTimeout})`, async () => {
      fixture = await DispatcherFixture.create({ timing: TIMING, afterTimeout, maxInFlight: 1, retries: 10 });
      await fixture.take(...names(20));
      for (let run = 0; run < 5; run += 1) await fixture.endAll(FAILED);
      for (let count = 0; count < 60; count += 1) {
        await probe();
        await fixture.endAll(TIMED_OUT);
      }
      assert.deepEqual(fixture.reports.dead, []);
      const failures = names(20).map((uuid) => fixture.ledger.entry(uuid)?.failures);
      assert.equal(Math.max(...failures.map((count) => count ?? 99)), 1, 'probes use up no retries');
    });

  it('also pauses if it sends at most once, so that it does not use up all alerts', async () => {
    fixture = await DispatcherFixture.create({ timing: TIMING, atMostOnce: true, maxInFlight: 1 });
    await fixture.take(...names(20));
    for (let run = 0; run < 8; run += 1) await fixture.endAll(FAILED);
    assert.equal(fixture.flow.sent.length, 5);
    assert.equal(fixture.reports.dead.length, 5);
    await probe();
    await fixture.endAll(SUCCEEDED);
    assert.equal(fixture.dispatcher.circuit, 'flowing');
  });
});
