import assert from 'node:assert/strict';
import { inspect } from 'node:util';

import type { NodeAPI } from 'node-red';
import helper from 'node-red-node-test-helper';

import sekoiaConfig from '../../nodes/sekoia-config/sekoia-config';
import { errorOf, node, outcomes, settled, sink, trigger, useNodeFixture } from './support';

const getAlert = node(
  'sekoia-get-alert',
  'get',
  { config: 'sekoia', alert: 'payload', alertType: 'msg', output: 'payload', outputType: 'msg' },
  'out',
);

describe('sekoia-config', () => {
  const fixture = useNodeFixture();

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
      const { platform, nodeRed } = fixture;
      await fixture.run([...trigger(), getAlert, sink('out')]);
      await nodeRed.status('trigger', 'live');
      const { uuid } = platform.raise();
      await nodeRed.alert('alerts', uuid);
      nodeRed.send('get', { payload: uuid });
      await nodeRed.received('out', 1);

      for (const id of ['sekoia', 'trigger', 'get']) {
        const dumped = helper.getNode(id);
        assert.ok(!inspect(dumped, { depth: 10, showHidden: true }).includes(platform.apiKey), id);
        assert.ok(!JSON.stringify(dumped).includes(platform.apiKey), id);
      }
    });

    it('is in no log, status or error when it is refused', async () => {
      const { platform, nodeRed } = fixture;
      platform.keyState = 'revoked';
      await fixture.run([...trigger(), getAlert, sink('out'), ...outcomes('get')]);
      await nodeRed.status('trigger', 'API key refused');
      nodeRed.send('get', { payload: 'AL1' });
      await nodeRed.received('caught', 1);

      const seen = [nodeRed.statuses, nodeRed.messages('caught'), helper.log().args];
      assert.ok(!inspect(seen, { depth: 10 }).includes(platform.apiKey));
    });

    it('may have spaces and line ends around it, as after a copy', async () => {
      const { platform, nodeRed } = fixture;
      await fixture.run(trigger(), { apiKey: ` ${platform.apiKey}\r\n` });
      await nodeRed.status('trigger', 'live');
    });

    it('is requested when it is missing, and nothing is sent', async () => {
      const { platform, nodeRed } = fixture;
      await fixture.run([...trigger(), getAlert, sink('out'), ...outcomes('get')], { apiKey: '' });
      const status = await nodeRed.status('trigger', 'no usable API key');
      assert.equal(status.fill, 'red');
      nodeRed.send('get', { payload: 'AL1' });
      const [caught] = await nodeRed.received('caught', 1);
      assert.equal(errorOf(caught).code, 'SEKOIA_AUTH');
      assert.match(errorOf(caught).message, /No API key is set: open the Sekoia configuration/);

      assert.deepEqual(platform.requests, []);
      assert.deepEqual([platform.live.accepted, platform.live.refused], [0, 0]);
    });

    it('is rejected, and not sent, when it cannot be a key', async () => {
      const { platform, nodeRed } = fixture;
      await fixture.run([...trigger(), getAlert, sink('out'), ...outcomes('get')], {
        apiKey: 'two words; a=b\r\nX-Injected: yes',
      });
      const { fill } = await nodeRed.status('trigger', 'no usable API key');
      assert.equal(fill, 'red');
      nodeRed.send('get', { payload: 'AL1' });
      const [caught] = await nodeRed.received('caught', 1);
      assert.equal(errorOf(caught).code, 'SEKOIA_AUTH');

      assert.deepEqual(platform.requests, []);
      assert.deepEqual([platform.live.accepted, platform.live.refused], [0, 0]);
    });
  });

  describe('an invalid address', () => {
    for (const [baseUrl, sentence] of [
      ['', /The base URL is not a web address: choose a region/],
      ['http://', /The base URL is not a web address/],
      ['ftp://api.sekoia.io', /The base URL must start with https:\/\//],
      ['https://user:secret@api.sekoia.io', /The base URL must not contain a user name or password/],
    ] as const)
      it(`is shown by the nodes that use it: "${baseUrl}"`, async () => {
        const { platform, nodeRed } = fixture;
        await fixture.run([...trigger(), getAlert, sink('out'), ...outcomes('get')], { baseUrl });
        nodeRed.send('get', { payload: 'AL1' });
        const [caught] = await nodeRed.received('caught', 1);
        assert.equal(errorOf(caught).code, 'SEKOIA_BAD_INPUT');
        assert.match(errorOf(caught).message, sentence);
        assert.doesNotMatch(errorOf(caught).message, /secret/);

        assert.match(nodeRed.logged('trigger').join(), sentence);
        const { fill } = await nodeRed.status('trigger', 'the Sekoia configuration cannot be used');
        assert.equal(fill, 'red');
        assert.deepEqual(platform.requests, []);
      });
  });

  it('uses api.sekoia.io when a flow file does not say', async () => {
    const { platform, nodeRed } = fixture;
    await fixture.run([getAlert, sink('out'), ...outcomes('get')], { baseUrl: undefined, apiKey: '' });
    const config = helper.getNode('sekoia') as unknown as { platform(): { addresses: { api: string } } };
    assert.equal(config.platform().addresses.api, 'https://api.sekoia.io/api/v1');
    // Without a key nothing is sent there.
    nodeRed.send('get', { payload: 'AL1' });
    const [caught] = await nodeRed.received('caught', 1);
    assert.equal(errorOf(caught).code, 'SEKOIA_AUTH');
    assert.deepEqual(platform.requests, []);
  });

  it('uses the addresses that are set besides the base URL', async () => {
    const { platform, nodeRed } = fixture;
    await fixture.run(trigger(), {
      baseUrl: `${platform.url}/api/v1`,
      liveUrl: platform.url.replace('http', 'ws'),
      appUrl: 'https://app.example.org/operations/alerts',
    });
    await nodeRed.status('trigger', 'live');
    const { uuid, short_id: shortId } = platform.raise();
    const message = await nodeRed.alert('alerts', uuid);
    assert.equal(
      (message.payload as { url: string }).url,
      `https://app.example.org/operations/alerts/${shortId}`,
    );
  });

  it('opens no socket while no trigger uses it', async () => {
    const { platform, nodeRed } = fixture;
    const { uuid } = platform.raise();
    await fixture.run([getAlert, sink('out')]);
    nodeRed.send('get', { payload: uuid });
    await nodeRed.received('out', 1);
    assert.equal(platform.requests.length, 1);
    assert.equal(platform.live.accepted, 0);
  });

  it('has one REST client and one socket for all nodes that use it', async () => {
    const { platform, nodeRed } = fixture;
    const ids = ['one', 'two', 'three'];
    await fixture.run([
      ...ids.map((id) => node('sekoia-alert-created', id, { config: 'sekoia' }, `${id}-alerts`)),
      ...ids.map((id) => sink(`${id}-alerts`)),
    ]);
    await Promise.all(ids.map((id) => nodeRed.status(id, 'live')));
    assert.equal(platform.live.accepted, 1);

    const { uuid } = platform.raise();
    await Promise.all(ids.map((id) => nodeRed.alert(`${id}-alerts`, uuid)));
    for (const id of ids) assert.equal(nodeRed.messages(`${id}-alerts`).length, 1);

    interface ConfigNode {
      platform(): { client: unknown; live: unknown };
    }
    const config = helper.getNode('sekoia') as unknown as ConfigNode;
    assert.equal(config.platform().client, config.platform().client);
    assert.equal(config.platform().live, config.platform().live);
  });

  it('keeps its socket while one of its triggers is left, and closes it with the last', async () => {
    const { platform, nodeRed } = fixture;
    const one = node('sekoia-alert-created', 'one', { config: 'sekoia' }, 'alerts');
    const two = node('sekoia-alert-created', 'two', { config: 'sekoia' }, 'alerts');
    await fixture.run([one, two, sink('alerts')]);
    await nodeRed.status('two', 'live');

    await fixture.redeploy([two, sink('alerts')], 'nodes');
    const { uuid } = platform.raise();
    await nodeRed.alert('alerts', uuid);
    assert.deepEqual([platform.live.open, platform.live.accepted], [1, 1]);

    await fixture.redeploy([sink('alerts')], 'nodes');
    await settled(platform.live, 'close', () => platform.live.open === 0 || undefined);
    assert.equal(platform.live.accepted, 1);
  });

  it('closes without waiting for a half-open socket', async () => {
    const { platform, nodeRed } = fixture;
    fixture.forbidWaits();
    await fixture.run(trigger());
    await nodeRed.status('trigger', 'live');
    platform.faults.deafen();
    await fixture.end();
    // By the time that the platform answers anybody else, it knows that the socket is gone.
    await fetch(platform.url);
    assert.equal(platform.live.open, 0);
  });

  it('sends no request once it is closed', async () => {
    const { platform } = fixture;
    await fixture.run([getAlert, sink('out')]);
    const config = helper.getNode('sekoia') as unknown as {
      platform(): { client: { me(): Promise<unknown> } };
    };
    const { client } = config.platform();
    await client.me();
    await fixture.end();
    await assert.rejects(client.me(), { code: 'SEKOIA_UNAVAILABLE', message: /stopped or was redeployed/ });
    assert.equal(platform.requests.length, 1);
  });

  it('closes without waiting for a platform that answers neither the handshake nor a request', async () => {
    const { platform, nodeRed } = fixture;
    platform.faults.live({ hangHandshake: true });
    platform.faults.rest({ hang: true });
    const asked = settled(platform, 'request', () => platform.requests.length > 0 || undefined);
    fixture.forbidWaits();
    await fixture.run(trigger());
    await asked;
    await fixture.end();
    assert.doesNotMatch(nodeRed.logged('trigger').join(), /stopped|abort/i);
  });

  it('works with a new key as soon as it is deployed', async () => {
    const { platform, nodeRed } = fixture;
    await fixture.run(trigger(), { apiKey: 'an-older-key' });
    await nodeRed.status('trigger', 'API key refused');
    nodeRed.setCredentials({ sekoia: { apiKey: platform.apiKey } });
    await fixture.redeploy(trigger(), 'full');
    await nodeRed.status('trigger', 'live');
    const { uuid } = platform.raise();
    await nodeRed.alert('alerts', uuid);
  });
});
