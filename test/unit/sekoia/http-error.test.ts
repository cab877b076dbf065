import assert from 'node:assert/strict';
import { inspect } from 'node:util';

import fc from 'fast-check';

import { SekoiaError, type SekoiaErrorCode } from '../../../lib/sekoia/errors';
import { errorFromAnswer } from '../../../lib/sekoia/http-error';

function errorOf(status: number, body: unknown = '', headers: Record<string, unknown> = {}): SekoiaError {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return errorFromAnswer({ status, headers, body: text }, 'read the alert AL1');
}

describe('the typed error of an HTTP answer', () => {
  const codes: [status: number, code: SekoiaErrorCode, message: RegExp][] = [
    [301, 'SEKOIA_BAD_RESPONSE', /redirects to another address, and the key is never sent to redirects/],
    [400, 'SEKOIA_BAD_INPUT', /Could not read the alert AL1: the platform answered 400/],
    [401, 'SEKOIA_AUTH', /The API key was refused/],
    [402, 'SEKOIA_BAD_RESPONSE', /the platform answered 402/],
    [403, 'SEKOIA_FORBIDDEN', /lacks the permission View alerts \(SIC_READ_ALERTS\)/],
    [404, 'SEKOIA_NOT_FOUND', /Could not read the alert AL1: not found/],
    [405, 'SEKOIA_BAD_RESPONSE', /the platform answered 405/],
    [408, 'SEKOIA_TIMEOUT', /timed out/],
    [422, 'SEKOIA_BAD_INPUT', /the platform answered 422/],
    [429, 'SEKOIA_RATE_LIMITED', /limits requests/],
    [500, 'SEKOIA_UNAVAILABLE', /the platform answered 500/],
    [502, 'SEKOIA_UNAVAILABLE', /the platform answered 502/],
    [503, 'SEKOIA_UNAVAILABLE', /the platform answered 503/],
    [504, 'SEKOIA_UNAVAILABLE', /the platform answered 504/],
    [599, 'SEKOIA_UNAVAILABLE', /the platform answered 599/],
  ];
  for (const [status, code, message] of codes)
    it(`is ${code} for ${status}`, () => {
      const error = errorOf(status);
      assert.equal(error.code, code);
      assert.equal(error.status, status);
      assert.match(error.message, message);
    });

  const keyProblems: [code: string, message: RegExp][] = [
    ['T300', /is not valid: check that you copied the whole key/],
    ['T301', /has expired: create a new one/],
    ['T302', /was revoked: create a new one/],
  ];
  for (const [platformCode, message] of keyProblems)
    it(`says what is wrong with the key for 401 with ${platformCode}`, () => {
      const error = errorOf(401, { message: 'The token …', code: platformCode });
      assert.equal(error.code, 'SEKOIA_AUTH');
      assert.equal(error.platformCode, platformCode);
      assert.match(error.message, message);
    });

  it('quotes the platform for 401 with an unknown code', () => {
    const error = errorOf(401, { message: 'Token from another realm', code: 'T999' });
    assert.equal(error.platformCode, 'T999');
    assert.match(error.message, /refused \("Token from another realm"\)/);
  });

  it('accepts plain text for 403', () => {
    assert.match(
      errorOf(403, 'Forbidden:\n  Insufficient permissions').message,
      /\("Forbidden: Insufficient permissions"\)$/,
    );
  });

  for (const field of ['message', 'msg', 'detail', 'error'])
    it(`quotes the platform's message from "${field}"`, () => {
      assert.match(errorOf(404, { [field]: 'No such alert' }).message, /not found \("No such alert"\)/);
    });

  it('quotes the first field with text', () => {
    assert.match(errorOf(404, { message: '', msg: null, detail: 3, error: 'this' }).message, /\("this"\)/);
  });

  it('does not quote a page of HTML', () => {
    assert.match(errorOf(502, '\n<html><body>Bad gateway</body></html>').message, /answered 502$/);
  });

  it('shortens a long message', () => {
    const { message } = errorOf(500, 'long '.repeat(1000));
    assert.ok(message.length < 300);
    assert.match(message, /…"\)$/);
  });

  it('names only the host of a redirect', () => {
    const { message } = errorOf(302, '', { location: 'https://login.example.org/sso?token=abc' });
    assert.match(message, /redirects to login\.example\.org,/);
    assert.ok(!message.includes('abc'));
    assert.match(errorOf(308, '', { location: '/other' }).message, /redirects to another path,/);
  });

  it('is a SekoiaError for any status, body and headers', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 999 }),
        fc.oneof(fc.string({ unit: 'binary' }), fc.json()),
        fc.dictionary(
          fc.constantFrom('retry-after', 'date', 'location'),
          fc.oneof(fc.string(), fc.anything()),
        ),
        (status, body, headers) => {
          const error = errorFromAnswer({ status, headers, body }, 'try');
          assert.ok(error instanceof SekoiaError);
          assert.equal(error.status, status);
          assert.ok(error.message.length < 500);
          if (error.retryAfterMs !== undefined)
            assert.ok(error.retryAfterMs >= 0 && error.retryAfterMs <= 3_600_000);
        },
      ),
    );
  });
});

describe('Retry-After', () => {
  const now = 'Mon, 05 Jan 2026 07:00:00 GMT';
  const cases: [value: unknown, date: unknown, ms: number | undefined][] = [
    ['0', now, 0],
    ['7', now, 7000],
    [' 7 ', now, 7000],
    ['0.5', now, 500],
    ['-3', now, 0],
    ['3600', now, 3_600_000],
    // No more than an hour is believed.
    ['3601', now, 3_600_000],
    ['99999999999', now, 3_600_000],
    ['Tue, 06 Jan 2026 07:00:00 GMT', now, 3_600_000],
    // A date counts from the answer's own date: this machine's clock may be wrong.
    ['Mon, 05 Jan 2026 07:01:30 GMT', now, 90_000],
    ['Mon, 05 Jan 2026 06:59:00 GMT', now, 0],
    ['Mon, 05 Jan 1970 07:01:30 GMT', 'Mon, 05 Jan 1970 07:00:00 GMT', 90_000],
    ['Mon, 05 Jan 2026 07:01:30 GMT', 'yesterday', undefined],
    ['soon', now, undefined],
    ['', now, undefined],
    ['Infinity', now, undefined],
    [undefined, now, undefined],
    [['7'], now, undefined],
  ];
  for (const [value, date, ms] of cases)
    it(`of ${inspect(value)} at ${inspect(date)} is ${ms ?? 'unknown'}`, () => {
      assert.equal(errorOf(429, '', { 'retry-after': value, date }).retryAfterMs, ms);
    });

  it('counts from this machine’s clock without a Date header', () => {
    const inAnHour = new Date(Date.now() + 3_600_000).toUTCString();
    const ms = errorOf(503, '', { 'retry-after': inAnHour }).retryAfterMs;
    assert.ok(ms !== undefined && ms > 3_000_000 && ms <= 3_600_000);
  });
});
