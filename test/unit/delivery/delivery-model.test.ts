import assert from 'node:assert/strict';

import fc from 'fast-check';

import { CrashableJournal, type CrashedFile } from './support/crashable-journal';
import { ManualTimers } from './support/manual-timers';
import { type ModelAlert, ModelPlatform } from './support/model-platform';
import { ModelProcess } from './support/model-process';
import { useTempFolder } from './support/temp-folder';
import { turns } from './support/turns';

type Step =
  | { kind: 'raise'; after: number; announced: number | undefined; hidden: boolean; filtered: boolean }
  | { kind: 'read' }
  | { kind: 'end'; which: number; how: 'succeeded' | 'failed' | 'timed-out' }
  | { kind: 'late' }
  | { kind: 'tick' }
  | { kind: 'turns'; count: number }
  | { kind: 'pass'; seconds: number }
  | { kind: 'platform'; up: boolean }
  | { kind: 'disk'; full: boolean }
  | { kind: 'rerun' }
  | { kind: 'restart' }
  | ({ kind: 'crash' } & CrashedFile);

const step = (arbitraries: Record<string, fc.Arbitrary<unknown>>, weight: number) => ({
  arbitrary: fc.record(arbitraries) as fc.Arbitrary<Step>,
  weight,
});
const kind = fc.constant;
const fraction = fc.double({ min: 0, max: 1, noNaN: true });

const UNEVENTFUL = [
  step(
    {
      kind: kind('raise'),
      after: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 400 })),
      // How far the time in the notice is off.
      announced: fc.option(fc.integer({ min: -5, max: 5 }), { nil: undefined }),
      hidden: fc.boolean(),
      filtered: fc.oneof({ arbitrary: fc.constant(false), weight: 5 }, fc.constant(true)),
    },
    12,
  ),
  step({ kind: kind('read') }, 5),
  step(
    {
      kind: kind('end'),
      which: fc.nat(2),
      how: fc.constantFrom('succeeded', 'succeeded', 'failed', 'timed-out'),
    },
    9,
  ),
  step({ kind: kind('late') }, 1),
  step({ kind: kind('tick') }, 4),
  step({ kind: kind('turns'), count: fc.integer({ min: 1, max: 30 }) }, 8),
  step({ kind: kind('pass'), seconds: fc.integer({ min: 1, max: 2_000 }) }, 2),
  step({ kind: kind('platform'), up: fc.boolean() }, 1),
  step({ kind: kind('disk'), full: fc.boolean() }, 1),
];
const RERUN = step({ kind: kind('rerun') }, 1);
const RESTART = step({ kind: kind('restart') }, 2);
const crash = (lied: fc.Arbitrary<number>) =>
  step({ kind: kind('crash'), kept: fraction, lied, doubled: fc.oneof(fc.constant(0), fraction) }, 4);
const HONEST = fc.constant(0);
const LYING = fc.oneof(HONEST, fraction);

/** More with DELIVERY_RUNS=1000, for a change in lib/delivery. */
const RUNS = Number(process.env.DELIVERY_RUNS ?? 25);

interface Scenario {
  steps: Step[];
  compactEvery: number;
}

function scenarios(...kinds: { arbitrary: fc.Arbitrary<Step>; weight: number }[]): fc.Arbitrary<Scenario> {
  return fc.record({
    steps: fc.array(fc.oneof(...UNEVENTFUL, ...kinds), { minLength: 5, maxLength: 60, size: 'max' }),
    compactEvery: fc.integer({ min: 1, max: 20 }),
  });
}

describe('delivery, whatever happens in whichever order', () => {
  const at = useTempFolder();
  const timers = new ManualTimers();
  let files = 0;

  beforeEach(() => {
    files = 0;
    timers.install();
  });
  afterEach(() => timers.restore());

  /** Plays a scenario, lets everything end well after it, and returns what became of each alert. */
  async function play({ steps, compactEvery }: Scenario, atMostOnce: boolean): Promise<ModelAlert[]> {
    timers.install();
    const platform = new ModelPlatform();
    const open = (file: string): Promise<ModelProcess> =>
      ModelProcess.start(platform, new CrashableJournal(file, compactEvery), atMostOnce);
    const nextFile = (): string => at(`ledger-${(files += 1)}`);
    let process = await open(nextFile());
    await process.read();
    await process.ledger.committed();

    const take = async (one: Step): Promise<void> => {
      const run =
        one.kind === 'end' ? process.running[one.which % Math.max(1, process.running.length)] : undefined;
      switch (one.kind) {
        case 'raise': {
          platform.pass(one.after);
          const { uuid, createdAt } = platform.raise(one);
          if (one.announced !== undefined) process.notice(uuid, createdAt + one.announced);
          return;
        }
        case 'read':
          return void process.read();
        case 'end':
          if (run === undefined) return;
          if (one.how === 'timed-out') process.timeOut(run);
          else
            run.end(
              one.how === 'failed' ? { kind: 'failed', error: new Error('500') } : { kind: 'succeeded' },
            );
          return;
        case 'late':
          return process.late.shift()?.succeed();
        case 'tick':
          if (timers.waits.length > 0) timers.fireNext();
          return;
        case 'turns':
          return turns(one.count);
        case 'pass': {
          platform.pass(one.seconds);
          return;
        }
        case 'platform':
          platform.up = one.up;
          return;
        case 'disk':
          process.journal.full = one.full;
          return;
        case 'rerun': {
          process.rerun();
          return;
        }
        case 'restart': {
          process.journal.full = false;
          await process.stop();
          process = await open(process.journal.file);
          return;
        }
        case 'crash': {
          const file = nextFile();
          process.journal.crash(file, one);
          process.kill();
          process = await open(file);
        }
      }
    };
    for (const one of steps) {
      await take(one);
      process.check();
    }

    platform.up = true;
    platform.pass(501);
    process.journal.full = false;
    await drain(process, atMostOnce);
    process.check();
    await process.stop();
    const { journal } = await open(process.journal.file);
    await journal.close();
    return platform.alerts;
  }

  async function drain(process: ModelProcess, atMostOnce: boolean): Promise<void> {
    const { counts } = process.ledger;
    // Twice: a read that was under way may have begun before the last alert was there.
    await process.read();
    await process.read();
    for (;;) {
      if (!atMostOnce) process.rerun();
      for (const run of [...process.running]) run.end({ kind: 'succeeded' });
      timers.fireAll();
      await turns(3);
      if (counts.queued + counts.running + counts.waiting + (atMostOnce ? 0 : counts.dead) > 0) continue;
      timers.fireAll();
      await process.ledger.committed();
      return;
    }
  }

  async function check(
    scenario: fc.Arbitrary<Scenario>,
    holds: (alert: ModelAlert) => boolean,
    { atMostOnce = false, numRuns = RUNS } = {},
  ): Promise<void> {
    await fc.assert(
      fc.asyncProperty(scenario, async (one) => {
        for (const alert of await play(one, atMostOnce)) assert.ok(holds(alert), JSON.stringify(alert));
      }),
      // What came when depends on the disk too: a smaller scenario need not fail.
      { numRuns, endOnFailure: true },
    );
  }

  it('every alert is delivered exactly once, also over restarts', async () => {
    await check(scenarios(RESTART), ({ filtered, succeeded }) => succeeded === (filtered ? 0 : 1));
  }).timeout(120_000);

  it('every alert is delivered at least once when the process is killed at any byte', async () => {
    await check(scenarios(RESTART, RERUN, crash(HONEST)), ({ filtered, succeeded }) =>
      filtered ? succeeded === 0 : succeeded >= 1,
    );
  }).timeout(120_000);

  it('every alert is delivered at least once when the disk loses what it said it had', async () => {
    await check(scenarios(RESTART, crash(LYING)), ({ filtered, succeeded }) =>
      filtered ? succeeded === 0 : succeeded >= 1,
    );
  }).timeout(120_000);

  it('at most once: every alert is sent exactly once without a crash', async () => {
    await check(scenarios(RESTART), ({ filtered, sent }) => sent === (filtered ? 0 : 1), {
      atMostOnce: true,
    });
  }).timeout(120_000);

  it('at most once: none is sent twice when the process is killed at any byte', async () => {
    await check(scenarios(RESTART, crash(HONEST)), ({ sent }) => sent <= 1, { atMostOnce: true });
  }).timeout(120_000);
});
