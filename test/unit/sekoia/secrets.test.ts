import assert from 'node:assert/strict';
import { inspect } from 'node:util';

import { startPlatform } from '../../../simulator';
import { ApiKey } from '../../../lib/sekoia/api-key';
import { Platform } from '../../../lib/sekoia/platform';
import type { RestClient } from '../../../lib/sekoia/rest-client';
import { KEY, answering, bareLive, bareServer, endings, liveConnection, refusingLive } from './support';
import { restClient, watch } from './support';

/** Everything that a log, a debug sidebar or a bug report could show of a value. */
function shown(value: unknown): string {
  const texts = [
    inspect(value, { depth: 10, showHidden: true, getters: false, maxStringLength: null }),
    inspect(JSON.stringify(value)),
    String(value),
  ];
  if (value instanceof Error) texts.push(value.message, value.stack ?? '', shown(value.cause));
  return texts.join('\n');
}

function assertSecret(value: unknown, key = KEY): void {
  assert.ok(!shown(value).includes(key), `the key is in ${shown(value).replaceAll(key, '***')}`);
}

describe('the API key is not', () => {
  const ending = endings();

  function client(baseUrl: string, key = KEY, silenceTimeoutMs?: number): RestClient {
    const timing = { attempts: 1, ...(silenceTimeoutMs !== undefined && { silenceTimeoutMs }) };
    const one = restClient(baseUrl, timing, key);
    ending(() => one.close());
    return one;
  }

  describe('in a dump of', () => {
    it('ApiKey', () => assertSecret(new ApiKey(KEY)));

    it('RestClient, before, during and after a request', async () => {
      const server = await bareServer(answering(200, { uuid: 'u-1' }));
      ending(() => server.stop());
      const one = client(server.url);
      assertSecret(one);
      const call = one.me();
      assertSecret(one);
      assertSecret(call);
      await call;
      assertSecret(one);
    });

    it('LiveConnection, off, connecting and live', async () => {
      const server = await bareLive(() => undefined);
      ending(() => server.stop());
      const connection = liveConnection(server.url);
      ending(() => connection.close());
      assertSecret(connection);
      const { watcher } = watch(connection);
      assertSecret(connection);
      await watcher.reaches('live');
      assertSecret(connection);
      assertSecret(watcher.statuses);
    });

    it('Platform', async () => {
      const server = await bareLive(() => undefined);
      ending(() => server.stop());
      const platform = new Platform({ baseUrl: server.url, apiKey: KEY });
      ending(() => platform.close());
      await watch(platform.live).watcher.reaches('live');
      assertSecret(platform);
      assertSecret(Object.getOwnPropertyDescriptors(platform));
    });
  });

  describe('in the error of', () => {
    for (const [what, fault] of Object.entries({
      'a 401': { status: 401 },
      'a 403': { status: 403, body: 'Forbidden' },
      'a 404': { status: 404 },
      'a 429': { status: 429, retryAfter: 3600 },
      'a 500': { status: 500 },
      'a redirect': { redirectTo: 'https://login.example.org/?next=/me' },
      'a reset': { reset: true },
      'a time-out': { hang: true },
      'a cut body': { truncate: true },
      'broken JSON': { brokenJson: true },
    }))
      it(what, async () => {
        const platform = await startPlatform({ apiKey: KEY });
        ending(() => platform.stop());
        platform.faults.rest(fault);
        assertSecret(await failure(client(platform.url, KEY, what === 'a time-out' ? 60 : undefined).me()));
      });

    it('an unreachable server', async () => {
      const server = await bareServer();
      await server.stop();
      assertSecret(await failure(client(server.url).me()));
    });

    it('an answer that is not HTTP', async () => {
      const server = await bareServer((request) => request.socket.end('nonsense\r\n\r\n'));
      ending(() => server.stop());
      assertSecret(await failure(client(server.url).me()));
    });

    it('a request that close() aborted', async () => {
      const platform = await startPlatform({ apiKey: KEY });
      ending(() => platform.stop());
      const one = client(platform.url);
      const call = failure(one.me());
      one.close();
      assertSecret(await call);
    });

    const echoes: [what: string, body: (key: string) => unknown][] = [
      ['as text', (key) => `Invalid header Authorization: Bearer ${key}`],
      ['as JSON', (key) => ({ message: `The token ${key} is invalid`, code: key })],
      ['as escaped JSON', (key) => `{"detail": "token ${key.replace('u', '\\u0075')}"}`],
      ['at the end of what is quoted', (key) => `${'x'.repeat(195)}${key}`],
    ];
    for (const status of [400, 401, 403, 404, 500])
      for (const [what, body] of echoes)
        it(`a ${status} that repeats the key ${what}`, async () => {
          const server = await bareServer(answering(status, body(KEY)));
          ending(() => server.stop());
          const error = await failure(client(server.url).me());
          assertSecret(error);
          // Nor a part of it, where the text was cut.
          assert.ok(!error.message.includes(KEY.slice(0, 5)), error.message);
        });

    for (const key of ['two words-3f9a1c77', 'line\nfeed-3f9a1c77', 'semi;colon-3f9a1c77', 'ключ-3f9a1c77'])
      it(`an invalid key, which is not sent: ${JSON.stringify(key)}`, async () => {
        const platform = await startPlatform();
        ending(() => platform.stop());
        const error = await failure(client(platform.url, key).me());
        assert.equal((error as { code?: unknown }).code, 'SEKOIA_AUTH');
        assertSecret(error, key);
        assert.ok(!shown(error).includes('3f9a1c77'));
        assert.equal(platform.requests.length, 0);
      });

    it('a missing key', async () => {
      const platform = await startPlatform();
      ending(() => platform.stop());
      const error = await failure(client(platform.url, ' ').me());
      assert.equal((error as { code?: unknown }).code, 'SEKOIA_AUTH');
      assert.match(error.message, /No API key is set/);
      assert.equal(platform.requests.length, 0);
    });
  });

  describe('in the status of a LiveAPI connection after', () => {
    for (const status of [302, 401, 403, 429, 500])
      it(`a handshake answered with ${status}`, async () => {
        const server = await refusingLive(status, { Location: 'https://login.example.org/' });
        ending(() => server.stop());
        const connection = liveConnection(server.url);
        ending(() => connection.close());
        const { watcher } = watch(connection);
        await watcher.until(() => connection.status.error !== undefined);
        assertSecret(connection.status);
        assertSecret(connection.status.error);
      });

    it('a connection that was refused', async () => {
      const server = await bareServer();
      await server.stop();
      const connection = liveConnection(server.url);
      ending(() => connection.close());
      const { error } = await watch(connection).watcher.reaches('waiting');
      assertSecret(error);
    });

    it('a close that repeats the key as its reason', async () => {
      const server = await bareLive((socket) => socket.close(1008, `bad token ${KEY}`));
      ending(() => server.stop());
      const connection = liveConnection(server.url);
      ending(() => connection.close());
      const { error } = await watch(connection).watcher.reaches('refused');
      assertSecret(error);
    });

    it('an invalid key', async () => {
      const connection = liveConnection('http://127.0.0.1:1', {}, 'two words-3f9a1c77');
      ending(() => connection.close());
      const { error } = await watch(connection).watcher.reaches('refused');
      assert.ok(!shown(error).includes('3f9a1c77'));
    });
  });
});

async function failure(call: Promise<unknown>): Promise<Error> {
  const error: unknown = await call.then(
    () => assert.fail('it succeeded'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error);
  return error;
}
