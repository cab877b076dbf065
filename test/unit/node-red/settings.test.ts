import assert from 'node:assert/strict';
import { inspect } from 'node:util';

import fc from 'fast-check';

import { readList, readNumber } from '../../../lib/node-red/settings';

describe('a number in a node’s properties', () => {
  const range = { min: 0, max: 100, fallback: 42 };
  const cases: [value: unknown, number: number][] = [
    [0, 0],
    [70, 70],
    [0.5, 0.5],
    ['70', 70],
    [' 70 ', 70],
    ['7e1', 70],
    [-1, 0],
    ['-1', 0],
    [101, 100],
    ['101', 100],
    [Infinity, 100],
    [-Infinity, 0],
    ['', 42],
    ['  ', 42],
    ['seventy', 42],
    ['70%', 42],
    ['${URGENCY}', 42],
    [NaN, 42],
    [null, 42],
    [undefined, 42],
    [true, 42],
    [[70], 42],
    [{}, 42],
  ];
  for (const [value, number] of cases)
    it(`is ${number} for ${inspect(value)}`, () => {
      assert.equal(readNumber(value, range), number);
    });

  it('is always in its range, or its default', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.double(), fc.string()), (value) => {
        const number = readNumber(value, range);
        assert.ok(number >= 0 && number <= 100);
      }),
    );
  });

  it('may have a default outside its range', () => {
    assert.equal(readNumber('none', { min: 1, max: 2, fallback: 0 }), 0);
  });
});

describe('a list in a node’s properties', () => {
  const cases: [value: unknown, list: string[]][] = [
    [[], []],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [
      [' a ', '', '  ', 'b\n'],
      ['a', 'b'],
    ],
    [
      ['a b', 'a, b'],
      ['a b', 'a, b'],
    ],
    [['a', 7, null, undefined, {}, ['b'], true], ['a']],
    ['a', ['a']],
    ['a\nb', ['a', 'b']],
    ['a\r\n\r\n b \n', ['a', 'b']],
    ['a, b', ['a, b']],
    ['', []],
    [' \n ', []],
    [undefined, []],
    [null, []],
    [7, []],
    [{ 0: 'a', length: 1 }, []],
  ];
  for (const [value, list] of cases)
    it(`is ${JSON.stringify(list)} for ${inspect(value)}`, () => {
      assert.deepEqual(readList(value), list);
    });

  it('leaves the property unchanged', () => {
    const property = [' a ', ''];
    readList(property);
    assert.deepEqual(property, [' a ', '']);
  });

  it('contains only trimmed, non-empty texts, whatever the property is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.array(fc.anything()), fc.string()), (value) => {
        for (const one of readList(value)) assert.ok(one !== '' && one === one.trim());
      }),
    );
  });
});
