import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { startPlatform, type Platform } from '../../simulator';

describe('the HTTP intake', () => {
  let platform: Platform;

  beforeEach(async () => {
    platform = await startPlatform({ intakeKey: 'the-intake' });
  });

  afterEach(() => platform.stop());

  async function post(
    path: string,
    body: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
  ) {
    const response = await fetch(platform.url + path, { method: 'POST', body, headers });
    return {
      status: response.status,
      body: (await response.json()) as { event_id?: string; event_ids?: string[] },
    };
  }

  const inHeader = { 'X-SEKOIAIO-INTAKE-KEY': 'the-intake' };
  const events = () => platform.events.map(({ event }) => event);

  for (const base of ['', '/api/v1/intake-http']) {
    it(`accepts events at "${base}/…"`, async () => {
      const one = await post(`${base}/`, JSON.stringify({ intake_key: 'the-intake', json: '{"a":1}' }));
      assert.equal(one.status, 202);
      assert.equal(one.body.event_id?.length, 36);
      const batch = await post(
        `${base}/batch`,
        JSON.stringify({ intake_key: 'the-intake', jsons: ['b', 'c'] }),
      );
      assert.equal(batch.body.event_ids?.length, 2);
      await post(`${base}/array`, JSON.stringify([{ intake_key: 'the-intake', json: 'd' }]));
      await post(`${base}/plain`, 'e\nf', inHeader);
      await post(`${base}/plain/batch`, 'g\nh\n', inHeader);
      await post(`${base}/jsons`, '[{"i":1}]', inHeader);
      await post(`${base}/jsons?path=$.to.events`, '{"to":{"events":["j"]}}', inHeader);
      assert.deepEqual(events(), ['{"a":1}', 'b', 'c', 'd', 'e\nf', 'g', 'h', '{"i":1}', '"j"']);
      assert.ok(platform.events.every(({ intakeKey }) => intakeKey === 'the-intake'));
    });
  }

  it('finds the key in a header, a Basic password and the query', async () => {
    const basic = `Basic ${Buffer.from('any:the-intake').toString('base64')}`;
    assert.equal((await post('/plain', 'x', inHeader)).status, 202);
    assert.equal((await post('/plain', 'x', { Authorization: basic })).status, 202);
    assert.equal((await post('/plain?intake_key=the-intake', 'x')).status, 202);
  });

  it('answers 200 to clients that accept nothing else', async () => {
    assert.equal((await post('/plain?status_code=200', 'x', inHeader)).status, 200);
  });

  it('accepts gzip', async () => {
    const gzip = { ...inHeader, 'Content-Encoding': 'gzip' };
    assert.equal((await post('/plain', gzipSync('zipped'), gzip)).status, 202);
    assert.deepEqual(events(), ['zipped']);
    assert.equal((await post('/plain', 'not zipped', gzip)).status, 400);
    assert.equal((await post('/plain', gzipSync(Buffer.alloc(10_485_761)), gzip)).status, 413);
  });

  it('rejects a wrong or missing key with the whole batch', async () => {
    assert.equal((await post('/plain', 'x')).status, 401);
    assert.equal((await post('/', JSON.stringify({ json: 'x' }))).status, 401);
    const mixed = ['the-intake', 'another'].map((intake_key) => ({ intake_key, json: 'x' }));
    assert.equal((await post('/array', JSON.stringify(mixed))).status, 401);
    assert.deepEqual(events(), []);
  });

  it('rejects what is too large', async () => {
    assert.equal((await post('/plain', 'x'.repeat(250_000), inHeader)).status, 202);
    assert.equal((await post('/plain', 'x'.repeat(250_001), inHeader)).status, 413);
    const line = `${'x'.repeat(1_023)}\n`;
    assert.equal((await post('/plain/batch', line.repeat(10_240), inHeader)).status, 202);
    assert.equal((await post('/plain/batch', `${line.repeat(10_240)}x`, inHeader)).status, 413);
    assert.equal(platform.events.length, 10_241);
  });

  it('rejects what is no event', async () => {
    for (const [path, body] of [
      ['/', '{"intake_key": "the-intake", "json": {"not": "a string"}}'],
      ['/', '{'],
      ['/', '[]'],
      ['/batch', '{"intake_key": "the-intake", "jsons": "x"}'],
      ['/array', '{}'],
      ['/array', '[3]'],
      ['/jsons', '{"events": []}'],
      ['/jsons?path=$.a.b', '{"a": 3}'],
    ] as const) {
      assert.equal((await post(path, body, inHeader)).status, 400, `${path} ${body}`);
    }
  });
});
