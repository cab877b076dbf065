/** b. From the moment an alert is raised until the target has it, one after the other. */
import { CONTESTANT_NAMES, type PerContestant, alternating, perContestant } from './support/alternating';
import { CONTESTANTS } from './support/contestants';
import { type Extent, type Report, atMost } from './support/report';
import { median, percentile } from './support/statistics';
import { figure, ratio, table } from './support/table';

/** How many in a round, for each number a second. */
const STREAMS = [
  { perSecond: 1, alerts: 8 },
  { perSecond: 10, alerts: 50 },
  { perSecond: 100, alerts: 300 },
];

export async function latency({ quick, rounds }: Extent): Promise<Report> {
  const streams = quick ? STREAMS.slice(1) : STREAMS;
  const rounded = await alternating(rounds, 300, async (site) => {
    const latencies: number[][] = [];
    for (const { perSecond, alerts } of streams)
      latencies.push((await site.stream(alerts, perSecond)).latenciesMs);
    return latencies;
  });

  const rows: string[][] = [];
  const goals = streams.map(({ perSecond }, stream) => {
    const ms: PerContestant<number[]> = perContestant((name) =>
      rounded[name].flatMap((latencies) => latencies[stream] ?? []),
    );
    for (const name of CONTESTANT_NAMES)
      rows.push([
        `${perSecond} a second: ${CONTESTANTS[name].name}`,
        figure(median(ms[name]), ' ms'),
        figure(percentile(ms[name], 0.99), ' ms'),
        ratio(median(ms[name]) / median(ms.byHand)),
      ]);
    const over = median(ms.package) / median(ms.byHand);
    return atMost(`Latency at ${perSecond} a second, compared with by hand`, over, 1.2, ratio);
  });
  return {
    title: 'Latency of single alerts, from raised to received',
    markdown: table(['', 'p50', 'p99', 'p50 of by hand'], rows),
    goals,
  };
}
