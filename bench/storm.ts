/** c. A storm of alerts under the platform's limit of 5 requests a second. */
import { setTimeout as sleep } from 'node:timers/promises';

import { FIVE_A_SECOND, byHandFlow, packageFlow } from './support/flows';
import { type Extent, type Report, atMost } from './support/report';
import { type Contestant, type Delivery, Site, nodeRedWith } from './support/site';
import { figure, table } from './support/table';

const LIMIT = 5;

/** Until every request that may be sent at once may be sent again. */
const QUIET_MS = 2_000;

const BATCHED = nodeRedWith('this package', (places) => packageFlow(places, {}, LIMIT), {
  withPackage: true,
});

const ONE_BY_ONE = nodeRedWith('one read per alert: by hand, with a delay node', (places) =>
  byHandFlow(places, FIVE_A_SECOND),
);

export async function storm({ quick }: Extent): Promise<Report> {
  const alerts = 1_000;
  const batched = await stormOf(alerts, BATCHED);
  // Each alert takes a fifth of a second: a tenth of them shows it as well.
  const fewer = quick ? alerts / 10 : alerts;
  const oneByOne = await stormOf(fewer, ONE_BY_ONE);

  const row = (name: string, count: number, { seconds, requests, busiestSecond }: Delivery): string[] => [
    name,
    figure(count),
    figure(seconds, ' s'),
    figure(requests / count),
    figure(busiestSecond),
  ];
  return {
    title: `A storm of ${figure(alerts)} alerts, under ${LIMIT} requests a second`,
    markdown: table(
      ['', 'Alerts', 'Last delivery after', 'Requests an alert', 'Requests in the busiest second'],
      [row(BATCHED.name, alerts, batched), row(ONE_BY_ONE.name, fewer, oneByOne)],
    ),
    goals: [
      atMost('Storm, the last delivery', batched.seconds, 8, (value) => figure(value, ' s')),
      atMost('Storm, requests an alert', batched.requests / alerts, 0.03, figure),
      atMost('Storm, requests in the busiest second', batched.busiestSecond, 2 * LIMIT, figure),
    ],
  };
}

/** A storm that comes when all is quiet. */
async function stormOf(alerts: number, contestant: Contestant): Promise<Delivery> {
  const site = await Site.open(contestant);
  try {
    await site.warmUp(1);
    await sleep(QUIET_MS);
    return await site.burst(alerts);
  } finally {
    await site.stop();
  }
}
