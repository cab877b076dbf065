import { byHandFlow, ceilingFlow, packageFlow } from './flows';
import { BARE_SCRIPT, type Contestant, nodeRedWith } from './site';

/**
 * Those that are compared, all without a limit for requests. By hand, any number of requests to the target is
 * under way at a time; this package has ten runs unless it is told otherwise, so it is measured with more, too.
 */
export const CONTESTANTS = {
  package: nodeRedWith('this package', (places) => packageFlow(places), { withPackage: true }),
  packageMoreRuns: nodeRedWith(
    'this package, 50 runs at a time',
    (places) => packageFlow(places, { maxInFlight: 50 }),
    { withPackage: true },
  ),
  byHand: nodeRedWith('by hand', (places) => byHandFlow(places)),
  ceiling: nodeRedWith('ceiling: by hand, the alert not read', ceilingFlow),
  bare: BARE_SCRIPT,
} satisfies Record<string, Contestant>;

export type ContestantName = keyof typeof CONTESTANTS;
