import assert from 'node:assert/strict';

import fc from 'fast-check';

import { cloneJson } from '../../../lib/util/plain-copy';
import { isDeeperThan } from '../../../lib/util/json-depth';

describe('a clone of JSON', () => {
  it('is equal, whatever it contains', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => assert.deepStrictEqual(cloneJson(value), value)));
  });

  it('shares nothing with the original', () => {
    const value = { list: [{ deep: 1 }] };
    const copy = cloneJson(value);
    copy.list[0]!.deep = 2;
    assert.equal(value.list[0]!.deep, 1);
  });

  it('treats `__proto__` like any other name', () => {
    const value = JSON.parse('{"__proto__":{"admin":true}}') as Record<string, unknown>;
    const copy = cloneJson(value);
    assert.deepEqual(Object.keys(copy), ['__proto__']);
    assert.equal(copy.admin, undefined);
    assert.equal(Object.getPrototypeOf(copy), Object.prototype);
  });

  for (const [what, open, close] of [
    ['lists', '[', ']'],
    ['objects', '{"a":', '}'],
  ] as const)
    it(`is as deep as JSON.parse allows, in ${what}`, () => {
      const depth = 100_000;
      const copy = cloneJson(JSON.parse(open.repeat(depth) + '1' + close.repeat(depth)) as unknown);
      let found = copy;
      let levels = 0;
      while (typeof found === 'object' && found !== null) {
        [found] = Object.values(found) as unknown[];
        levels += 1;
      }
      assert.deepEqual([levels, found], [depth, 1]);
    });
});

describe('the depth of JSON', () => {
  it('is that of its deepest part', () => {
    const nested = { a: 1, list: [{ deep: [] }], text: 'x' };
    assert.deepEqual(
      [2, 3, 4, 5].map((levels) => isDeeperThan(levels, nested)),
      [true, true, false, false],
    );
    assert.equal(isDeeperThan(0, 'text'), false);
    assert.equal(isDeeperThan(0, null), false);
    assert.equal(isDeeperThan(99_999, JSON.parse('['.repeat(100_000) + ']'.repeat(100_000))), true);
  });
});
