import { CONTESTANTS, type ContestantName } from './contestants';
import { Site } from './site';

export type PerContestant<Value> = Record<ContestantName, Value>;

export const CONTESTANT_NAMES = Object.keys(CONTESTANTS) as ContestantName[];

export function perContestant<Value>(make: (name: ContestantName) => Value): PerContestant<Value> {
  return Object.fromEntries(CONTESTANT_NAMES.map((name) => [name, make(name)])) as PerContestant<Value>;
}

/**
 * Measures all contestants in turn, round by round, so that what else the machine does falls on all of them.
 * Each is warmed up before.
 */
export async function alternating<Value>(
  rounds: number,
  warmUp: number,
  measure: (site: Site) => Promise<Value>,
): Promise<PerContestant<Value[]>> {
  const measured = perContestant<Value[]>(() => []);
  const sites: [ContestantName, Site][] = [];
  try {
    for (const name of CONTESTANT_NAMES) {
      const site = await Site.open(CONTESTANTS[name]);
      sites.push([name, site]);
      await site.warmUp(warmUp);
    }
    for (let round = 0; round < rounds; round += 1)
      for (const [name, site] of sites) measured[name].push(await measure(site));
  } finally {
    for (const [, site] of sites) await site.stop();
  }
  return measured;
}
