import assert from 'node:assert/strict';
import { inspect } from 'node:util';

import fc from 'fast-check';

import { ApiKey } from '../../../lib/sekoia/api-key';
import { SekoiaError } from '../../../lib/sekoia/errors';
import { KEY } from './support';

/** Of a length and alphabet as keys have. */
const key = fc.stringMatching(/^[A-Za-z0-9_.\-$+/=]{8,100}$/);

describe('an API key', () => {
  it('goes into the Authorization header and the LiveAPI cookie', () => {
    const apiKey = new ApiKey(KEY);
    assert.equal(apiKey.bearer, `Bearer ${KEY}`);
    assert.equal(apiKey.cookie, `access_token_cookie=${KEY}`);
    assert.equal(apiKey.missing, false);
  });

  it('is trimmed, since copying adds white space', () => {
    assert.equal(new ApiKey(` \t${KEY}\r\n`).bearer, `Bearer ${KEY}`);
  });

  for (const missing of [undefined, '', '  ', '\n'])
    it(`is missing when it is ${JSON.stringify(missing)}`, () => {
      const apiKey = new ApiKey(missing);
      assert.equal(apiKey.missing, true);
      for (const use of [() => apiKey.bearer, () => apiKey.cookie])
        assert.throws(use, (error) => isAuth(error) && error.message.includes('No API key is set'));
      assert.equal(apiKey.redact('a text'), 'a text');
    });

  const unusable: [what: string, key: string][] = [
    ['a space', 'key with spaces'],
    ['a tab', 'key\twith-tab'],
    ['a line feed', 'key\nX-Injected: 1'],
    ['a carriage return and line feed', 'key\r\nX-Injected: 1'],
    ['a semicolon', 'key;path=/'],
    ['a letter outside ASCII', 'clé-d’API'],
    ['a zero-width space', 'key\u200bkey'],
    ['an emoji', 'key😀key'],
    ['a control character', 'key\u0000key'],
    ['a delete character', 'key\u007fkey'],
  ];
  for (const [what, given] of unusable)
    it(`is rejected, without being repeated, with ${what} in it`, () => {
      const apiKey = new ApiKey(given);
      assert.equal(apiKey.missing, false);
      for (const use of [() => apiKey.bearer, () => apiKey.cookie])
        assert.throws(use, (error) => isAuth(error) && !inspect(error).includes(given));
    });

  it('is sent as one clean header or rejected, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (given) => {
        const apiKey = new ApiKey(given);
        try {
          assert.match(apiKey.bearer, /^Bearer [\x21-\x7e]+$/);
          assert.match(apiKey.cookie, /^access_token_cookie=[\x21-\x3a\x3c-\x7e]+$/);
        } catch (error) {
          assert.ok(isAuth(error));
        }
      }),
    );
  });

  it('is redacted from any text', () => {
    fc.assert(
      fc.property(key, fc.array(fc.string()), (given, texts) => {
        const redacted = new ApiKey(given).redact(texts.join(given));
        assert.ok(!redacted.includes(given));
        assert.equal(redacted, texts.join('<API key>'));
      }),
    );
  });

  it('is not in a dump of the object', () => {
    fc.assert(
      fc.property(key, (given) => {
        const apiKey = new ApiKey(given);
        const shown = [
          inspect(apiKey, { depth: 10, showHidden: true, getters: false }),
          JSON.stringify(apiKey),
          JSON.stringify(Object.getOwnPropertyDescriptors(apiKey)),
        ];
        assert.ok(!shown.join('\n').includes(given));
      }),
    );
  });
});

function isAuth(error: unknown): error is SekoiaError {
  return error instanceof SekoiaError && error.code === 'SEKOIA_AUTH' && error.refused;
}
