import { byHandFlow, ceilingFlow, packageFlow } from './flows';
import { BARE_SCRIPT, type Contestant, nodeRedWith } from './site';

/** The four that are compared, all without a limit for requests. */
export const CONTESTANTS = {
  package: nodeRedWith('this package', (places) => packageFlow(places), { withPackage: true }),
  byHand: nodeRedWith('by hand', (places) => byHandFlow(places)),
  ceiling: nodeRedWith('ceiling: by hand, the alert not read', ceilingFlow),
  bare: BARE_SCRIPT,
} satisfies Record<string, Contestant>;

export type ContestantName = keyof typeof CONTESTANTS;
