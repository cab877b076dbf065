import assert from 'node:assert/strict';
import { inspect } from 'node:util';

import fc from 'fast-check';

import { epochSeconds, isRecord, number, part, text } from '../../../lib/util/json';

/** 2026-01-05T07:32:03Z */
const SECONDS = 1_767_598_323;

describe('the JSON reader', () => {
  it('reads as a record an object that is not an array', () => {
    for (const yes of [{}, { a: 1 }, Object.create(null)]) assert.equal(isRecord(yes), true);
    for (const no of [null, undefined, [], [1], '', 'a', 0, 1, true]) assert.equal(isRecord(no), false);
  });

  it('reads as an empty record a part that is not one', () => {
    const record = { a: 1 };
    assert.equal(part(record), record);
    for (const none of [null, undefined, [1], 'a', 7, false]) assert.deepEqual(part(none), {});
  });

  it('reads as a text a string, or null', () => {
    assert.equal(text('a'), 'a');
    assert.equal(text(''), '');
    for (const none of [null, undefined, 1, true, {}, ['a']]) assert.equal(text(none), null);
  });

  it('reads as a number a finite one, or null', () => {
    assert.equal(number(0), 0);
    assert.equal(number(-1.5), -1.5);
    for (const none of [null, undefined, NaN, Infinity, '1', true, {}, [1]]) assert.equal(number(none), null);
  });
});

describe('epoch seconds', () => {
  const times: [value: unknown, seconds: number | null][] = [
    [SECONDS, SECONDS],
    [SECONDS + 0.9, SECONDS],
    [0, 0],
    [-1.5, -2],
    ['2026-01-05T07:32:03Z', SECONDS],
    ['2026-01-05T07:32:03z', SECONDS],
    ['2026-01-05T07:32:03.256Z', SECONDS],
    ['2026-01-05T07:32:03.256679Z', SECONDS],
    ['2026-01-05T07:32:03.256679+00:00', SECONDS],
    ['2026-01-05T08:32:03+01:00', SECONDS],
    ['2026-01-05T08:32:03+0100', SECONDS],
    ['2026-01-05T02:02:03-05:30', SECONDS],
    // Without an offset it is UTC, wherever this machine stands.
    ['2026-01-05T07:32:03', SECONDS],
    ['2026-01-05T07:32:03.256679', SECONDS],
    ['2026-01-05 07:32:03', SECONDS],
    ['2026-01-05', 1_767_571_200],
    ['', null],
    ['now', null],
    ['garbage 1', null],
    ['alert 2026', null],
    ['2026-13-45T99:99:99Z', null],
    [String(SECONDS), null],
    [NaN, null],
    [Infinity, null],
    [null, null],
    [undefined, null],
    [true, null],
    [{}, null],
    [[SECONDS], null],
  ];
  for (const [value, seconds] of times)
    it(`of ${inspect(value)} are ${seconds}`, () => assert.equal(epochSeconds(value), seconds));

  it('survive a round trip through ISO 8601', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }), (date) => {
        const seconds = Math.floor(date.getTime() / 1000);
        assert.equal(epochSeconds(date.toISOString()), seconds);
        assert.equal(epochSeconds(date.toISOString().replace('Z', '')), seconds);
        assert.equal(epochSeconds(date.toISOString().replace('Z', '999+00:00')), seconds);
      }),
    );
  });

  it('are whole seconds or null for anything else', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const seconds = epochSeconds(value);
        assert.ok(seconds === null || Number.isInteger(seconds));
      }),
    );
  });
});
