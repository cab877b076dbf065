import assert from 'node:assert/strict';
import { inspect } from 'node:util';

import type { NodeAPI } from 'node-red';
import helper from 'node-red-node-test-helper';

import sekoiaConfig from '../../nodes/sekoia-config/sekoia-config';
import { errorOf, node, outcomes, settled, sink, trigger, useWorld, within } from './support';

const getAlert = node(
  'sekoia-get-alert',
  'get',
  { config: 'sekoia', alert: 'payload', alertType: 'msg', output: 'payload', outputType: 'msg' },
  'out',
);

describe('sekoia-config', () => {
  const world = useWorld();

  describe('the API key', () => {
    it('is a credential of type password', () => {
      const registered: unknown[] = [];
      const registerType = (type: string, _constructor: unknown, options: unknown): void => {
        registered.push([type, options]);
      };
      const ignore = (): void => undefined;
      sekoiaConfig({
        nodes: { registerType },
        httpAdmin: { get: ignore, post: ignore },
        auth: { needsPermission: ignore },
      } as unknown as NodeAPI);
      assert.deepEqual(registered, [['sekoia-config', { credentials: { apiKey: { type: 'password' } } }]]);
    });

    it('is in no dump of a node, also after it was used', async () => {
      const { platform, bench } = world;
      await world.run([...trigger(), getAlert, sink('out')]);
      await bench.status('trigger', 'live');
      const { uuid } = platform.raise();
      await bench.alert('alerts', uuid);
      bench.send('get', { payload: uuid });
      await bench.received('out', 1);

      for (const id of ['sekoia', 'trigger', 'get']) {
        const dumped = helper.getNode(id);
        assert.ok(!inspect(dumped, { depth: 10, showHidden: true }).includes(platform.apiKey), id);
        assert.ok(!JSON.stringify(dumped).includes(platform.apiKey), id);
      }
    });

    it('is in no log, status or error when it is refused', async () => {
      const { platform, bench } = world;
      platform.keyState = 'revoked';
      await world.run([...trigger(), getAlert, sink('out'), ...outcomes('get')]);
      await bench.status('trigger', 'API key refused');
      bench.send('get', { payload: 'AL1' });
      await bench.received('caught', 1);

      const seen = [bench.statuses, bench.messages('caught'), helper.log().args];
      assert.ok(!inspect(seen, { depth: 10 }).includes(platform.apiKey));
    });

    it('may stand between spaces and line ends, as after a copy', async () => {
      const { platform, bench } = world;
      await world.run(trigger(), { apiKey: ` ${platform.apiKey}\r\n` });
      await bench.status('trigger', 'live');
    });

    it('is asked for when it is missing, and nothing is sent', async () => {
      const { platform, bench } = world;
      await world.run([...trigger(), getAlert, sink('out'), ...outcomes('get')], { apiKey: '' });
      const status = await bench.status('trigger', 'no usable API key');
      assert.equal(status.fill, 'red');
      bench.send('get', { payload: 'AL1' });
      const [caught] = await bench.received('caught', 1);
      assert.equal(errorOf(caught).code, 'SEKOIA_AUTH');
      assert.match(errorOf(caught).message, /No API key is set: open the Sekoia configuration/);

      assert.deepEqual(platform.requests, []);
      assert.deepEqual([platform.live.accepted, platform.live.refused], [0, 0]);
    });

    it('is refused, and not sent, when no key can look like it', async () => {
      const { platform, bench } = world;
      await world.run([...trigger(), getAlert, sink('out'), ...outcomes('get')], {
        apiKey: 'two words; a=b\r\nX-Injected: yes',
      });
      const { fill } = await bench.status('trigger', 'no usable API key');
      assert.equal(fill, 'red');
      bench.send('get', { payload: 'AL1' });
      const [caught] = await bench.received('caught', 1);
      assert.equal(errorOf(caught).code, 'SEKOIA_AUTH');

      assert.deepEqual(platform.requests, []);
      assert.deepEqual([platform.live.accepted, platform.live.refused], [0, 0]);
    });
  });

  describe('an address that cannot be used', () => {
    for (const [baseUrl, sentence] of [
      ['', /The base URL is not a web address: choose a region/],
      ['http://', /The base URL is not a web address/],
      ['ftp://api.sekoia.io', /The base URL must start with https:\/\//],
      ['https://user:secret@api.sekoia.io', /The base URL must not contain a user name or password/],
    ] as const)
      it(`is named to those who use it: "${baseUrl}"`, async () => {
        const { platform, bench } = world;
        await world.run([...trigger(), getAlert, sink('out'), ...outcomes('get')], { baseUrl });
        bench.send('get', { payload: 'AL1' });
        const [caught] = await bench.received('caught', 1);
        assert.equal(errorOf(caught).code, 'SEKOIA_BAD_INPUT');
        assert.match(errorOf(caught).message, sentence);
        assert.doesNotMatch(errorOf(caught).message, /secret/);

        assert.match(bench.logged('trigger').join(), sentence);
        const { fill } = await bench.status('trigger', 'the Sekoia configuration cannot be used');
        assert.equal(fill, 'red');
        assert.deepEqual(platform.requests, []);
      });
  });

  it('is at api.sekoia.io when a flow file says nothing', async () => {
    const { platform, bench } = world;
    await world.run([getAlert, sink('out'), ...outcomes('get')], { baseUrl: undefined, apiKey: '' });
    const config = helper.getNode('sekoia') as unknown as { platform(): { addresses: { api: string } } };
    assert.equal(config.platform().addresses.api, 'https://api.sekoia.io/api/v1');
    // Without a key nothing is sent there.
    bench.send('get', { payload: 'AL1' });
    const [caught] = await bench.received('caught', 1);
    assert.equal(errorOf(caught).code, 'SEKOIA_AUTH');
    assert.deepEqual(platform.requests, []);
  });

  it('takes the addresses that are set apart from the base URL', async () => {
    const { platform, bench } = world;
    await world.run(trigger(), {
      baseUrl: `${platform.url}/api/v1`,
      liveUrl: platform.url.replace('http', 'ws'),
      appUrl: 'https://app.example.org/operations/alerts',
    });
    await bench.status('trigger', 'live');
    const { uuid, short_id: shortId } = platform.raise();
    const message = await bench.alert('alerts', uuid);
    assert.equal(
      (message.payload as { url: string }).url,
      `https://app.example.org/operations/alerts/${shortId}`,
    );
  });

  it('opens nothing while no trigger uses it', async () => {
    const { platform, bench } = world;
    const { uuid } = platform.raise();
    await world.run([getAlert, sink('out')]);
    bench.send('get', { payload: uuid });
    await bench.received('out', 1);
    assert.equal(platform.requests.length, 1);
    assert.equal(platform.live.accepted, 0);
  });

  it('has one REST client and one socket for all that use it', async () => {
    const { platform, bench } = world;
    const ids = ['one', 'two', 'three'];
    await world.run([
      ...ids.map((id) => node('sekoia-alert-created', id, { config: 'sekoia' }, `${id}-alerts`)),
      ...ids.map((id) => sink(`${id}-alerts`)),
    ]);
    await Promise.all(ids.map((id) => bench.status(id, 'live')));
    assert.equal(platform.live.accepted, 1);

    const { uuid } = platform.raise();
    await Promise.all(ids.map((id) => bench.alert(`${id}-alerts`, uuid)));
    for (const id of ids) assert.equal(bench.messages(`${id}-alerts`).length, 1);

    interface ConfigNode {
      platform(): { client: unknown; live: unknown };
    }
    const config = helper.getNode('sekoia') as unknown as ConfigNode;
    assert.equal(config.platform().client, config.platform().client);
    assert.equal(config.platform().live, config.platform().live);
  });

  it('keeps its socket while one of its triggers is left, and closes it with the last', async () => {
    const { platform, bench } = world;
    const one = node('sekoia-alert-created', 'one', { config: 'sekoia' }, 'alerts');
    const two = node('sekoia-alert-created', 'two', { config: 'sekoia' }, 'alerts');
    await world.run([one, two, sink('alerts')]);
    await bench.status('two', 'live');

    await world.redeploy([two, sink('alerts')], 'nodes');
    const { uuid } = platform.raise();
    await bench.alert('alerts', uuid);
    assert.deepEqual([platform.live.open, platform.live.accepted], [1, 1]);

    await world.redeploy([sink('alerts')], 'nodes');
    await settled(platform.live, 'close', () => platform.live.open === 0 || undefined);
    assert.equal(platform.live.accepted, 1);
  });

  it('closes within a second though its socket is half-open', async () => {
    const { platform, bench } = world;
    await world.run(trigger());
    await bench.status('trigger', 'live');
    platform.faults.deafen();
    await within(1_000, world.end());
    // By the time that the platform answers anybody else, it knows that the socket is gone.
    await fetch(platform.url);
    assert.equal(platform.live.open, 0);
  });

  it('lets nobody ask the platform once it is closed', async () => {
    const { platform } = world;
    await world.run([getAlert, sink('out')]);
    const config = helper.getNode('sekoia') as unknown as {
      platform(): { client: { me(): Promise<unknown> } };
    };
    const { client } = config.platform();
    await client.me();
    await world.end();
    await assert.rejects(client.me(), { code: 'SEKOIA_UNAVAILABLE', message: /stopped or was redeployed/ });
    assert.equal(platform.requests.length, 1);
  });

  it('closes within a second though the platform answers neither the handshake nor a request', async () => {
    const { platform } = world;
    platform.faults.live({ hangHandshake: true });
    platform.faults.rest({ hang: true });
    const asked = settled(platform, 'request', () => platform.requests.length > 0 || undefined);
    await world.run(trigger());
    await asked;
    await within(1_000, world.end());
  });

  it('works with a new key as soon as it is deployed', async () => {
    const { platform, bench } = world;
    await world.run(trigger(), { apiKey: 'an-older-key' });
    await bench.status('trigger', 'API key refused');
    bench.setCredentials({ sekoia: { apiKey: platform.apiKey } });
    await world.redeploy(trigger(), 'full');
    await bench.status('trigger', 'live');
    const { uuid } = platform.raise();
    await bench.alert('alerts', uuid);
  });
});
