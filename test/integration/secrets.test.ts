import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

import { API_KEY, type World, deployAndGoLive, nodeOf, startWorld } from './support/world';

describe('the API key', function () {
  this.timeout(120_000);
  let world: World;

  before(async () => {
    world = await startWorld({
      nodeRed: { settings: { logging: { console: { level: 'trace', audit: true } } } },
    });
    await deployAndGoLive(world);
  });

  after(() => world.stop());

  it('is in no export, no file, no log and no message, also after it was refused', async () => {
    world.platform.raise();
    await world.tool.waitFor(1, 30_000);
    world.platform.keyState = 'expired';
    world.platform.live.cut();
    await world.comms.waitForStatus(nodeOf(world.flows, 'sekoia-alert-created').id, /refused/);
    world.platform.faults.rest({ status: 500, body: `<h1>${API_KEY}</h1>` });

    const { flows } = await world.nodeRed.flows();
    const config = nodeOf(flows, 'sekoia-config');
    const credentials = await world.nodeRed.request('GET', `/credentials/sekoia-config/${config.id}`);
    assert.deepEqual(credentials, { has_apiKey: true });
    const places = {
      flows: JSON.stringify(flows),
      log: world.nodeRed.log.join('\n'),
      tool: JSON.stringify(world.tool.received),
      statuses: JSON.stringify(world.comms.history),
      ...filesBelow(world.userDir),
    };
    assert.ok(places.log.length > 1000);
    const leaks = Object.entries(places).filter(([, text]) => text.includes(API_KEY));
    assert.deepEqual(
      leaks.map(([place]) => place),
      [],
    );
  });
});

function filesBelow(folder: string): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    if (name === 'node_modules') continue;
    if (statSync(file).isDirectory()) Object.assign(texts, filesBelow(file));
    else texts[file] = readFileSync(file, 'latin1');
  }
  return texts;
}
