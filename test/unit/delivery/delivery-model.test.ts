import assert from 'node:assert/strict';

import type fc from 'fast-check';

import { ManualTimers } from '../support/manual-timers';
import { type ModelAlert, mayPass, mustPass, successes } from './support/model-alert';
import { ModelScenario } from './support/model-scenario';
import { CRASH, CRASH_OF_A_LIAR, RERUN, RESTART, type Scenario, scenarios } from './support/model-steps';
import { MODEL_TIMEOUT_MS, checkProperty } from './support/model-tally';
import { useTempFolder } from '../support/temp-folder';

/**
 * What holds of every alert, in words:
 *
 * - One that passes the filters in the state in which it was raised is delivered: an attempt at it has succeeded,
 *   and nothing has come of that attempt since. One that passes in no state it ever had is never sent.
 * - It is delivered once. Each attempt that succeeds late may add one delivery, since its retry may be under way.
 *   Each time that a wrong clock makes a trigger set its cursor back may add one, if the ledger had forgotten it.
 */
function atLeastOnce(alert: ModelAlert): boolean {
  if (!mayPass(alert)) return alert.sendings.length === 0;
  return successes(alert) >= 1 || !mustPass(alert) || alert.before;
}

function exactlyOnce(alert: ModelAlert): boolean {
  const late = alert.sendings.filter((sending) => sending.late).length;
  const begun = alert.sendings.length > 0;
  return (
    atLeastOnce(alert) && successes(alert) <= 1 + late + alert.forgotten && begun === successes(alert) > 0
  );
}

function sentAtMostOnce(alert: ModelAlert): boolean {
  return alert.sendings.length <= (mayPass(alert) ? 1 + alert.forgotten : 0);
}

function sentOnce(alert: ModelAlert): boolean {
  return sentAtMostOnce(alert) && (alert.sendings.length > 0 || !mustPass(alert) || alert.before);
}

describe('delivery in random order with random faults', () => {
  const at = useTempFolder();
  const timers = new ManualTimers();
  const now = performance.now.bind(performance);
  let played = 0;

  afterEach(() => {
    timers.restore();
    performance.now = now;
  });

  async function check(
    scenario: fc.Arbitrary<Scenario>,
    holds: (alert: ModelAlert) => boolean,
    { atMostOnce = false } = {},
  ): Promise<void> {
    const play = async (one: Scenario): Promise<void> => {
      const folder = at(`ledger-${(played += 1)}`);
      for (const alert of await ModelScenario.play(one, { timers, folder, atMostOnce }))
        assert.ok(holds(alert), JSON.stringify(alert));
    };
    await checkProperty({ scenario, play, share: 0.192 });
  }

  it('delivers every alert exactly once, also after restarts', async () => {
    await check(scenarios(RESTART), exactlyOnce);
  }).timeout(MODEL_TIMEOUT_MS);

  it('delivers every alert at least once when the process is killed at any byte', async () => {
    await check(scenarios(RESTART, RERUN, CRASH), atLeastOnce);
  }).timeout(MODEL_TIMEOUT_MS);

  it('delivers every alert at least once when the disk loses confirmed writes', async () => {
    await check(scenarios(RESTART, CRASH_OF_A_LIAR), atLeastOnce);
  }).timeout(MODEL_TIMEOUT_MS);

  it('sends every alert exactly once without a crash if it is at most once', async () => {
    await check(scenarios(RESTART), sentOnce, { atMostOnce: true });
  }).timeout(MODEL_TIMEOUT_MS);

  it('sends none twice when the process is killed at any byte if it is at most once', async () => {
    await check(scenarios(RESTART, CRASH), sentAtMostOnce, { atMostOnce: true });
  }).timeout(MODEL_TIMEOUT_MS);
});
