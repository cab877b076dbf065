import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { startExternalTool, type ExternalTool } from '../../simulator';

describe('the external tool', () => {
  let tool: ExternalTool;

  beforeEach(async () => {
    tool = await startExternalTool();
  });

  afterEach(() => tool.stop());

  function send(body: string, headers: Record<string, string> = {}, path = '/api/alerts', method = 'POST') {
    return fetch(tool.url + path, {
      method,
      body,
      headers: { 'Content-Type': 'application/json', ...headers },
    });
  }

  it('opens a ticket for every POST, PUT and PATCH', async () => {
    const answers: unknown[] = [];
    for (const method of ['POST', 'PUT', 'PATCH']) {
      const response = await send('{"a": "é"}', { 'Idempotency-Key': 'k' }, '/any/path?x=1', method);
      answers.push(response.status, await response.json());
    }
    assert.deepEqual(answers, [201, { id: 'TICKET-1' }, 201, { id: 'TICKET-2' }, 201, { id: 'TICKET-3' }]);
    const [first] = tool.received;
    assert.deepEqual(
      [first?.method, first?.path, first?.body, first?.raw, first?.status],
      ['POST', '/any/path?x=1', { a: 'é' }, '{"a": "é"}', 201],
    );
    assert.equal(first?.headers['idempotency-key'], 'k');
    tool.clear();
    assert.deepEqual(tool.received, []);
  });

  it('accepts text, and rejects invalid JSON', async () => {
    assert.equal((await send('plain words', { 'Content-Type': 'text/plain' })).status, 201);
    assert.equal((await send('{"rule": "a "quoted" name"}')).status, 400);
    assert.deepEqual(
      tool.received.map(({ body, status }) => [body, status]),
      [
        ['plain words', 201],
        ['{"rule": "a "quoted" name"}', 400],
      ],
    );
    assert.equal((await send('x'.repeat(10_000_001))).status, 413);
  });

  it('rejects other tokens than its own', async () => {
    const guarded = await startExternalTool({ token: 'secret' });
    try {
      const status = async (headers: Record<string, string>) =>
        (await fetch(guarded.url, { method: 'POST', body: '{}', headers })).status;
      assert.equal(await status({}), 401);
      assert.equal(await status({ Authorization: 'Bearer other' }), 401);
      assert.equal(await status({ Authorization: 'Bearer secret' }), 201);
    } finally {
      await guarded.stop();
    }
  });

  it('answers some or all requests as configured', async () => {
    const broken = tool.answer({ status: 503, body: 'down', times: 2, when: ({ raw }) => raw !== '"fine"' });
    const first = await send('1');
    assert.deepEqual([first.status, await first.text()], [503, 'down']);
    assert.equal((await send('"fine"')).status, 201);
    assert.equal((await send('2')).status, 503);
    assert.equal((await send('3')).status, 201);
    assert.equal(broken.hits, 2);
    const renamed = tool.answer({ body: { key: 'SOC-1' } });
    const answer = await send('4');
    assert.deepEqual([answer.status, await answer.json()], [201, { key: 'SOC-1' }]);
    renamed.clear();
    assert.deepEqual(await (await send('5')).json(), { id: 'TICKET-3' });
  });

  it('answers late, never, or by resetting the connection', async () => {
    tool.answer({ delayMs: 30, times: 1 });
    const before = performance.now();
    await send('1');
    assert.ok(performance.now() - before >= 29);
    tool.answer({ reset: true, times: 1 });
    await assert.rejects(send('2'), TypeError);
    tool.answer({ hang: true });
    const hanging = send('3');
    await tool.waitFor((received) => received.some(({ raw }) => raw === '3'));
    await tool.stop();
    await assert.rejects(hanging, TypeError);
    assert.equal(tool.received.at(-1)?.status, 0);
  });

  it('waits for a number of requests, and says how many came', async () => {
    const two = tool.waitFor(2, 5_000);
    await send('1');
    await send('2');
    assert.deepEqual(
      (await two).map(({ body }) => body),
      [1, 2],
    );
    assert.equal((await tool.waitFor(1)).length, 2);
    await assert.rejects(tool.waitFor(3, 10), /2 of 3 requests reached the external tool within 10 ms/);
    await assert.rejects(
      tool.waitFor(() => false, 10),
      /2, not the ones wanted: requests reached/,
    );
    const abandoned = assert.rejects(tool.waitFor(3, 3_600_000), /2 of 3/);
    await tool.stop();
    await abandoned;
  });

  describe('its page', () => {
    /** Reads Server-Sent Events off the wire. */
    async function openEvents(): Promise<{
      next(): Promise<[string, Record<string, unknown>]>;
      close(): void;
    }> {
      const request = get(`${tool.url}/events`);
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      assert.equal(response.headers['content-type'], 'text/event-stream');
      response.setEncoding('utf8');
      response.on('error', () => undefined);
      let text = '';
      const chunks = response[Symbol.asyncIterator]() as AsyncIterator<string>;
      return {
        async next() {
          for (;;) {
            const [block, ...rest] = text.split('\n\n');
            if (rest.length > 0) {
              text = rest.join('\n\n');
              const [, event = '', data = ''] = /event: (\w+)\ndata: (.*)$/.exec(block!) ?? [];
              return [event, JSON.parse(data) as Record<string, unknown>];
            }
            text += String((await chunks.next()).value);
          }
        },
        close: () => request.destroy(),
      };
    }

    it('is one file without anything from outside', async () => {
      const response = await fetch(tool.url);
      const html = await response.text();
      assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8');
      assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'/);
      assert.doesNotMatch(
        html.replaceAll('http://www.w3.org/2000/svg', ''),
        /https?:|innerHTML|insertAdjacentHTML/,
      );
      assert.equal((await fetch(`${tool.url}/nothing`)).status, 404);
    });

    it('replays past requests, then shows new ones with their answers', async () => {
      await send('{"n": 1}', { 'Idempotency-Key': 'k' });
      const events = await openEvents();
      assert.deepEqual(await events.next(), ['reset', {}]);
      const [kind, { at, ...entry }] = await events.next();
      assert.equal(kind, 'received');
      assert.deepEqual(entry, {
        number: 1,
        method: 'POST',
        path: '/api/alerts',
        idempotencyKey: 'k',
        repeat: false,
        body: { n: 1 },
        status: 201,
      });
      assert.ok(Math.abs(Number(at) - Date.now()) < 60_000);

      await send('<b>\n\ndata: not an event</b>', { 'Idempotency-Key': 'k', 'Content-Type': 'text/plain' });
      const [, repeated] = await events.next();
      assert.deepEqual(
        [repeated.repeat, repeated.body, repeated.status],
        [true, '<b>\n\ndata: not an event</b>', 0],
      );
      assert.deepEqual(await events.next(), ['answered', { number: 2, status: 201 }]);
      tool.clear();
      assert.deepEqual(await events.next(), ['reset', {}]);
      events.close();
    });

    it('keeps the last 1,000 requests', async () => {
      for (let i = 0; i < 21; i++) {
        await Promise.all(Array.from({ length: 50 }, () => send('0', { 'Idempotency-Key': 'k' })));
      }
      const events = await openEvents();
      await events.next();
      const numbers: unknown[] = [];
      for (let i = 0; i < 1_000; i++) numbers.push((await events.next())[1].number);
      assert.deepEqual([numbers[0], numbers.at(-1)], [51, 1_050]);
      events.close();
    });

    it('does not keep the tool from stopping', async () => {
      const events = await openEvents();
      await events.next();
      await tool.stop();
      events.close();
    });
  });
});
