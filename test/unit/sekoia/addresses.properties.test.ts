import assert from 'node:assert/strict';

import fc from 'fast-check';

import { type Addresses, REGIONS, deriveAddresses } from '../../../lib/sekoia/addresses';
import { SekoiaError } from '../../../lib/sekoia/errors';

const slashes = fc.constantFrom('', '/', '//', '///');

/** Some case of each letter, as a host or scheme may be written. */
function inAnyCase(text: string): fc.Arbitrary<string> {
  return fc
    .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
    .map((upper) => Array.from(text, (letter, i) => (upper[i] ? letter.toUpperCase() : letter)).join(''));
}

/** Ways to write a region's base on the host that the documentation gives it. */
const spelledRegion = fc.constantFrom(...REGIONS).chain(({ baseUrl }) => {
  const { hostname } = new URL(baseUrl);
  return fc.record({
    baseUrl: fc.constant(baseUrl),
    spelled: fc
      .tuple(
        fc.constantFrom('', ' ', '\n', '\t'),
        fc.oneof(fc.constant(''), inAnyCase('https://'), inAnyCase('wss://')),
        inAnyCase(hostname),
        fc.constantFrom('', '.'),
        fc.constantFrom('', ':443'),
        slashes,
        fc.constantFrom('', 'api', 'v1', 'api/v1', 'api/v1/sic/alerts', 'operations/alerts', 'live', 'x y'),
        slashes,
        fc.constantFrom('', '?limit=1', '#top'),
        fc.constantFrom('', ' ', '\n'),
      )
      .filter(([, , , , , before, path]) => path === '' || before !== '')
      .map((parts) => parts.join('')),
  });
});

const ownBase = fc
  .tuple(
    fc.constantFrom('http', 'https', 'ws', 'wss'),
    fc.oneof(fc.domain(), fc.ipV4(), fc.constant('localhost'), fc.constant('operations')),
    fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined }),
    fc.array(
      fc.oneof(fc.constantFrom('api', 'v1', 'API', 'V1', 'live', 'operations', '', '%61pi'), fc.webSegment()),
      { maxLength: 6 },
    ),
    slashes,
  )
  .map(
    ([scheme, host, port, segments, end]) =>
      `${scheme}://${host}${port === undefined ? '' : `:${port}`}/${segments.join('/')}${end}`,
  )
  .filter((text) => !text.includes('..'));

/** Without `..`: Node.js 20 resolves it or not, depending on what else is in the path (`/b/.a/..` stays). */
const anyText = fc
  .oneof(fc.string({ unit: 'binary' }), fc.webUrl(), ownBase)
  .filter((text) => !text.includes('..'));

/** The addresses, or undefined when the text was refused as it should be. */
function derive(settings: Parameters<typeof deriveAddresses>[0]): Addresses | undefined {
  try {
    return deriveAddresses(settings);
  } catch (error) {
    assert.ok(error instanceof SekoiaError, `threw ${String(error)}`);
    assert.equal(error.code, 'SEKOIA_BAD_INPUT');
    return undefined;
  }
}

describe('addresses from random input', () => {
  it('are the same for any spelling of a region', () => {
    fc.assert(
      fc.property(spelledRegion, ({ baseUrl, spelled }) => {
        assert.deepEqual(deriveAddresses({ baseUrl: spelled }), deriveAddresses({ baseUrl }));
      }),
      { numRuns: 1000 },
    );
  });

  it('keep a custom host, whatever its spelling', () => {
    fc.assert(
      fc.property(fc.domain(), slashes, fc.constantFrom('', 'api', 'v1', 'api/v1'), (host, before, path) => {
        fc.pre(path === '' || before !== '');
        const given = `https://${host}${before}${path}`;
        assert.deepEqual(deriveAddresses({ baseUrl: given }), deriveAddresses({ baseUrl: host }));
      }),
    );
  });

  it('do not change when they are normalized again', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, anyText, (baseUrl, liveUrl, appUrl, intakeUrl) => {
        const once = derive({ baseUrl, liveUrl, appUrl, intakeUrl });
        if (once === undefined) return;
        const { api, live, app, intake } = once;
        assert.deepEqual(
          deriveAddresses({ baseUrl: api, liveUrl: live, appUrl: app, intakeUrl: intake }),
          once,
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('are derived from themselves again', () => {
    fc.assert(
      fc.property(ownBase, (baseUrl) => {
        const once = derive({ baseUrl });
        if (once === undefined) return;
        assert.deepEqual(deriveAddresses({ baseUrl: once.api }), once);
        assert.deepEqual(deriveAddresses({ baseUrl: once.app }), once);
      }),
      { numRuns: 1000 },
    );
  });

  it('have the right form, or there is a SekoiaError', () => {
    fc.assert(
      fc.property(anyText, anyText, (baseUrl, other) => {
        for (const settings of [
          { baseUrl },
          { baseUrl, liveUrl: other },
          { baseUrl: 'api.sekoia.io', appUrl: other },
          { baseUrl: 'api.sekoia.io', intakeUrl: other },
        ]) {
          const addresses = derive(settings);
          if (addresses === undefined) continue;
          assert.match(addresses.api, /^https?:\/\/[^/]+(?:\/[^?#]+)?\/api\/v1$/);
          assert.match(addresses.live, /^wss?:\/\/[^/?#]+\/[^?#]*$/);
          assert.match(addresses.app, /^https?:\/\/[^/?#]+(?:\/[^?#]*[^/?#])?$/);
          assert.match(addresses.intake, /^https?:\/\/[^/?#]+(?:\/[^?#]*[^/?#])?$/);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('repeat nothing, such as /api/api or /v1/v1', () => {
    fc.assert(
      fc.property(ownBase, (baseUrl) => {
        const addresses = derive({ baseUrl });
        if (addresses === undefined) return;
        for (const address of Object.values(addresses))
          assert.doesNotMatch(address as string, /\/api\/api(\/|$)|\/v1\/v1(\/|$)|[^:]\/\//i);
      }),
      { numRuns: 2000 },
    );
  });

  it('never mix plain and secure protocols', () => {
    fc.assert(
      fc.property(ownBase, (baseUrl) => {
        const addresses = derive({ baseUrl });
        if (addresses === undefined) return;
        const secure = /^(https|wss):/.test(baseUrl);
        assert.deepEqual(
          Object.values(addresses).map((address: string) => /^(https|wss):/.test(address)),
          [secure, secure, secure, secure],
        );
      }),
    );
  });
});
