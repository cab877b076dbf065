import assert from 'node:assert/strict';

import * as fc from 'fast-check';

import { encode } from '../../../lib/history/encoder';
import { plainCopy } from '../../../lib/util/plain-copy';
import { Secrets } from '../../../lib/history/secrets';

const ENOUGH = 100_000;
const LIMITS = { bytes: ENOUGH, depth: 20 };

describe('the plain copy of a message', () => {
  it('is encoded as the message would have been (property)', () => {
    const message = fc.object({ withNullPrototype: false, withBigInt: true, withSparseArray: true });
    fc.assert(
      fc.property(message, fc.integer({ min: 50, max: 3_000 }), (sent, maxBytes) => {
        const copy = plainCopy(sent, LIMITS);
        if (copy === undefined) return;
        const secrets = new Secrets();
        assert.deepEqual(encode(copy.value, maxBytes, secrets), encode(sent, maxBytes, secrets));
      }),
    );
  });

  it('stays as it is, whatever the next node does', () => {
    const message = { payload: { list: [{ deep: 1 }], text: 'a' } };
    const copy = plainCopy(message, LIMITS);
    message.payload.list[0]!.deep = 2;
    message.payload.list.push({ deep: 3 });
    message.payload.text = 'b';
    assert.deepEqual(copy?.value, { payload: { list: [{ deep: 1 }], text: 'a' } });
  });

  it('tells about how long the message is', () => {
    const message = { payload: 'x'.repeat(5_000), list: Array.from({ length: 100 }, () => 12345678) };
    const { bytes } = plainCopy(message, LIMITS)!;
    const { length } = JSON.stringify(message);
    assert.ok(bytes > length * 0.8 && bytes < length * 1.5, `${bytes} for ${length}`);
  });

  const circular: Record<string, unknown> = {};
  circular.self = circular;
  let ran = 0;
  const noPlainData: Record<string, unknown> = {
    'a buffer': Buffer.from('a'),
    'a date': new Date(),
    'an error': new Error('a'),
    'a map': new Map(),
    'an object of a class': new URL('http://host'),
    'an object without a prototype': Object.create(null) as object,
    'a circle': circular,
    'a getter': Object.defineProperty({}, 'a', { enumerable: true, get: () => (ran += 1) }),
    'a proxy': new Proxy({}, { ownKeys: () => ((ran += 1), []), getPrototypeOf: () => ((ran += 1), null) }),
    'more than is allowed': 'x'.repeat(ENOUGH),
    'a list that only says that it is long': Object.assign([], { length: 4_000_000_000 }),
  };
  for (const [what, value] of Object.entries(noPlainData))
    it(`is not made of ${what}, nor does its code run`, () => {
      assert.equal(plainCopy({ payload: [value] }, LIMITS), undefined);
      assert.equal(ran, 0);
    });
});
