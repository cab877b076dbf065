import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { RunsApi } from './support/runs-api';
import { type UseCaseFixture, nodeOf, startUseCase } from './support/use-case-fixture';

const RUNS = 10_000;
const KEPT = 500;

/** What the process may grow by: the history, and what the ledger remembers of so many alerts. */
const MAX_GROWTH_MB = 250;

describe('10,000 runs in a burst', () => {
  let fixture: UseCaseFixture;

  before(async () => {
    fixture = await startUseCase({ nodeRed: { settings: { sekoia: { runs: { keep: KEPT } } } } });
  });
  after(() => fixture.stop());

  it('leave the newest in the history, page by page, in bounded memory', async () => {
    const config = { ...nodeOf(fixture.flows, 'sekoia-config', 'ReadAlertContent'), requestsPerSecond: 0 };
    const trigger = nodeOf(fixture.flows, 'sekoia-alert-created');
    await fixture.nodeRed.deploy([
      { id: 'burst', type: 'tab', label: 'Burst' },
      config,
      {
        ...trigger,
        z: 'burst',
        delivery: 'at-most-once',
        maxInFlight: 100,
        config: config.id,
        wires: [['pass']],
      },
      {
        id: 'pass',
        type: 'function',
        z: 'burst',
        name: 'Pass',
        func: 'return msg;',
        outputs: 1,
        wires: [[]],
      },
    ]);
    await fixture.comms.waitForStatus(trigger.id, /^live/);
    const api = new RunsApi(fixture);
    const before = residentMb(fixture.nodeRed.pid);
    fixture.platform.raiseMany(RUNS);
    await api.until(async () => {
      const { lastDay } = await api.trigger(trigger.id);
      return lastDay.succeeded === RUNS ? true : undefined;
    });
    assert.ok(fixture.comms.changes.some(({ changes }) => changes.many === true));
    const ids = new Set<string>();
    const started: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const page = await api.page(`limit=200&before=${next}`);
      for (const { id, startedAt, status } of page.runs) {
        ids.add(id);
        started.push(startedAt);
        assert.equal(status, 'succeeded');
      }
      ({ next } = page);
    }
    assert.deepEqual([ids.size, started.length], [KEPT, KEPT]);
    assert.deepEqual(started, [...started].sort().reverse());
    const grown = residentMb(fixture.nodeRed.pid) - before;
    assert.ok(grown < MAX_GROWTH_MB, `${grown} MB`);
  });
});

/** Not to be had everywhere: 0 there. */
function residentMb(pid: number | undefined): number {
  try {
    const kb = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid ?? 0}/status`, 'utf8'))?.[1];
    return Number(kb ?? 0) / 1024;
  } catch {
    return 0;
  }
}
