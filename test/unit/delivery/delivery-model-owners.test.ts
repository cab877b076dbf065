import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';

import { type ModelAlert, successes } from './support/model-alert';
import { ModelOwners, OWNERS_SCENARIO, type OwnersScenario } from './support/model-owners';
import { MODEL_TIMEOUT_MS, checkProperty } from './support/model-tally';
import { useTempFolder } from '../support/temp-folder';
import { VirtualTime } from './support/virtual-time';

/**
 * Two processes want one ledger; their disks stall, they are stopped, killed, and started. Only the owner sends, and
 * what a former owner writes late changes nothing. An alert is delivered once, and once more for each attempt at it
 * that was under way, or whose end was not written down, when another process took the ledger over.
 */
describe('delivery by two processes that share a ledger', () => {
  const at = useTempFolder();
  const time = new VirtualTime();
  let played = 0;

  afterEach(() => time.restore());

  async function check(holds: (alert: ModelAlert) => boolean, atMostOnce: boolean): Promise<void> {
    const play = async (scenario: OwnersScenario): Promise<void> => {
      const folder = at(`ledger-${(played += 1)}`);
      mkdirSync(folder);
      for (const alert of await ModelOwners.play(scenario, { time, folder, atMostOnce }))
        assert.ok(holds(alert), JSON.stringify(alert));
      rmSync(folder, { recursive: true });
    };
    await checkProperty({ scenario: OWNERS_SCENARIO, play, share: 0.02, round: 0.4 });
  }

  it('delivers every alert, and twice only what was in flight at a takeover', async () => {
    await check((alert) => {
      const takenOver = alert.sendings.filter((sending) => sending.takenOver).length;
      return successes(alert) >= 1 && successes(alert) <= 1 + takenOver;
    }, false);
  }).timeout(MODEL_TIMEOUT_MS);

  it('sends none twice if it is at most once', async () => {
    await check(({ sendings }) => sendings.length <= 1, true);
  }).timeout(MODEL_TIMEOUT_MS);
});
