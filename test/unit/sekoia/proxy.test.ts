import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { connect } from 'node:net';
import { inspect } from 'node:util';

import { startPlatform } from '../../../simulator';
import { deriveAddresses } from '../../../lib/sekoia/addresses';
import { routeTo } from '../../../lib/sekoia/agents';
import { ApiKey } from '../../../lib/sekoia/api-key';
import { SekoiaError } from '../../../lib/sekoia/errors';
import { LiveConnection } from '../../../lib/sekoia/live-connection';
import { type ProxySettings, proxyFor } from '../../../lib/sekoia/proxy';
import { RestClient } from '../../../lib/sekoia/rest-client';
import { KEY, bareServer, endings, watch } from './support';

const API = 'https://api.sekoia.io/api/v1';
const PROXY = 'http://proxy.corp:3128';

/** Where a request to the address would go. */
function through(address: string, settings?: ProxySettings, env: Record<string, string> = {}): string {
  return proxyFor(new URL(address), settings, env)?.href ?? 'direct';
}

describe('the proxy', () => {
  describe('of the environment', () => {
    const cases: [what: string, address: string, env: Record<string, string>, expected: string][] = [
      ['none', API, {}, 'direct'],
      ['https_proxy', API, { https_proxy: PROXY }, `${PROXY}/`],
      ['HTTPS_PROXY', API, { HTTPS_PROXY: PROXY }, `${PROXY}/`],
      ['lower case first', API, { https_proxy: PROXY, HTTPS_PROXY: 'http://other' }, `${PROXY}/`],
      ['http_proxy is not for https', API, { http_proxy: PROXY }, 'direct'],
      ['http_proxy', 'http://sim.corp', { http_proxy: PROXY }, `${PROXY}/`],
      ['https_proxy is not for http', 'http://sim.corp', { https_proxy: PROXY }, 'direct'],
      ['all_proxy', API, { ALL_PROXY: PROXY }, `${PROXY}/`],
      ['without a scheme', API, { https_proxy: 'proxy.corp:3128' }, `${PROXY}/`],
      ['blank', API, { https_proxy: ' ' }, 'direct'],
      ['with credentials', API, { https_proxy: 'http://u:p@proxy.corp:3128' }, 'http://u:p@proxy.corp:3128/'],
      ['no_proxy', API, { https_proxy: PROXY, no_proxy: 'a.corp, api.sekoia.io' }, 'direct'],
      ['no_proxy for another', API, { https_proxy: PROXY, NO_PROXY: 'sekoia.io' }, `${PROXY}/`],
    ];
    for (const [what, address, env, expected] of cases)
      it(what, () => assert.equal(through(address, undefined, env), expected));
  });

  describe('of a configuration', () => {
    it('has precedence over the environment', () => {
      const env = { https_proxy: 'http://other', no_proxy: '*' };
      assert.equal(through(API, { url: PROXY }, env), `${PROXY}/`);
    });

    it('may have any user name and password', () => {
      const settings = { url: PROXY, username: 'soc@corp', password: 'p:@/ #' };
      const proxy = proxyFor(new URL(API), settings, {})!;
      assert.equal(decodeURIComponent(proxy.username), 'soc@corp');
      assert.equal(decodeURIComponent(proxy.password), 'p:@/ #');
      assert.equal(proxy.host, 'proxy.corp:3128');
    });

    const exempt: [entry: string, address: string, direct: boolean][] = [
      ['*', API, true],
      ['api.sekoia.io', API, true],
      ['API.Sekoia.IO', API, true],
      ['sekoia.io', API, false],
      ['.sekoia.io', API, true],
      ['*.sekoia.io', API, true],
      ['.ekoia.io', API, false],
      ['api.sekoia.io:443', API, true],
      ['api.sekoia.io:8443', API, false],
      ['.sekoia.io:443', API, true],
      ['sim.corp:8080', 'http://sim.corp:8080', true],
      ['sim.corp:80', 'http://sim.corp', true],
      ['127.0.0.1', 'http://127.0.0.1:3000', true],
      ['', API, false],
      [' ', API, false],
    ];
    for (const [entry, address, direct] of exempt)
      it(`${inspect(entry)} ${direct ? 'exempts' : 'does not exempt'} ${address}`, () => {
        assert.equal(through(address, { url: PROXY, noProxy: ['other', entry] }) === 'direct', direct);
      });
  });
});

describe('a route', () => {
  it('without a proxy uses an agent for the protocol of the address', () => {
    const direct = { proxy: { url: '' } };
    assert.ok(routeTo(API, direct, true).agent instanceof https.Agent);
    assert.ok(routeTo('wss://app.sekoia.io/live/', direct, false).agent instanceof https.Agent);
    const plain = routeTo('ws://127.0.0.1:3000/live/', direct, false);
    assert.ok(plain.agent instanceof http.Agent && !(plain.agent instanceof https.Agent));
    assert.equal(plain.proxyHost, undefined);
  });

  it('with a proxy names its host but not its password', () => {
    const proxy = { url: PROXY, username: 'u', password: 'hunter2' };
    assert.equal(routeTo(API, { proxy }, true).proxyHost, 'proxy.corp:3128');
  });

  for (const url of ['ftp://u:hunter2@proxy.corp', 'socks5://u:hunter2@proxy.corp', 'http://u:hunter2@:0x'])
    it(`rejects ${url} without repeating it`, () => {
      assert.throws(
        () => routeTo(API, { proxy: { url } }, true),
        (error) =>
          error instanceof SekoiaError &&
          error.code === 'SEKOIA_BAD_INPUT' &&
          !inspect(error, { depth: 10, showHidden: true }).includes('hunter2'),
      );
    });
});

describe('a proxy that never answers', () => {
  const ending = endings();

  it('keeps no connection once the request is aborted', async () => {
    const server = await bareServer();
    ending(() => server.stop());
    let open = 0;
    const changed = new EventEmitter();
    server.http.on('connect', (_, socket) => {
      open += 1;
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        open -= 1;
        changed.emit('closed');
      });
      socket.on('end', () => socket.destroy()).resume();
    });
    const transport = { proxy: { url: server.url }, proxyTimeoutMs: 100 };
    const addresses = deriveAddresses({ baseUrl: 'http://platform.invalid' });
    const apiKey = new ApiKey(KEY);
    const client = new RestClient({
      addresses,
      apiKey,
      transport,
      timing: { silenceTimeoutMs: 30, attempts: 2, firstRetryMs: 1 },
    });
    const live = new LiveConnection({
      url: addresses.live,
      apiKey,
      transport,
      timing: { handshakeTimeoutMs: 30, firstReconnectMs: 1e6, maxReconnectMs: 1e6 },
    });
    const { watcher } = watch(live);
    await assert.rejects(client.me(), /The proxy .* did not answer in time/);
    await watcher.reaches('waiting');
    client.close();
    await live.close();
    while (open > 0) await once(changed, 'closed');
  });
});

describe('a proxy that responds', () => {
  const ending = endings();

  it('is used by REST and LiveAPI, and does not change their time-outs', async () => {
    const platform = await startPlatform({ apiKey: KEY });
    ending(() => platform.stop());
    const server = await bareServer();
    ending(() => server.stop());
    const asked: string[] = [];
    server.http.on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      const { port, hostname } = new URL(`http://${request.url ?? ''}`);
      const onward = connect(Number(port), hostname, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(onward).pipe(socket);
      });
      onward.on('error', () => socket.destroy()).on('close', () => socket.destroy());
      socket.on('error', () => onward.destroy()).on('close', () => onward.destroy());
    });
    const transport = { proxy: { url: server.url }, proxyTimeoutMs: 1000 };
    const addresses = deriveAddresses({ baseUrl: platform.url });
    const apiKey = new ApiKey(KEY);
    const client = new RestClient({ addresses, apiKey, transport, timing: { attempts: 1 } });
    ending(() => client.close());
    const live = new LiveConnection({ url: addresses.live, apiKey, transport });
    ending(() => live.close());
    const { watcher } = watch(live);
    await watcher.reaches('live');
    platform.faults.rest({ delayMs: 1500 });
    assert.equal(typeof (await client.me()).uuid, 'string');
    // The socket has been idle for longer than the proxy had to answer.
    assert.deepEqual(watcher.states, ['connecting', 'live']);
    const { host } = new URL(platform.url);
    assert.deepEqual(asked, [host, host]);
  });
});
