import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

import { startPlatform } from '../../simulator';
import { ConnectProxy } from './support/connect-proxy';
import {
  API_KEY,
  type UseCaseFixture,
  deployAndGoLive,
  nodeOf,
  startUseCase,
} from './support/use-case-fixture';

interface TestAnswer {
  ok: boolean;
  code: string;
  message: string;
  who?: string;
}

const FIXTURES = path.join(__dirname, 'fixtures');

describe('Test connection', () => {
  let fixture: UseCaseFixture;

  before(async () => {
    fixture = await startUseCase();
    fixture.flows.push(
      {
        id: 'undeployed-users',
        type: 'sekoia-config',
        name: '',
        baseUrl: fixture.platform.url,
      },
      {
        id: 'with-variables',
        type: 'sekoia-config',
        name: '',
        baseUrl: '${PLATFORM_OF_THE_TEST}',
        credentials: { apiKey: '${KEY_OF_THE_TEST}' },
      },
    );
    await deployAndGoLive(fixture);
  });

  after(() => fixture.stop());

  afterEach(() => {
    fixture.platform.keyState = 'valid';
    fixture.platform.permissions.add('SIC_READ_ALERTS');
    fixture.platform.faults.clear();
  });

  const test = async (body: object): Promise<TestAnswer> =>
    (await fixture.nodeRed.request('POST', '/sekoia-config/test', body)) as TestAnswer;
  const typed = (more: object = {}): Promise<TestAnswer> =>
    test({ baseUrl: fixture.platform.url, apiKey: API_KEY, ...more });

  it('says which account it is connected as', async () => {
    const answer = await typed();
    assert.deepEqual([answer.ok, answer.code], [true, 'connected']);
    assert.ok(answer.who);
  });

  it('uses the stored key for the stored address', async () => {
    const { id } = nodeOf(fixture.flows, 'sekoia-config', 'ReadAlertContent');
    const answer = await test({ id, baseUrl: fixture.platform.url });
    assert.equal(answer.code, 'connected');
  });

  it('reads ${NAME} from the environment where the deployed node does', async () => {
    const id = 'with-variables';
    const baseUrl = '${PLATFORM_OF_THE_TEST}';
    assert.equal((await test({ id, baseUrl })).code, 'connected');
    assert.equal((await test({ id, baseUrl, apiKey: '${KEY_OF_THE_TEST}' })).code, 'connected');
    assert.equal((await test({ id, baseUrl, apiKey: API_KEY })).code, 'connected');
  });

  it('reads no other variable, and sends none to another address', async () => {
    const server = await startPlatform({ apiKey: API_KEY });
    try {
      const { id } = nodeOf(fixture.flows, 'sekoia-config', 'ReadAlertContent');
      const key = { apiKey: '${KEY_OF_THE_TEST}' };
      const refused = async (body: object): Promise<void> =>
        assert.equal((await test(body)).code, 'undeployed-variable');
      await refused({ baseUrl: server.url, ...key });
      await refused({ id, baseUrl: server.url, ...key });
      await refused({ id: 'with-variables', baseUrl: server.url, apiKey: '${PATH}' });
      await refused({ id: 'with-variables', baseUrl: '${HOME}', apiKey: API_KEY });
      await refused({ id: 'with-variables', baseUrl: server.url, liveUrl: '${HOME}', apiKey: API_KEY });
      assert.equal((await test({ id: 'with-variables', baseUrl: server.url, ...key })).code, 'retype-key');
      assert.equal((await typed({ baseUrl: '${NOBODY_SET_THIS}' })).code, 'undeployed-variable');
      assert.equal(server.requests.length, 0);
    } finally {
      await server.stop();
    }
  });

  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
    it(`rejects ${type}, which a page of another site could make a browser send`, async () => {
      const { status } = await fetch(`${fixture.nodeRed.url}/sekoia-config/test`, {
        method: 'POST',
        headers: { 'Content-Type': type },
        body: JSON.stringify({ baseUrl: fixture.platform.url, apiKey: API_KEY }),
      });
      assert.equal(status, 415);
    });

  it('never sends the stored key to another address', async () => {
    const other = await startPlatform({ apiKey: API_KEY });
    try {
      const { id } = nodeOf(fixture.flows, 'sekoia-config', 'ReadAlertContent');
      const proxied = { id, baseUrl: fixture.platform.url, proxy: 'some-proxy' };
      assert.equal((await test({ id, baseUrl: other.url })).code, 'retype-key');
      assert.equal(
        (await test({ id, baseUrl: fixture.platform.url, liveUrl: other.url })).code,
        'retype-key',
      );
      assert.equal((await test(proxied)).code, 'retype-key');
      assert.equal(other.requests.length, 0);
    } finally {
      await other.stop();
    }
  });

  for (const [state, code] of [
    ['expired', 'key-expired'],
    ['revoked', 'key-revoked'],
  ] as const)
    it(`says that the key is ${state}`, async () => {
      fixture.platform.keyState = state;
      assert.equal((await typed()).code, code);
    });

  it('says that the key is unknown, or missing', async () => {
    assert.equal((await typed({ apiKey: 'another' })).code, 'key-invalid');
    assert.equal((await typed({ apiKey: '' })).code, 'no-key');
  });

  it('names the missing permission', async () => {
    fixture.platform.permissions.delete('SIC_READ_ALERTS');
    const answer = await typed();
    assert.equal(answer.code, 'forbidden');
    assert.match(answer.message, /SIC_READ_ALERTS/);
  });

  it('says that the host is not found, or not Sekoia, or not reached', async () => {
    assert.equal((await typed({ baseUrl: 'https://nowhere.invalid' })).code, 'host-not-found');
    assert.equal((await typed({ baseUrl: 'http://127.0.0.1:9' })).code, 'unreachable');
    assert.equal((await typed({ baseUrl: 'not a url' })).code, 'bad-address');
    const page = http
      .createServer((_request, response) => response.end('<html>Welcome</html>'))
      .listen(0, '127.0.0.1');
    await once(page, 'listening');
    const url = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
    assert.equal((await typed({ baseUrl: url })).code, 'not-sekoia');
    page.close();
  });

  it('says that the certificate is not trusted', async () => {
    const secure = await startPlatform({
      apiKey: API_KEY,
      tls: {
        key: readFileSync(path.join(FIXTURES, 'server-key.pem')),
        cert: readFileSync(path.join(FIXTURES, 'server.pem')),
      },
    });
    try {
      assert.equal((await typed({ baseUrl: secure.url })).code, 'certificate');
      assert.equal(secure.requests.length, 0);
    } finally {
      await secure.stop();
    }
  });

  it('says that the proxy refused the connection', async () => {
    const proxy = await ConnectProxy.start('alice:secret');
    try {
      await fixture.nodeRed.deploy([
        { id: 'a-proxy', type: 'http proxy', name: '', url: proxy.url, noproxy: [] },
        ...fixture.flows,
      ]);
      const answer = await typed({ proxy: 'a-proxy' });
      assert.equal(answer.code, 'proxy-refused', answer.message);
      assert.match(answer.message, /407.*user name and password/);
    } finally {
      await fixture.nodeRed.deploy(fixture.flows);
      await proxy.stop();
    }
  });

  it('says that the platform is unavailable or limits requests', async () => {
    fixture.platform.faults.rest({ status: 503 });
    assert.equal((await typed()).code, 'unavailable');
    fixture.platform.faults.clear();
    fixture.platform.faults.rest({ retryAfter: 3 });
    assert.equal((await typed()).code, 'rate-limited');
  });

  it('always answers with a result, and never with the key', async () => {
    for (const body of [
      {},
      { baseUrl: 5 },
      { baseUrl: null, apiKey: {} },
      { id: 'none', proxy: 'none', apiKey: 'x' },
    ]) {
      const answer = await test(body);
      assert.equal(answer.ok, false);
    }
    fixture.platform.faults.rest({ status: 500, body: { message: API_KEY } });
    assert.ok(!JSON.stringify(await typed()).includes(API_KEY));
  });
});
