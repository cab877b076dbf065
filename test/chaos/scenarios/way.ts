import assert from 'node:assert/strict';

import { FULL, amount } from '../support/form';
import type { Verdict } from '../support/judge';
import { type Meddling, MeddlingProxy, type MeddlingProxyOptions } from '../support/meddling-proxy';
import type { Rng } from '../support/rng';
import type { Scenario } from '../support/scenario';
import type { ChaosFixture } from '../support/chaos-fixture';
import { until } from '../support/until';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** More than a read of the list goes back: an alert that the cursor has passed is lost. */
const ROUND_MINUTES = 25;

/** A read of what has come up, rather than of alerts that were announced. */
const LIST_OF_WINDOW = /date(%5B|\[)created_at/i;

/** How often a request meets something that the proxy does. */
const MEDDLED = 0.4;

/** 1 Mbit/s. */
const BYTES_PER_SECOND = 125_000;
const ALERT_BYTES = 22_000;

/** In full, one page is longer under way than a request may be silent. */
const SILENCE_MS = 15_000;

/** Somebody in between who has a clock of his own. */
export const FOREIGN_CLOCK: Scenario = {
  fault: 'Foreign clock: pages of a proxy, Dates hours ahead and behind, alerts not announced; restarts',
  run: async (fixture, rng) => {
    const proxied = { mode: 'none' as 'none' | 'ahead' | 'random', reads: 0 };
    const meddle = (url: string): Meddling => {
      if (LIST_OF_WINDOW.test(url)) proxied.reads += 1;
      if (proxied.mode === 'ahead') return { dateAheadMs: rng.int(2, 30) * HOUR_MS };
      return proxied.mode === 'random' && rng.chance(MEDDLED) ? pick(rng) : {};
    };
    return behind(fixture, { meddle }, async (proxy) => {
      const { platform } = fixture.site;
      // The first alert is there before the trigger: it tells what time it is.
      platform.raise();
      await fixture.begin({ 'sekoia-config': { baseUrl: proxy.url } });
      for (let round = 0; round < amount(2, 40); round += 1) {
        proxied.mode = 'ahead';
        const { reads } = proxied;
        assert.ok(await until(() => proxied.reads > reads + 1));
        // Time passes for the platform, and what comes up now was not read by then.
        platform.clockOffsetMs += ROUND_MINUTES * MINUTE_MS;
        fixture.raise(rng.int(1, 6), { announce: false });
        proxied.mode = 'random';
        for (let time = 0; time < amount(2, 6); time += 1) {
          await fixture.pass(1);
          fixture.raise(rng.int(1, 6), { announce: rng.chance(0.4) });
        }
        if (round === 0 || rng.chance(0.3))
          await fixture.site.restart(() => {
            platform.clockOffsetMs += ROUND_MINUTES * MINUTE_MS;
            fixture.raise(rng.int(1, 6));
          });
        await fixture.settle();
      }
      return fixture.settle();
    });
  },
};

/** What a slow line brings takes long, and comes. */
export const SLOW_LINE: Scenario = {
  fault: 'Slow line: 1 Mbit/s, alerts of 22 kB, a backlog',
  run: (fixture) =>
    behind(fixture, { bytesPerSecond: BYTES_PER_SECOND }, async (proxy) => {
      await fixture.begin({ 'sekoia-config': { baseUrl: proxy.url } });
      fixture.change({ 'sekoia-alert-created': { d: true } });
      await fixture.deploy();
      const { givenUp } = proxy;
      const details = 'x'.repeat(ALERT_BYTES);
      fixture.raise(amount(12, 300), {}, { details });
      fixture.change({ 'sekoia-alert-created': { d: false } });
      await fixture.deploy();
      const verdict = await fixture.settle(() => proxy.bytes);
      assert.equal(proxy.givenUp, givenUp, 'requests were given up');
      if (FULL) assert.ok(proxy.longestMs > SILENCE_MS, `the longest answer took ${proxy.longestMs} ms`);
      return verdict;
    }),
};

function pick(rng: Rng): Meddling {
  const hoursMs = rng.int(1, 30) * HOUR_MS;
  return rng.pick<Meddling>([
    { status: 403, dateAheadMs: hoursMs },
    { status: 503, dateAheadMs: hoursMs },
    { dateAheadMs: hoursMs },
    { dateAheadMs: -hoursMs },
  ]);
}

/** Plays with a proxy in front of the platform, and deploys nothing that goes on asking it afterwards. */
async function behind(
  fixture: ChaosFixture,
  options: MeddlingProxyOptions,
  play: (proxy: MeddlingProxy) => Promise<Verdict>,
): Promise<Verdict> {
  const proxy = await MeddlingProxy.start(fixture.site.platform.url, options);
  try {
    return await play(proxy);
  } finally {
    await fixture.site.nodeRed.deploy([]);
    await proxy.stop();
  }
}
