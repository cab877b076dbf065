import assert from 'node:assert/strict';

import fc from 'fast-check';

import { isAlertId } from '../../../lib/sekoia/alert';
import { type LiveMessage, parseLiveMessage } from '../../../lib/sekoia/live-message';
import { ALERT_UUID, createdNotice } from './support';

const metadata = { version: 2, created_at: '2026-01-05T07:32:03.256679+00:00' };

function parse(message: unknown): LiveMessage {
  return parseLiveMessage(JSON.stringify(message));
}

function created(attributes: unknown, meta: unknown = metadata): LiveMessage {
  return parse({ metadata: meta, type: 'alert', action: 'created', attributes });
}

describe('a LiveAPI message', () => {
  it('is a notice if it is about a new alert', () => {
    assert.deepEqual(parseLiveMessage(createdNotice()), {
      kind: 'alert-created',
      notice: { uuid: ALERT_UUID, shortId: 'ALabc123DEF4', createdAt: 1_767_598_323 },
    });
  });

  it('has the time of the alert, else that of the notice, or none', () => {
    const createdAt = (attributes: object, meta: unknown): unknown => {
      const message = created({ uuid: ALERT_UUID, ...attributes }, meta);
      return message.kind === 'alert-created' ? message.notice.createdAt : message.kind;
    };
    assert.equal(createdAt({ created_at: 1_767_000_000 }, metadata), 1_767_000_000);
    assert.equal(createdAt({ created_at: '2026-01-05T07:32:00.5' }, metadata), 1_767_598_320);
    assert.equal(createdAt({ created_at: 'soon' }, metadata), 1_767_598_323);
    assert.equal(createdAt({}, metadata), 1_767_598_323);
    assert.equal(createdAt({}, { version: 2 }), null);
  });

  it('may lack the short id', () => {
    assert.deepEqual(created({ uuid: ALERT_UUID, short_id: 7 }, { version: 2 }), {
      kind: 'alert-created',
      notice: { uuid: ALERT_UUID, shortId: null, createdAt: null },
    });
  });

  it('may have its version as text', () => {
    assert.equal(created({ uuid: ALERT_UUID }, { version: '2' }).kind, 'alert-created');
  });

  const other: [what: string, message: unknown][] = [
    [
      'version 1',
      {
        event_version: '1',
        event_type: 'alert',
        attributes: { event: 'alert-created', alert_uuid: ALERT_UUID },
      },
    ],
    [
      'version 1 in the form of version 2',
      { metadata: { version: 1 }, type: 'alert', action: 'created', attributes: { uuid: ALERT_UUID } },
    ],
    [
      'version 3',
      { metadata: { version: 3 }, type: 'alert', action: 'created', attributes: { uuid: ALERT_UUID } },
    ],
    ['no version', { metadata: {}, type: 'alert', action: 'created', attributes: { uuid: ALERT_UUID } }],
    ['no metadata', { type: 'alert', action: 'created', attributes: { uuid: ALERT_UUID } }],
    [
      'an alert updated',
      { metadata, type: 'alert', action: 'updated', attributes: { uuid: ALERT_UUID, updated: {} } },
    ],
    ['an alert deleted', { metadata, type: 'alert', action: 'deleted', attributes: { uuid: ALERT_UUID } }],
    [
      'a comment',
      {
        metadata,
        type: 'alert-comment',
        action: 'created',
        attributes: { uuid: 'c-1', alert_uuid: ALERT_UUID },
      },
    ],
    ['a case', { metadata, type: 'case', action: 'created', attributes: { uuid: 'c-1' } }],
    ['alerts of a case', { metadata, type: 'case', action: 'alerts-updated', attributes: {} }],
    ['an IOC collection', { metadata, type: 'ioc-collection', action: 'updated', attributes: {} }],
    [
      'a search job',
      { metadata, type: 'search-job', action: 'updated', attributes: { updated: { status: 'done' } } },
    ],
    ['a task', { metadata, type: 'task', action: 'created', attributes: {} }],
    ['an empty object', {}],
  ];
  for (const [what, message] of other)
    it(`is ignored if it is ${what}`, () => assert.deepEqual(parse(message), { kind: 'other' }));

  it('says whether the key was accepted if it is the first', () => {
    assert.deepEqual(parse({ authenticated: true, identity: 'apikey:1' }), {
      kind: 'authenticated',
      ok: true,
    });
    assert.deepEqual(parse({ authenticated: {} }), { kind: 'authenticated', ok: true });
    assert.deepEqual(parse({ authenticated: false }), { kind: 'authenticated', ok: false });
    assert.deepEqual(parse({ authenticated: null }), { kind: 'authenticated', ok: false });
  });

  const malformed: [what: string, data: string][] = [
    ['nothing', ''],
    ['text', 'hello'],
    ['cut JSON', createdNotice().slice(0, -5)],
    ['null', 'null'],
    ['a number', '7'],
    ['a list', '[]'],
    ['a list of messages', `[${createdNotice()}]`],
    ['a notice without attributes', createdNotice(ALERT_UUID, { attributes: null })],
    ['a notice without a uuid', createdNotice(ALERT_UUID, { attributes: { short_id: 'AL1' } })],
    ['a notice whose uuid is a number', createdNotice(ALERT_UUID, { attributes: { uuid: 7 } })],
    ['a notice whose uuid leads elsewhere', createdNotice('../../me')],
  ];
  for (const [what, data] of malformed)
    it(`is malformed if it is ${what}`, () =>
      assert.deepEqual(parseLiveMessage(data), { kind: 'malformed' }));

  it('never throws for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (data) => {
        assertMessage(parseLiveMessage(data));
      }),
    );
  });

  it('never throws for an almost valid message', () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('alert', 'created', 2, '2', ALERT_UUID, [2], { toString: 1, valueOf: 1 }),
    );
    const named = (names: string[]): fc.Arbitrary<unknown> =>
      fc.oneof(
        value,
        fc.record(Object.fromEntries(names.map((name) => [name, value])), { requiredKeys: [] }),
      );
    const message = fc.record(
      {
        metadata: named(['version', 'created_at']),
        type: fc.oneof(fc.constant('alert'), value),
        action: fc.oneof(fc.constant('created'), value),
        attributes: named(['uuid', 'short_id', 'created_at']),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(message, (one) => assertMessage(parse(one))),
      { numRuns: 1000 },
    );
  });
});

function assertMessage(message: LiveMessage): void {
  assert.ok(['authenticated', 'alert-created', 'other', 'malformed'].includes(message.kind));
  if (message.kind === 'alert-created') assert.ok(isAlertId(message.notice.uuid));
}
