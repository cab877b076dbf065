import assert from 'node:assert/strict';

import fc from 'fast-check';

import { readAlertUuids } from '../../../lib/sekoia/alert-uuids';
import { SekoiaError } from '../../../lib/sekoia/errors';

const [A, B, C] = [
  '5a1b5d0c-0000-4000-8000-00000000000a',
  '5a1b5d0c-0000-4000-8000-00000000000b',
  '5a1b5d0c-0000-4000-8000-00000000000c',
];

function uuidsIn(value: unknown): readonly string[] {
  return readAlertUuids(value, 'payload').uuids;
}

function isBadInput(error: unknown): boolean {
  return (
    error instanceof SekoiaError && error.code === 'SEKOIA_BAD_INPUT' && error.message.includes('"payload"')
  );
}

describe('the alerts that a value names', () => {
  for (const [what, value] of [
    ['a uuid', A],
    ['a uuid with white space around it', ` ${A}\n`],
    ['a list of one', [A]],
    ['a payload of Alert Created', { event_type: 'alert-created', alert_uuid: A }],
    ['an alert as Get Alert reads it', { uuid: A, short_id: 'ALabc' }],
    ['a message of Alert Created', { payload: {}, sekoia: { alert: { uuid: A } } }],
    ['a message whose payload was replaced', { uuid: 'TICKET-1', sekoia: { alert: { uuid: A } } }],
    ['the same twice', [A, A, { uuid: A }]],
  ] as const)
    it(`are one: ${what}`, () => {
      assert.deepEqual(uuidsIn(value), [A]);
    });

  for (const [what, value] of [
    ['a list', [A, B, C]],
    ['a list of all kinds', [{ alert_uuid: A }, B, { sekoia: { alert: { uuid: C } } }]],
    ['a text with commas', `${A}, ${B},${C},`],
    ['a text with semicolons', `${A};${B}; ${C}`],
    ['a text with lines', `\r\n${A}\r\n${B}\n\n${C}\n`],
  ] as const)
    it(`are several, in order: ${what}`, () => {
      assert.deepEqual(readAlertUuids(value, 'payload'), { uuids: [A, B, C], unreadable: 0 });
    });

  it('are none in an empty list, without an error', () => {
    assert.deepEqual(readAlertUuids([], 'payload'), { uuids: [], unreadable: 0 });
  });

  it('are counted without the entries that name none', () => {
    const value = [A, null, '', { uuid: 5 }, '../../alerts', [B], B];
    assert.deepEqual(readAlertUuids(value, 'payload'), { uuids: [A, B], unreadable: 5 });
  });

  it('are at most 10,000', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => `alert-${index}`);
    assert.equal(uuidsIn(many).length, 10_000);
    assert.equal(uuidsIn(many.join('\n')).length, 10_000);
    assert.throws(() => uuidsIn([...many, A]), /"payload" names more than 10000 alerts/);
    assert.throws(() => uuidsIn(`${many.join()},${A}`), isBadInput);
  });

  for (const [what, value] of [
    ['nothing', undefined],
    ['null', null],
    ['an empty text', ''],
    ['commas', ' ,, '],
    ['a number', 5],
    ['a truth', true],
    ['a function', () => A],
    ['a buffer', Buffer.from(A)],
    ['an object without one', { id: A }],
    ['an object of another shape', { sekoia: { alert: [A] } }],
    ['a list of nothing', [undefined, null, {}]],
    ['a path', '../comments'],
    ['a text that is too long for one', 'a'.repeat(65)],
    ['a very long text', 'a'.repeat(5_000_000)],
    ['many commas', ','.repeat(5_000_000)],
    ['a long list with nothing in it', new Array(4_000_000_000)],
    ['an object without a prototype', Object.create(null)],
    ['a date', new Date(0)],
    ['a getter that throws', Object.defineProperty({}, 'uuid', { get: thrower })],
    ['a proxy that throws', new Proxy({}, { get: thrower })],
    ['a list that throws', new Proxy([A], { get: thrower })],
  ] as const)
    it(`give a typed error that names the property: ${what}`, () => {
      assert.throws(() => uuidsIn(value), isBadInput);
    });

  it('are uuids or a typed error, whatever the value', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true, withMap: true }), (value) => {
        try {
          for (const uuid of uuidsIn(value)) assert.match(uuid, /^[A-Za-z0-9-]{1,64}$/);
        } catch (error) {
          assert.ok(isBadInput(error));
        }
      }),
    );
  });
});

function thrower(): never {
  throw new RangeError('no');
}
