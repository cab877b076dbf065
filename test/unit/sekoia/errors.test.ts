import assert from 'node:assert/strict';
import { inspect } from 'node:util';

import { SekoiaError, type SekoiaErrorCode, asSekoiaError } from '../../../lib/sekoia/errors';

const KINDS: Record<SekoiaErrorCode, 'retryable' | 'refused' | 'neither'> = {
  SEKOIA_AUTH: 'refused',
  SEKOIA_FORBIDDEN: 'refused',
  SEKOIA_NOT_FOUND: 'neither',
  SEKOIA_RATE_LIMITED: 'retryable',
  SEKOIA_UNAVAILABLE: 'retryable',
  SEKOIA_TIMEOUT: 'retryable',
  SEKOIA_BAD_RESPONSE: 'neither',
  SEKOIA_BAD_INPUT: 'neither',
};

describe('a SekoiaError', () => {
  for (const [code, kind] of Object.entries(KINDS) as [SekoiaErrorCode, string][])
    it(`of ${code} is ${kind === 'neither' ? 'neither retryable nor refused' : kind}`, () => {
      const error = new SekoiaError(code, 'what to do');
      assert.equal(error.retryable, kind === 'retryable');
      assert.equal(error.refused, kind === 'refused');
      assert.equal(error.name, 'SekoiaError');
      assert.equal(error.message, 'what to do');
      assert.ok(error instanceof Error);
    });

  it('has the given details, and no others', () => {
    const error = new SekoiaError('SEKOIA_RATE_LIMITED', 'slower', {
      status: 429,
      platformCode: 'T1',
      retryAfterMs: 0,
    });
    assert.equal(error.status, 429);
    assert.equal(error.platformCode, 'T1');
    assert.equal(error.retryAfterMs, 0);
    assert.equal(error.cause, undefined);
    assert.deepEqual(JSON.parse(JSON.stringify(new SekoiaError('SEKOIA_AUTH', 'no'))), {
      name: 'SekoiaError',
      code: 'SEKOIA_AUTH',
    });
  });

  it('keeps of a cause only its name, message and code', () => {
    const cause = Object.assign(new TypeError('broken'), {
      code: 'ECONNRESET',
      config: { headers: { Authorization: 'Bearer secret' } },
      request: { _header: 'Authorization: Bearer secret' },
      cause: new Error('Bearer secret'),
    });
    const error = new SekoiaError('SEKOIA_UNAVAILABLE', 'later', { cause });
    assert.ok(error.cause instanceof Error);
    assert.equal(error.cause.name, 'TypeError');
    assert.equal(error.cause.message, 'broken');
    assert.equal((error.cause as NodeJS.ErrnoException).code, 'ECONNRESET');
    assert.ok(!inspect(error, { depth: 10, showHidden: true }).includes('secret'));
  });

  it('keeps a SekoiaError as its cause', () => {
    const cause = new SekoiaError('SEKOIA_TIMEOUT', 'late');
    assert.equal(new SekoiaError('SEKOIA_UNAVAILABLE', 'later', { cause }).cause, cause);
  });
});

describe('a thrown value as a SekoiaError', () => {
  it('stays the same if it is one', () => {
    const error = new SekoiaError('SEKOIA_NOT_FOUND', 'gone');
    assert.equal(asSekoiaError(error), error);
  });

  const thrown: [what: string, value: unknown, message: RegExp][] = [
    ['an error', new Error('disk full'), /disk full/],
    ['an error without a message', new RangeError(), /RangeError/],
    ['an error with a code only', Object.assign(new Error(), { code: 'EPIPE' }), /EPIPE/],
    ['an empty AggregateError', new AggregateError([]), /AggregateError/],
    ['an AggregateError', new AggregateError([new Error('first'), new Error('second')]), /first/],
    ['a text', 'oops', /oops/],
    ['nothing', undefined, /undefined/],
    ['null', null, /null/],
    ['a number', 7, /7/],
    ['a symbol', Symbol('mark'), /mark/],
    ['an object without a prototype', Object.create(null), /Unexpected failure/],
    ['an object that cannot be written', { toString: 1 }, /Unexpected failure/],
  ];
  for (const [what, value, message] of thrown)
    it(`is reported if it is ${what}`, () => {
      const error = asSekoiaError(value);
      assert.equal(error.code, 'SEKOIA_UNAVAILABLE');
      assert.match(error.message, message);
    });
});
