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

  const speed = perContestant((name) => median(bursts[name].map(({ perSecond }) => perSecond)));
  const compared = (one: ContestantName, other: ContestantName): number => speed[one] / speed[other];
  return {
    title: `A burst of ${figure(alerts)} alerts, without a limit for requests`,
    markdown: table(
      ['', 'Alerts a second', 'Slowest, fastest round', 'CPU an alert', 'Of by hand', 'Of the ceiling'],
      CONTESTANT_NAMES.map((name) => {
        const rounds = bursts[name].map(({ perSecond }) => perSecond);
        return [
          CONTESTANTS[name].name,
          figure(speed[name]),
          `${figure(Math.min(...rounds))}, ${figure(Math.max(...rounds))}`,
          figure(median(bursts[name].map(({ cpuMs }) => cpuMs)), ' ms'),
          ratio(compared(name, 'byHand')),
          ratio(compared(name, 'ceiling')),
        ];
      }),
    ),
    goals: [
      atLeast('Burst, compared with by hand', compared('package', 'byHand'), 1.5, ratio),
      atLeast('Burst, compared with the ceiling', compared('package', 'ceiling'), 0.9, ratio),
    ],
  };
}
