/** d. Catching up on alerts that were raised while Node-RED was off. */
import { packageFlow } from './support/flows';
import { type Extent, type Report, atLeast, atMost } from './support/report';
import { Site, nodeRedWith } from './support/site';
import { nowMs } from './support/clock';
import { figure, ratio, table } from './support/table';

const SIZES = [1_000, 10_000, 100_000];

/** Between two alerts: a hundred thousand make up a bit less than a day. */
const EVERY_SECONDS = 0.8;

interface CaughtUp {
  alerts: number;
  perSecond: number;
  requests: number;
  /** Of Node-RED's process; undefined where the system does not tell. */
  peakMb: number | undefined;
}

const CATCHING_UP = nodeRedWith(
  'this package',
  (places) => packageFlow(places, { startFrom: 'ago', startAgoHours: 24 }),
  { withPackage: true },
);

export async function catchUp({ quick }: Extent): Promise<Report> {
  const caughtUp: CaughtUp[] = [];
  for (const alerts of quick ? SIZES.slice(0, 2) : SIZES) caughtUp.push(await catchUpOn(alerts));

  const last = caughtUp.at(-1);
  const before = caughtUp.at(-2);
  const goals = [];
  if (last !== undefined && before !== undefined) {
    const what = `Catch-up on ${figure(last.alerts)}, compared with ${figure(before.alerts)}`;
    goals.push(atLeast(`${what}: alerts a second`, last.perSecond / before.perSecond, 0.9, ratio));
    if (last.peakMb !== undefined && before.peakMb !== undefined)
      goals.push(atMost(`${what}: peak memory`, last.peakMb / before.peakMb, 1.1, ratio));
  }
  return {
    title: 'Catching up, without a limit for requests',
    markdown: table(
      ['Alerts', 'Alerts a second', 'Requests', 'Peak memory of Node-RED'],
      caughtUp.map(({ alerts, perSecond, requests, peakMb }) => [
        figure(alerts),
        figure(perSecond),
        figure(requests),
        peakMb === undefined ? 'not known' : figure(peakMb, ' MB'),
      ]),
    ),
    goals,
  };
}

async function catchUpOn(alerts: number): Promise<CaughtUp> {
  const site = await Site.open(CATCHING_UP, async (platform) => {
    await platform.ask('backlog', { count: alerts, everySeconds: EVERY_SECONDS });
  });
  const startedMs = nowMs();
  try {
    const { requests } = await site.backlog(alerts);
    const perSecond = (alerts * 1000) / (nowMs() - startedMs);
    return { alerts, perSecond, requests, peakMb: site.peakMb() };
  } finally {
    await site.stop();
  }
}
