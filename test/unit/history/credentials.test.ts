import assert from 'node:assert/strict';

import fc from 'fast-check';

import { encode } from '../../../lib/history/encoder';
import { Secrets } from '../../../lib/history/secrets';

const KEY = 'eyJhbGciOi.api+key/of="tests".c2VjcmV0';

/** A character of these. */
function oneOf(characters: string): fc.Arbitrary<string> {
  return fc.constantFrom(...characters.split(/(?=.)/));
}

function encoded(message: unknown, maxBytes = 10_000): string {
  const secrets = new Secrets();
  secrets.add(KEY);
  return encode(message, maxBytes, secrets).json;
}

describe('history: credentials in texts', () => {
  for (const text of [
    'Authorization: Bearer hunter2hunter2',
    '{"error":"refused: bearer hunter2hunter2"}',
    'curl -H "Authorization: Basic aHVudGVyMjpodW50ZXIy"',
    `${'x'.repeat(995)} Bearer hunter2hunter2`,
  ])
    it(text.slice(-60), () => {
      assert.doesNotMatch(encoded({ payload: text, error: new Error(text) }), /unter2|aHVudGVy/);
    });

  it('but not words that only look like them', () => {
    const text = 'Basic authentication is off; the bearer of this is well known';
    assert.deepEqual(JSON.parse(encoded({ text })), { text });
  });
});

describe('history: credentials by their names', () => {
  const VALUE = 'hunter2hunter2';

  for (const headers of [
    { Authorization: VALUE },
    { 'proxy-authorization': VALUE },
    { cookie: [VALUE] },
    { 'Set-Cookie': [VALUE, VALUE] },
    { 'X-API-Key': VALUE },
    { 'x-amz-security-token': VALUE },
    { 'X-Some-KEY': VALUE },
    { client_secret: VALUE },
    { 'x-session': { id: VALUE } },
    ['Authorization', VALUE, 'Accept', '*/*'],
    [['x-api-key', VALUE]],
    [{ name: 'Authorization', value: VALUE }],
    [{ keyType: 'other', keyValue: 'X-Auth', valueType: 'other', valueValue: VALUE }],
    new Map([['authorization', VALUE]]),
    `Authorization: ${VALUE}`,
  ])
    it(`in headers: ${JSON.stringify(headers instanceof Map ? [...headers] : headers)}`, () => {
      for (const holder of ['headers', 'requestHeaders', 'rawHeaders', 'request_headers'])
        assert.doesNotMatch(encoded({ payload: { [holder]: headers } }), /hunter2/, holder);
    });

  for (const name of [
    'password',
    'Passwd',
    'api_key',
    'apiKey',
    'intake_key',
    'access-token',
    'clientSecret',
    'responseCookies',
  ])
    it(`elsewhere: ${name}`, () => {
      assert.doesNotMatch(encoded({ payload: [{ [name]: VALUE }, { [name]: { deep: VALUE } }] }), /hunter2/);
      assert.doesNotMatch(encoded(new Map([[name, VALUE]])), /hunter2/);
    });

  it('leaves what is worth seeing', () => {
    const message = {
      headers: { 'content-type': 'application/json', accept: '*/*', 'set-cookie': null },
      payload: { key: 'T1059', keys: ['a'], session_id: 7, author: 'me', token: false, hasPassword: true },
    };
    assert.deepEqual(JSON.parse(encoded(message)), message);
  });
});

describe('history: the API key, wherever it is', () => {
  for (const [where, message] of Object.entries({
    'in a text': { payload: `curl -H "Bearer ${KEY}" x` },
    'in the name of a property': { [`a${KEY}b`]: 1 },
    'in the key of a Map': new Map([[KEY, 1]]),
    'in a Set': new Set([KEY]),
    'in an error': new Error(`refused: ${KEY}`, { cause: KEY }),
    'in an address': { url: `https://example.org/?key=${encodeURIComponent(KEY)}` },
    'in JSON within a text': { payload: JSON.stringify({ a: KEY }) },
    'in base64': { payload: Buffer.from(KEY).toString('base64') },
    'in a buffer': { payload: Buffer.from(`a ${KEY} b`) },
    'in a typed array': { payload: new Uint8Array(Buffer.from(KEY)) },
  }))
    it(where, () => {
      const json = encoded(message);
      const bytes = /"data":\[([\d,]*)\]/.exec(json)?.[1] ?? '';
      const told = `${json} ${Buffer.from(bytes.split(',').map(Number)).toString()}`;
      assert.doesNotMatch(told.replaceAll('\\', ''), /eyJhbGciOi|c2VjcmV0|ZXlKaGJHY2lPa/);
    });

  it('as a number', () => {
    const secrets = new Secrets();
    secrets.add('12345678');
    assert.doesNotMatch(encode({ a: 12345678, b: 912345678, c: 12345678n }, 1_000, secrets).json, /12345678/);
  });

  it('as it is sent: without the white space that was pasted with it', () => {
    const secrets = new Secrets();
    secrets.add(` ${KEY}\n`);
    assert.equal(secrets.redact(`a ${KEY}`), 'a <API key>');
  });

  it('also when another is in use by now', () => {
    const secrets = new Secrets();
    secrets.add(KEY);
    secrets.add('another-key-0123456789');
    assert.equal(secrets.redact(`${KEY} another-key-0123456789`), '<API key> <API key>');
  });

  it('of two keys of which one begins with the other, the longer one', () => {
    const secrets = new Secrets();
    secrets.add('abcdefgh');
    secrets.add('abcdefghijkl');
    assert.equal(secrets.redact('abcdefghijkl abcdefgh'), '<API key> <API key>');
  });

  it('is not looked for when there is none, or hardly one', () => {
    const secrets = new Secrets();
    secrets.add('');
    secrets.add('abc');
    assert.equal(secrets.redact('abc'), 'abc');
  });

  it('nor is any part of it left where a text is cut (property)', () => {
    const secret = fc.string({ minLength: 12, maxLength: 40, unit: oneOf('0123456789ABCDEF') });
    const filler = fc.string({ maxLength: 60, unit: oneOf('uvwxyz ') });
    fc.assert(
      fc.property(
        secret,
        fc.array(filler, { minLength: 2 }),
        fc.integer({ min: 0, max: 200 }),
        (key, texts, length) => {
          const secrets = new Secrets();
          secrets.add(key);
          const kept = secrets.redact(texts.join(key), length);
          assert.doesNotMatch(kept.replaceAll('<API key>', ''), /[0-9A-F]/);
        },
      ),
    );
  });

  it('in whatever message, of whatever size (property)', () => {
    const secret = fc.string({
      minLength: 12,
      maxLength: 40,
      unit: oneOf('0123456789-_.~"\\/+'),
    });
    const scenario = secret.chain((key) => {
      const text = fc.tuple(fc.string(), fc.string()).map(([before, after]) => before + key + after);
      const message = fc.object({
        key: fc.oneof(fc.string(), text),
        values: [
          text,
          fc.integer(),
          text.map((value) => Buffer.from(value)),
          text.map((value) => new Error(value)),
        ],
        withMap: true,
        withSet: true,
        maxDepth: 4,
      });
      return fc.record({ key: fc.constant(key), message, maxBytes: fc.integer({ min: 50, max: 3_000 }) });
    });
    fc.assert(
      fc.property(scenario, ({ key, message, maxBytes }) => {
        const secrets = new Secrets();
        secrets.add(key);
        const told: string[] = [];
        const collect = (name: string, value: unknown): unknown => {
          told.push(name);
          if (typeof value === 'string') told.push(value);
          if (Array.isArray(value) && value.every((item) => typeof item === 'number'))
            told.push(Buffer.from(value).toString());
          return value;
        };
        JSON.parse(encode(message, maxBytes, secrets).json, collect);
        for (const text of told) assert.ok(!text.includes(key), text);
      }),
      { numRuns: 500 },
    );
  });
});
