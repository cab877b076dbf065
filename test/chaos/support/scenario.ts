import type { Verdict } from './judge';
import type { Rng } from './rng';
import type { ChaosFixture, ChaosOptions } from './chaos-fixture';

export interface Scenario {
  /** The first column of the table. */
  fault: string;
  /** Why it cannot be played here; undefined if it can. */
  missing?: () => string | undefined;
  run: (fixture: ChaosFixture, rng: Rng) => Promise<Verdict>;
}

/** Scenarios that share a Node-RED, one after the other. Each has a trigger and a ledger of its own. */
export interface Group {
  name: string;
  options: ChaosOptions;
  scenarios: Scenario[];
}
