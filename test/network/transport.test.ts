import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { FlowNode } from '../../scripts/node-red-process';
import type { PlatformOptions } from '../../simulator';
import { ConnectProxy } from '../integration/support/connect-proxy';
import {
  type UseCaseFixture,
  deployAndGoLive,
  receivedUuids,
  startUseCase,
} from '../integration/support/use-case-fixture';

const FIXTURES = path.join(__dirname, '..', 'integration', 'fixtures');
const PRIVATE_CA: PlatformOptions = {
  tls: {
    key: readFileSync(path.join(FIXTURES, 'server-key.pem')),
    cert: readFileSync(path.join(FIXTURES, 'server.pem')),
  },
};

const TLS_CONFIG: FlowNode = {
  id: 'tls-of-the-company',
  type: 'tls-config',
  name: '',
  cert: '',
  key: '',
  ca: path.join(FIXTURES, 'ca.pem'),
  certname: '',
  keyname: '',
  caname: 'ca.pem',
  servername: '',
  verifyservercert: true,
  alpnprotocol: '',
};

function proxyConfig(url: string, noproxy: string[] = [], credentials?: object): FlowNode {
  return {
    id: 'proxy-of-the-company',
    type: 'http proxy',
    name: '',
    url,
    noproxy,
    ...(credentials && { credentials }),
  };
}

/** The fixture's flow with the configuration set as wanted, and the core nodes that this names. */
function configured(fixture: UseCaseFixture, properties: object, ...nodes: FlowNode[]): void {
  fixture.flows = [
    ...nodes,
    ...fixture.flows.map((node) => (node.type === 'sekoia-config' ? { ...node, ...properties } : node)),
  ];
}

async function alertArrivesLive(fixture: UseCaseFixture): Promise<void> {
  await deployAndGoLive(fixture);
  const { uuid } = fixture.platform.raise();
  await fixture.tool.waitFor(1, 30_000);
  assert.deepEqual(receivedUuids(fixture.tool), [uuid]);
}

describe('the connection to the platform', () => {
  let fixture: UseCaseFixture;
  let proxy: ConnectProxy | undefined;

  afterEach(async () => {
    await fixture.stop();
    await proxy?.stop();
    proxy = undefined;
  });

  it('trusts a private CA, for REST and LiveAPI', async () => {
    fixture = await startUseCase({ platform: PRIVATE_CA });
    configured(fixture, { tls: TLS_CONFIG.id }, TLS_CONFIG);
    await alertArrivesLive(fixture);
  });

  it('goes through a proxy, for REST and LiveAPI', async () => {
    proxy = await ConnectProxy.start();
    fixture = await startUseCase();
    configured(fixture, { proxy: 'proxy-of-the-company' }, proxyConfig(proxy.url));
    await alertArrivesLive(fixture);
    assert.ok(proxy.tunnels.length >= 2);
    assert.deepEqual(new Set(proxy.tunnels), new Set([new URL(fixture.platform.url).host]));
  });

  it('goes through a proxy with a password to a platform with a private CA', async () => {
    proxy = await ConnectProxy.start('alice:s3cret:with@signs');
    fixture = await startUseCase({ platform: PRIVATE_CA });
    const credentials = { username: 'alice', password: 's3cret:with@signs' };
    configured(
      fixture,
      { proxy: 'proxy-of-the-company', tls: TLS_CONFIG.id },
      proxyConfig(proxy.url, [], credentials),
      TLS_CONFIG,
    );
    await alertArrivesLive(fixture);
    assert.ok(proxy.tunnels.length >= 2);
  });

  it('bypasses the proxy for exempt hosts', async () => {
    proxy = await ConnectProxy.start();
    fixture = await startUseCase();
    configured(fixture, { proxy: 'proxy-of-the-company' }, proxyConfig(proxy.url, ['127.0.0.1']));
    await alertArrivesLive(fixture);
    assert.deepEqual(proxy.tunnels, []);
  });

  it('uses the proxy of the environment', async () => {
    proxy = await ConnectProxy.start();
    fixture = await startUseCase({
      nodeRed: { env: { http_proxy: proxy.url, NO_PROXY: 'elsewhere.example' } },
    });
    // The external tool is reached by a core node, which goes through the proxy without a tunnel.
    fixture.flows = fixture.flows.filter((node) => node.type !== 'http request');
    await deployAndGoLive(fixture);
    assert.ok(proxy.tunnels.length >= 2);
  });

  it('is direct for hosts that the environment exempts', async () => {
    proxy = await ConnectProxy.start();
    fixture = await startUseCase({ nodeRed: { env: { http_proxy: proxy.url, NO_PROXY: '127.0.0.1' } } });
    await alertArrivesLive(fixture);
    assert.deepEqual(proxy.tunnels, []);
  });
});
