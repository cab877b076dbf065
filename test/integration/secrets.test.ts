import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

import { RunsApi } from './support/runs-api';
import {
  API_KEY,
  TOOL_TOKEN,
  type UseCaseFixture,
  deployAndGoLive,
  nodeOf,
  startUseCase,
} from './support/use-case-fixture';

describe('the API key', () => {
  let fixture: UseCaseFixture;

  before(async () => {
    fixture = await startUseCase({
      nodeRed: { settings: { logging: { console: { level: 'trace', audit: true } } } },
    });
    await deployAndGoLive(fixture);
  });

  after(() => fixture.stop());

  it('is in no export, no file, no log and no message, also after it was refused', async () => {
    fixture.platform.raise();
    await fixture.tool.waitFor(1, 30_000);
    fixture.platform.keyState = 'expired';
    fixture.platform.live.cut();
    await fixture.comms.waitForStatus(nodeOf(fixture.flows, 'sekoia-alert-created').id, /refused/);
    fixture.platform.faults.rest({ status: 500, body: `<h1>${API_KEY}</h1>` });

    const { flows } = await fixture.nodeRed.flows();
    const config = nodeOf(flows, 'sekoia-config');
    const credentials = await fixture.nodeRed.request('GET', `/credentials/sekoia-config/${config.id}`);
    assert.deepEqual(credentials, { has_apiKey: true });
    const places = {
      flows: JSON.stringify(flows),
      log: fixture.nodeRed.log.join('\n'),
      tool: JSON.stringify(fixture.tool.received),
      statuses: JSON.stringify(fixture.comms.history),
      ...filesBelow(fixture.userDir),
    };
    assert.ok(places.log.length > 1000);
    const leaks = Object.entries(places).filter(([, text]) => text.includes(API_KEY));
    assert.deepEqual(
      leaks.map(([place]) => place),
      [],
    );
  });
});

describe('the secrets of a flow', () => {
  it('are in no run, no file of the history and no answer of the admin API', async () => {
    const fixture = await startUseCase({ nodeRed: { settings: { sekoia: { timeScale: 0.02 } } } });
    const cookie = 'session-of-the-tool-4711';
    try {
      // A flow may put anything into a message: here all of it, where a function can reach it.
      const request = nodeOf(fixture.flows, 'http request');
      const { id: trigger, wires } = nodeOf(fixture.flows, 'sekoia-alert-created');
      fixture.flows = fixture.flows.map((node) =>
        node.id === trigger ? { ...node, wires: [['leak']] } : node,
      );
      fixture.flows.push({
        id: 'leak',
        type: 'function',
        z: request.z,
        name: '',
        func: `msg.headers = { authorization: 'Bearer ${TOOL_TOKEN}', Cookie: '${cookie}' };
               msg.note = 'the key is ' + ${JSON.stringify(API_KEY)} + '.';
               msg.deep = [{ apiKey: '${API_KEY}' }];
               return msg;`,
        outputs: 1,
        wires,
      });
      await deployAndGoLive(fixture);
      const api = new RunsApi(fixture);
      const good = await api.runOf(fixture.platform.raise().uuid, 'succeeded');
      fixture.platform.faults.rest({ status: 403, body: `<h1>${API_KEY}</h1>`, times: 1 });
      // A tool may repeat what it was sent.
      fixture.tool.answer({ status: 500, body: { error: `refused: Bearer ${TOOL_TOKEN}` }, times: 1 });
      const other = await api.runOf(fixture.platform.raise().uuid, 'succeeded');
      const answers = await Promise.all(
        ['runs', `runs/${good.id}`, `runs/${other.id}`, 'triggers', 'metrics', 'runs/rerun-failed'].map(
          async (route) => (await api.call('GET', route)).text,
        ),
      );
      assert.ok(answers[1]!.includes('leak'));
      await fixture.nodeRed.stop();
      const places: Record<string, string> = {
        answers: answers.join('\n'),
        changes: JSON.stringify(fixture.comms.changes),
        log: fixture.nodeRed.log.join('\n'),
        ...Object.fromEntries(
          Object.entries(filesBelow(fixture.userDir)).filter(([file]) => file.includes('/sekoia/')),
        ),
      };
      assert.ok(Object.keys(places).some((place) => place.includes('/sekoia/')));
      for (const [place, text] of Object.entries(places))
        for (const secret of [API_KEY, TOOL_TOKEN, cookie])
          assert.ok(!text.includes(secret), `${secret} in ${place}`);
    } finally {
      await fixture.stop();
    }
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
