import assert from 'node:assert/strict';

import fc from 'fast-check';

import type { Ledger } from '../../../lib/delivery/ledger';
import { FakeList } from './support/fake-list';
import { openLedger, reopened } from './support/ledger';
import { MemoryStorage } from '../support/memory-storage';
import { useMonotonicClock } from './support/monotonic';
import { Reading } from './support/reading';

/** More with DELIVERY_RUNS=1000, for a change in lib/delivery. */
const RUNS = Number(process.env.DELIVERY_RUNS ?? 25) * 8;

type Step =
  | { kind: 'raise'; after: number; odd: number | undefined; lateBy: number }
  | { kind: 'read' }
  | { kind: 'clock'; off: number | undefined }
  | { kind: 'line'; pageSize: number }
  | { kind: 'restart' };

const HOUR = 3_600;
const kind = fc.constant;
const step = (shape: Record<string, fc.Arbitrary<unknown>>, weight: number) => ({
  arbitrary: fc.record(shape) as fc.Arbitrary<Step>,
  weight,
});

const STEPS = fc.array(
  fc.oneof(
    step(
      {
        kind: kind('raise'),
        after: fc.oneof(kind(0), fc.integer({ min: 0, max: 2_000 })),
        // Days off, and worse.
        odd: fc.option(fc.constantFrom(2 * 24 * HOUR, 365 * 24 * HOUR, 1e12), { freq: 8, nil: undefined }),
        lateBy: fc.oneof({ arbitrary: kind(0), weight: 3 }, fc.integer({ min: 1, max: 250 })),
      },
      8,
    ),
    step({ kind: kind('read') }, 8),
    step({ kind: kind('clock'), off: fc.constantFrom(undefined, 0, 0, -100, 100, -2 * HOUR, 2 * HOUR) }, 4),
    step({ kind: kind('line'), pageSize: fc.constantFrom(1, 2, 3, 100) }, 1),
    step({ kind: kind('restart') }, 2),
  ),
  { minLength: 5, maxLength: 60, size: 'max' },
);

describe('catch-up with wrong clocks, wrong alerts, pages of any size and restarts', () => {
  const clock = useMonotonicClock();

  async function play(steps: readonly Step[]): Promise<void> {
    // Without a Date, three alerts that agree are believed.
    fc.pre(steps.filter((one) => one.kind === 'raise' && one.odd !== undefined).length < 3);
    const list = new FakeList();
    const storage = new MemoryStorage();
    let ledger: Ledger = await openLedger(storage);
    let reading = new Reading(list, ledger);
    const taken = new Set<string>();
    const raised: string[] = [];
    /** Not listed yet. */
    let hidden: { at: number; createdAt: number }[] = [];
    const pass = (seconds: number): void => {
      list.now += seconds;
      clock.pass(seconds);
      const visible = hidden.filter(({ at }) => at <= list.now);
      hidden = hidden.filter(({ at }) => at > list.now);
      for (const { createdAt } of visible) raised.push(list.raise(createdAt));
    };
    const read = async (): Promise<void> => {
      await reading.read();
      for (const uuid of reading.taken) taken.add(uuid);
      // Whatever is delivered may be forgotten.
      for (let entry = ledger.next(); entry !== undefined; entry = ledger.next()) ledger.delivered(entry);
    };
    list.raise(list.now - 5_000);
    await read();
    pass(1);
    for (const one of steps) {
      if (one.kind === 'raise') {
        pass(one.after);
        if (one.lateBy > 0) hidden.push({ at: list.now + one.lateBy, createdAt: list.now });
        else raised.push(list.raise(list.now + (one.odd ?? 0)));
      } else if (one.kind === 'read') await read();
      else if (one.kind === 'clock') list.dateOff = one.off;
      else if (one.kind === 'line') list.pageSize = one.pageSize;
      else {
        ledger = await reopened(ledger, storage);
        reading = new Reading(list, ledger);
      }
    }
    pass(300);
    await read();
    assert.deepEqual(
      raised.filter((uuid) => !taken.has(uuid)),
      [],
    );
  }

  it('skips no alert', async () => {
    await fc.assert(fc.asyncProperty(STEPS, play), { numRuns: RUNS });
  }).timeout(300_000);
});
