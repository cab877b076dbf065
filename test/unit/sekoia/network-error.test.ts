import assert from 'node:assert/strict';
import { inspect } from 'node:util';

import type { SekoiaError, SekoiaErrorCode } from '../../../lib/sekoia/errors';
import { errorFromNetwork } from '../../../lib/sekoia/network-error';

describe('a network error', () => {
  const host = 'api.example.org';
  const cases: [code: string, typed: SekoiaErrorCode, message: RegExp][] = [
    ['ENOTFOUND', 'SEKOIA_UNAVAILABLE', /host api\.example\.org was not found/],
    ['EAI_AGAIN', 'SEKOIA_UNAVAILABLE', /host api\.example\.org was not found/],
    ['ECONNREFUSED', 'SEKOIA_UNAVAILABLE', /api\.example\.org refused the connection/],
    ['ETIMEDOUT', 'SEKOIA_TIMEOUT', /api\.example\.org did not answer in time/],
    ['ERR_CANCELED', 'SEKOIA_TIMEOUT', /api\.example\.org did not answer in time/],
    ['ECONNRESET', 'SEKOIA_UNAVAILABLE', /connection to api\.example\.org failed: socket hang up/],
    ['EPROTO', 'SEKOIA_UNAVAILABLE', /connection to api\.example\.org failed/],
    ['CERT_HAS_EXPIRED', 'SEKOIA_UNAVAILABLE', /certificate of api\.example\.org is not trusted/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'SEKOIA_UNAVAILABLE', /add your CA/],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'SEKOIA_UNAVAILABLE', /add your CA/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'SEKOIA_UNAVAILABLE', /add your CA/],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'SEKOIA_UNAVAILABLE', /add your CA/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'SEKOIA_UNAVAILABLE', /add your CA/],
  ];
  for (const [code, typed, message] of cases)
    it(`of ${code} is ${typed}`, () => {
      const error = errorFromNetwork(Object.assign(new Error('socket hang up'), { code }), host);
      assert.equal(error.code, typed);
      assert.match(error.message, message);
      assert.equal((error.cause as NodeJS.ErrnoException).code, code);
      assert.equal(error.retryable, true);
    });

  for (const value of [undefined, null, 'text', new AggregateError([new Error('all failed')])])
    it(`of ${inspect(value).split('\n')[0]} is temporary, too`, () => {
      assert.equal(errorFromNetwork(value, host).code, 'SEKOIA_UNAVAILABLE');
    });

  it('names the proxy if there is one', () => {
    const failed = (code: string): string =>
      errorFromNetwork(Object.assign(new Error('x'), { code }), host, 'proxy.corp:3128').message;
    assert.match(failed('ENOTFOUND'), /^The proxy proxy\.corp:3128 was not found/);
    assert.match(failed('ECONNREFUSED'), /^The proxy proxy\.corp:3128 refused the connection/);
    assert.match(failed('ETIMEDOUT'), /^The proxy proxy\.corp:3128 did not answer in time/);
    assert.match(failed('ECONNRESET'), /^The connection to proxy\.corp:3128 failed/);
    // The certificate is the platform's own, also through a tunnel.
    assert.match(failed('CERT_HAS_EXPIRED'), /^The certificate of api\.example\.org/);
  });

  it('says why a proxy refused', () => {
    const refused = (status: number): SekoiaError =>
      errorFromNetwork(new Error(`Bad response: ${status}`), host, 'proxy.corp:3128');
    assert.match(
      refused(407).message,
      /refused to connect to api\.example\.org \(407\): check its user name/,
    );
    assert.match(refused(403).message, /\(403\): it must allow this host/);
    assert.equal(refused(403).reason, 'proxy-refused');
    assert.equal(errorFromNetwork(new Error('Bad response: 403'), host).reason, 'unreachable');
  });

  it('names what to check', () => {
    const reason = (code: string): unknown =>
      errorFromNetwork(Object.assign(new Error('x'), { code }), host).reason;
    assert.equal(reason('ENOTFOUND'), 'host-not-found');
    assert.equal(reason('ECONNREFUSED'), 'unreachable');
    assert.equal(reason('CERT_HAS_EXPIRED'), 'certificate');
    assert.equal(reason('ECONNRESET'), 'unreachable');
    assert.equal(reason('ETIMEDOUT'), undefined);
  });
});
