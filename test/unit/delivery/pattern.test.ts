import assert from 'node:assert/strict';

import fc from 'fast-check';

import { matchesPattern } from '../../../lib/delivery/pattern';

describe('a pattern', () => {
  const cases: [pattern: string, text: string, matches: boolean][] = [
    ['Brute force', 'Brute force', true],
    ['Brute force', 'brute force', false],
    ['Brute force', 'Brute force attack', false],
    ['Brute force', 'A Brute force', false],
    ['', '', true],
    ['', 'a', false],
    ['a', '', false],
    ['*', '', true],
    ['*', 'anything', true],
    ['**', '', true],
    ['Brute*', 'Brute force', true],
    ['Brute*', 'Brute', true],
    ['Brute*', 'A Brute', false],
    ['*force', 'Brute force', true],
    ['*force', 'Brute forced', false],
    ['*ute*or*', 'Brute force', true],
    ['*or*ute*', 'Brute force', false],
    ['a*b*c', 'abc', true],
    ['a*b*c', 'aXbYbZc', true],
    ['a*b*c', 'aXcYb', false],
    ['*ab', 'aab', true],
    ['*aab', 'aaaab', true],
    ['a*a', 'a', false],
    ['two\nlines*', 'two\nlines and more', true],
    ['*😀*', 'an 😀 in a title', true],
    // Nothing but the star is special.
    ['a.c', 'abc', false],
    ['a.c', 'a.c', true],
    ['[a-z]+', '[a-z]+', true],
    ['a?c', 'abc', false],
    ['(x|y)$^\\', '(x|y)$^\\', true],
    ['50 % *', '50 % of "quotas" used', true],
  ];
  for (const [pattern, text, matches] of cases)
    it(`of ${JSON.stringify(pattern)} ${matches ? 'matches' : 'does not match'} ${JSON.stringify(text)}`, () => {
      assert.equal(matchesPattern(text, pattern), matches);
    });

  it('matches like the equivalent regular expression', () => {
    const few = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.', '\n'), maxLength: 8 });
    fc.assert(
      fc.property(few, few, (text, pattern) => {
        const parts = pattern.split('*').map((part) => part.replaceAll('.', '\\.'));
        const expected = new RegExp(`^${parts.join('[^]*')}$`).test(text);
        assert.equal(matchesPattern(text, pattern), expected);
      }),
      { numRuns: 5000 },
    );
  });

  it('matches a text with any part replaced by a star', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(), fc.nat(), (text, a, b) => {
        const [from, to] = [a % (text.length + 1), b % (text.length + 1)].sort((x, y) => x - y);
        assert.ok(matchesPattern(text, text));
        assert.ok(matchesPattern(text, `${text.slice(0, from)}*${text.slice(to)}`));
      }),
    );
  });

  it('ends if pattern and text are hostile', () => {
    const text = 'a'.repeat(2000);
    assert.equal(matchesPattern(text, `${'a*'.repeat(500)}b`), false);
    assert.equal(matchesPattern(text, `${'*a'.repeat(500)}*`), true);
  });
});
