/** a. How fast a burst of alerts gets through, without a limit for requests. */
import { CONTESTANT_NAMES, alternating, perContestant } from './support/alternating';
import { CONTESTANTS, type ContestantName } from './support/contestants';
import { type Extent, type Report, atLeast } from './support/report';
import { median } from './support/statistics';
import { figure, ratio, table } from './support/table';

export async function burst({ quick, rounds }: Extent): Promise<Report> {
  const alerts = quick ? 1_000 : 2_000;
  const bursts = await alternating(rounds, alerts, async (site) => {
    const cpuBefore = site.cpuMs();
    const { seconds } = await site.burst(alerts);
    return { perSecond: alerts / seconds, cpuMs: (site.cpuMs() - cpuBefore) / alerts };
  });

  const perSecond = perContestant((name) => bursts[name].map((one) => one.perSecond));
  const over = (name: ContestantName): number => median(perSecond.package) / median(perSecond[name]);
  return {
    title: `A burst of ${figure(alerts)} alerts, without a limit for requests`,
    markdown: table(
      ['', 'Alerts a second', 'Slowest, fastest round', 'CPU an alert', 'This package is'],
      CONTESTANT_NAMES.map((name) => [
        CONTESTANTS[name].name,
        figure(median(perSecond[name])),
        `${figure(Math.min(...perSecond[name]))}, ${figure(Math.max(...perSecond[name]))}`,
        figure(median(bursts[name].map(({ cpuMs }) => cpuMs)), ' ms'),
        name === 'package' ? '' : ratio(over(name)),
      ]),
    ),
    goals: [
      atLeast('Burst, compared with by hand', over('byHand'), 1.5, ratio),
      atLeast('Burst, compared with the ceiling', over('ceiling'), 0.9, ratio),
    ],
  };
}
