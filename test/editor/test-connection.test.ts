import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

import { startPlatform } from '../../simulator';
import { ConnectProxy } from '../integration/support/connect-proxy';
import { API_KEY, deployAndGoLive, nodeOf } from '../integration/support/use-case-fixture';
import { WITHOUT_MONACO, useEditorFixture } from './support/editor-fixture';

const FIXTURES = path.join(__dirname, '..', 'integration', 'fixtures');
const RESULT = '#sekoia-config-test-result';
const BASE_URL = '#node-config-input-baseUrl';
const KEY = '#node-config-input-apiKey';

describe('the button Test connection', () => {
  let proxy: ConnectProxy | undefined;
  const fixture = useEditorFixture({
    useCase: WITHOUT_MONACO,
    prepare: async (useCase) => {
      proxy = await ConnectProxy.start('alice:secret');
      useCase.flows.push({ id: 'a-proxy', type: 'http proxy', name: 'Gateway', url: proxy.url, noproxy: [] });
      await deployAndGoLive(useCase);
    },
  });

  after(() => proxy?.stop());

  afterEach(() => {
    fixture.useCase.platform.keyState = 'valid';
    fixture.useCase.platform.permissions.add('SIC_READ_ALERTS');
  });

  const openForm = async (which: 'edit' | 'add'): Promise<void> => {
    await fixture.editor.edit(nodeOf(fixture.useCase.flows, 'sekoia-alert-created').id);
    await fixture.editor.editConfig(which);
  };
  const closeForm = async (): Promise<void> => {
    await fixture.editor.cancel();
    await fixture.editor.cancel();
  };
  /** Presses the button, and waits for what it says. */
  const answer = async (
    look: 'good' | 'bad',
    more: { baseUrl?: string; key?: string } = {},
  ): Promise<string> => {
    const { page } = fixture.editor;
    if (more.baseUrl !== undefined) await page.fill(BASE_URL, more.baseUrl);
    if (more.key !== undefined) await page.fill(KEY, more.key);
    await page.click('#sekoia-config-test');
    await page.waitForSelector(`${RESULT}:is(.sekoia-good, .sekoia-bad)`);
    const result = page.locator(RESULT);
    const said = await result.innerText();
    assert.equal(await result.getAttribute('class'), `sekoia-${look}`, said);
    return said;
  };
  const isCleared = async (): Promise<void> => {
    await fixture.editor.page.waitForSelector(`${RESULT}:empty`, { state: 'attached' });
  };

  it('tests the deployed configuration with its stored key', async () => {
    await openForm('edit');
    const said = await answer('good');
    assert.match(said, /^Connected as .+: this key can read alerts\./);
    assert.match(said, /Answered in \d+ ms\./);
  });

  it('sends the stored key nowhere else', async () => {
    const other = await startPlatform({ apiKey: API_KEY });
    try {
      assert.match(await answer('bad', { baseUrl: other.url }), /Enter the key again to test this address/);
      assert.equal(other.requests.length, 0);
      assert.match(await answer('good', { key: API_KEY }), /Connected as/);
    } finally {
      await other.stop();
      await closeForm();
    }
  });

  it('tests a configuration before its deploy, and asks for a key first', async () => {
    await openForm('add');
    const { url } = fixture.useCase.platform;
    assert.match(await answer('bad', { baseUrl: url }), /Enter an API key first/);
    assert.match(await answer('good', { key: API_KEY }), /Connected as/);
  });

  it('clears its result when a field changes', async () => {
    const { page } = fixture.editor;
    await answer('good');
    await page.fill(KEY, 'something else');
    await isCleared();
    await page.fill(KEY, API_KEY);
    await answer('good');
    await page.selectOption('#sekoia-config-region', 'SGP1');
    await isCleared();
    await page.fill(BASE_URL, fixture.useCase.platform.url);
  });

  it('says what is wrong with the key', async () => {
    const { platform } = fixture.useCase;
    assert.match(await answer('bad', { key: 'unknown' }), /127\.0\.0\.1.* does not know this API key/);
    platform.keyState = 'expired';
    assert.match(await answer('bad', { key: API_KEY }), /has expired\. Create a new one/);
    platform.keyState = 'revoked';
    assert.match(await answer('bad'), /was revoked\. Create a new one/);
    platform.keyState = 'valid';
    platform.permissions.delete('SIC_READ_ALERTS');
    assert.match(await answer('bad'), /lacks the permission View alerts \(SIC_READ_ALERTS\)/);
  });

  it('says what is wrong with the address', async () => {
    assert.match(
      await answer('bad', { baseUrl: 'https://nowhere.invalid' }),
      /The host nowhere\.invalid was not found/,
    );
    assert.match(await answer('bad', { baseUrl: 'two words' }), /address cannot be used/);
    const page = http
      .createServer((_request, response) => response.end('<h1>Welcome</h1>'))
      .listen(0, '127.0.0.1');
    await once(page, 'listening');
    const url = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
    assert.match(await answer('bad', { baseUrl: url }), /answered, but not like Sekoia\.io/);
    page.close();
    page.closeAllConnections();
    assert.match(await answer('bad', { baseUrl: url }), /No connection to 127\.0\.0\.1/);
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
      const said = await answer('bad', { baseUrl: secure.url });
      assert.match(said, /certificate of .* is not trusted.* add its CA/);
      assert.equal(secure.requests.length, 0);
    } finally {
      await secure.stop();
    }
  });

  it('says that the proxy refused the connection', async () => {
    const { page } = fixture.editor;
    await page.fill(BASE_URL, fixture.useCase.platform.url);
    await page.click('#sekoia-config-advanced');
    await page.selectOption('#node-config-input-proxy', { label: 'Gateway' });
    assert.match(await answer('bad'), /The proxy refused the connection.*user name, and password/);
    assert.ok(proxy!.refused > 0);
    await closeForm();
    assert.equal(await fixture.editor.changed(), false);
  });
});
