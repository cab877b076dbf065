import assert from 'node:assert/strict';

import { ALERT_INCLUDES } from '../../lib/sekoia/alert';
import { CHOICE_KINDS } from '../../lib/sekoia/choices';
import { testConnection } from '../../lib/sekoia/connection-test';
import { Platform } from '../../lib/sekoia/platform';
import { RestClient } from '../../lib/sekoia/rest-client';
import { startPlatform, type Platform as Simulator } from '../../simulator';
import { assertContractKept } from './root-hooks';

/** What each public method of the client is called with. One that is new must be added here. */
const CALLS: Record<string, (client: RestClient, uuids: readonly string[]) => Promise<unknown>> = {
  me: (client) => client.me(),
  getAlert: async (client, [first = '', second = '', shortId = '', ...rest]) => {
    await client.getAlert(first);
    await client.getAlert(shortId);
    for (const include of ALERT_INCLUDES) await client.getAlert(second, { include: [include] });
    await client.getAlert(second, { include: ALERT_INCLUDES, notFoundForMs: 10 });
    // Those that wait for their turn are read as a list.
    await Promise.all(rest.map((id) => client.getAlert(id)));
  },
  listAlerts: async (client) => {
    await client.listAlerts({});
    // As the catch-up asks, and as the figures on the platform are asked for.
    await client.listAlerts({
      'date[created_at]': `${new Date().toISOString()},now`,
      sort: 'created_at',
      direction: 'asc',
      limit: 100,
      offset: 100,
      with_count: true,
    });
  },
  // Its paths are those of the choices, which are sent below.
  listItems: (client) => client.listItems('/sic/alerts/rules', { offset: 100 }),
  close: (client) => {
    client.close();
    return Promise.resolve();
  },
};

describe('the requests of the client', () => {
  let simulator: Simulator;
  let platform: Platform;

  beforeEach(async () => {
    simulator = await startPlatform();
    platform = new Platform({
      baseUrl: simulator.url,
      apiKey: simulator.apiKey,
      requestsPerSecond: 0,
      timing: { rest: { shareForMs: 0 } },
    });
  });

  afterEach(async () => {
    await platform.close();
    await simulator.stop();
  });

  it('are all listed here', () => {
    const { constructor, ...methods } = Object.getOwnPropertyDescriptors(RestClient.prototype);
    assert.ok(constructor);
    const names = Object.keys(methods).filter((name) => typeof methods[name as 'me'].value === 'function');
    assert.deepEqual(names.sort(), Object.keys(CALLS).sort());
  });

  for (const [name, send] of Object.entries(CALLS))
    it(`follow the contract: ${name}()`, async () => {
      const uuids = simulator.raiseMany(10);
      await send(platform.client, [...uuids.slice(0, 2), simulator.raise().short_id, ...uuids.slice(2)]);
      assert.equal(simulator.requests.length > 0, name !== 'close');
      assertContractKept();
    });

  for (const kind of CHOICE_KINDS)
    it(`follow the contract: suggestions of ${kind}`, async () => {
      await platform.choices.find(kind, '');
      assert.ok(simulator.requests.length > 0);
      assertContractKept();
    });

  it('follow the contract: the test of a configuration', async () => {
    simulator.raise();
    assert.equal((await testConnection(platform, true)).code, 'connected');
    assertContractKept();
  });
});
