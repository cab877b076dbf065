/** a. How fast a burst of alerts gets through, without a limit for requests. */
import { CONTESTANTS, type ContestantName } from './support/contestants';
import { type Extent, type Report, atLeast } from './support/report';
import { Site } from './support/site';
import { median } from './support/statistics';
import { figure, ratio, table } from './support/table';

const ALERTS = 2_000;

export async function burst({ quick, rounds }: Extent): Promise<Report> {
  const alerts = quick ? ALERTS / 2 : ALERTS;
  const perSecond = Object.fromEntries(
    Object.keys(CONTESTANTS).map((name) => [name, []]),
  ) as unknown as Record<ContestantName, number[]>;
  const sites: [ContestantName, Site][] = [];
  try {
    for (const [name, contestant] of Object.entries(CONTESTANTS))
      sites.push([name as ContestantName, await Site.open(contestant)]);
    for (const [, site] of sites) await site.warmUp(alerts);
    for (let round = 0; round < rounds; round += 1)
      for (const [name, site] of sites) perSecond[name].push(alerts / (await site.burst(alerts)).seconds);
  } finally {
    for (const [, site] of sites) await site.stop();
  }

  const speed = (name: ContestantName): number => median(perSecond[name]);
  const over = (name: ContestantName): number => speed('package') / speed(name);
  return {
    title: `A burst of ${figure(alerts)} alerts, without a limit for requests`,
    markdown: table(
      ['', 'Alerts a second', 'Slowest round', 'Fastest round', 'This package is'],
      sites.map(([name, { contestant }]) => [
        contestant.name,
        figure(speed(name)),
        figure(Math.min(...perSecond[name])),
        figure(Math.max(...perSecond[name])),
        name === 'package' ? '' : ratio(over(name)),
      ]),
    ),
    goals: [
      atLeast('Burst, compared with by hand', over('byHand'), 1.5, ratio),
      atLeast('Burst, compared with the ceiling', over('ceiling'), 0.9, ratio),
    ],
  };
}
