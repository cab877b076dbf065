import assert from 'node:assert/strict';

import fc from 'fast-check';

import { cloneJson } from '../../../lib/sekoia/clone-json';

describe('a copy of JSON', () => {
  it('is equal, whatever it holds', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => assert.deepStrictEqual(cloneJson(value), value)));
  });

  it('shares nothing with the original', () => {
    const value = { list: [{ deep: 1 }] };
    const copy = cloneJson(value);
    copy.list[0]!.deep = 2;
    assert.equal(value.list[0]!.deep, 1);
  });

  it('takes `__proto__` for a name like any other', () => {
    const value = JSON.parse('{"__proto__":{"admin":true}}') as Record<string, unknown>;
    const copy = cloneJson(value);
    assert.deepEqual(Object.keys(copy), ['__proto__']);
    assert.equal(copy.admin, undefined);
    assert.equal(Object.getPrototypeOf(copy), Object.prototype);
  });
});
