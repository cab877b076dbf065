import fc from 'fast-check';

import type { CrashedFile } from './crashable-journal';
import { type AlertState, STATUSES, URGENCIES } from './model-alert';

export type Step =
  | {
      kind: 'raise';
      after: number;
      announced: number | undefined;
      hidden: boolean;
      wanted: boolean;
      raised: AlertState;
    }
  | { kind: 'change'; which: number; after: number; to: Partial<AlertState> }
  | { kind: 'read' }
  | { kind: 'end'; which: number; how: 'succeeded' | 'failed' | 'timed-out' }
  | { kind: 'late'; which: number }
  | { kind: 'tick' }
  | { kind: 'turns'; count: number }
  | { kind: 'pass'; seconds: number }
  | { kind: 'clock'; dateOff: (number | undefined)[] }
  | { kind: 'platform'; up: boolean }
  | { kind: 'disk'; full: boolean }
  | { kind: 'rerun' }
  | { kind: 'restart' }
  | ({ kind: 'crash' } & CrashedFile);

export interface Scenario {
  /** Alerts that were there before the trigger. */
  before: number;
  dateOff: (number | undefined)[];
  steps: Step[];
  compactEvery: number;
}

interface Weighted {
  arbitrary: fc.Arbitrary<Step>;
  weight: number;
}

const step = (arbitraries: Record<string, fc.Arbitrary<unknown>>, weight: number): Weighted => ({
  arbitrary: fc.record(arbitraries) as fc.Arbitrary<Step>,
  weight,
});
const kind = fc.constant;
const fraction = fc.double({ min: 0, max: 1, noNaN: true });
const seldom = fc.oneof({ arbitrary: fc.constant(true), weight: 5 }, fc.constant(false));
const HOUR = 3_600;

/** No `Date` at all, the right one, one that is behind, one that is hours ahead: from answer to answer. */
const DATE_OFF = fc.array(
  fc.oneof(
    { arbitrary: fc.constantFrom<(number | undefined)[]>(0, 0, undefined), weight: 3 },
    fc.integer({ min: -900, max: 900 }),
    fc.constantFrom(-10 * HOUR, -2 * HOUR, 2 * HOUR, 10 * HOUR),
  ),
  { minLength: 1, maxLength: 4 },
);

const STATE: fc.Arbitrary<AlertState> = fc.record({
  status: fc.oneof({ arbitrary: fc.constant('Pending' as const), weight: 4 }, fc.constantFrom(...STATUSES)),
  urgency: fc.oneof({ arbitrary: fc.constant(40), weight: 4 }, fc.constantFrom(...URGENCIES)),
});

const UNEVENTFUL = [
  step(
    {
      kind: kind('raise'),
      after: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 400 })),
      // How far the time in the notice is off.
      announced: fc.option(fc.integer({ min: -5, max: 5 }), { nil: undefined }),
      hidden: fc.boolean(),
      wanted: seldom,
      raised: STATE,
    },
    12,
  ),
  step(
    {
      kind: kind('change'),
      which: fc.nat(5),
      after: fc.integer({ min: 0, max: 20 }),
      to: fc.oneof(
        fc.record({ status: fc.constantFrom(...STATUSES) }),
        fc.record({ urgency: fc.constantFrom(...URGENCIES) }),
        STATE,
      ),
    },
    5,
  ),
  step({ kind: kind('read') }, 5),
  step(
    {
      kind: kind('end'),
      which: fc.nat(2),
      how: fc.constantFrom('succeeded', 'succeeded', 'succeeded', 'failed', 'timed-out'),
    },
    10,
  ),
  step({ kind: kind('late'), which: fc.nat(9) }, 2),
  step({ kind: kind('tick') }, 4),
  step({ kind: kind('turns'), count: fc.integer({ min: 1, max: 30 }) }, 8),
  step({ kind: kind('pass'), seconds: fc.integer({ min: 1, max: 2_000 }) }, 2),
  step({ kind: kind('clock'), dateOff: DATE_OFF }, 1),
  step({ kind: kind('platform'), up: fc.boolean() }, 1),
  step({ kind: kind('disk'), full: fc.boolean() }, 1),
];

export const RERUN = step({ kind: kind('rerun') }, 1);
export const RESTART = step({ kind: kind('restart') }, 2);

function crash(lied: fc.Arbitrary<number>): Weighted {
  return step({ kind: kind('crash'), kept: fraction, lied, doubled: fc.oneof(fc.constant(0), fraction) }, 4);
}
export const CRASH = crash(fc.constant(0));
/** The disk had said that it was written. */
export const CRASH_OF_A_LIAR = crash(fc.oneof(fc.constant(0), fraction));

export function scenarios(...kinds: Weighted[]): fc.Arbitrary<Scenario> {
  return fc.record({
    before: fc.nat(4),
    dateOff: fc.oneof({ arbitrary: fc.constant<(number | undefined)[]>([0]), weight: 2 }, DATE_OFF),
    steps: fc.array(fc.oneof(...UNEVENTFUL, ...kinds), { minLength: 5, maxLength: 60, size: 'max' }),
    compactEvery: fc.integer({ min: 1, max: 20 }),
  });
}
