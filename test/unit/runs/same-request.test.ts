import assert from 'node:assert/strict';

import { fingerprint } from '../../../lib/runs/fingerprint';
import { httpRequestOf, withoutUserinfo } from '../../../lib/runs/http-request';
import type { Configuration, Message } from '../../../lib/runs/runtime';
import { isSameRequest, requestOf } from '../../../lib/runs/same-request';

describe('an http request node', () => {
  const cases: { of: string; configuration: Configuration; message: Message; sends: unknown }[] = [
    {
      of: 'the address in the node',
      configuration: { method: 'POST', url: 'http://host/a' },
      message: { payload: { n: 1 }, url: 'http://other/', method: 'GET' },
      sends: ['POST', 'http://host/a', { n: 1 }],
    },
    {
      of: 'an address from the message, without a scheme',
      configuration: { method: 'use', url: '' },
      message: { url: 'host/a', method: 'patch', payload: 'x' },
      sends: ['PATCH', 'http://host/a', 'x'],
    },
    {
      of: 'a template, with what mustache escapes',
      configuration: { method: 'GET', url: 'host/{{a}}/{{{a}}}', tls: 'tls' },
      message: { a: '<&', payload: 'not sent' },
      sends: ['GET', 'https://host/&lt;&amp;/<&', undefined],
    },
    {
      of: 'a payload as the query, after one that is half escaped',
      configuration: { method: 'GET', url: 'http://host/?a=20%&b=%20', paytoqs: 'query' },
      message: { payload: { c: [1, 2] } },
      sends: ['GET', 'http://host/?a=20%25&b=%20&c=1&c=2', undefined],
    },
    {
      of: 'a payload as the query, as older versions had it',
      configuration: { url: 'http://host/', paytoqs: true },
      message: { payload: { c: 1 } },
      sends: ['GET', 'http://host/?c=1', undefined],
    },
    {
      of: 'a payload as the body of a GET',
      configuration: { method: 'GET', url: 'http://host/', paytoqs: 'body' },
      message: { payload: 'x' },
      sends: ['GET', 'http://host/', 'x'],
    },
    {
      of: 'no body with HEAD',
      configuration: { method: 'HEAD', url: 'http://host/' },
      message: { payload: 'x' },
      sends: ['HEAD', 'http://host/', undefined],
    },
    { of: 'nothing without an address', configuration: { url: '' }, message: {}, sends: undefined },
    {
      of: 'nothing to an address of another kind',
      configuration: { url: 'ftp://host/' },
      message: {},
      sends: undefined,
    },
  ];
  for (const { of, configuration, message, sends } of cases)
    it(`sends ${of}`, () => {
      const request = httpRequestOf(configuration, message);
      assert.deepEqual(request && [request.method, request.url, request.body], sends);
    });

  it('sends no user or password of its address', () => {
    assert.equal(withoutUserinfo('https://me:secret@host/a?b=c@d'), 'https://host/a?b=c@d');
    assert.equal(withoutUserinfo('https://host/me:secret@there'), 'https://host/me:secret@there');
  });
});

describe('two requests', () => {
  const node = { id: 'f', type: 'function' };
  const none = (): undefined => undefined;
  const same = (failed: Message, later: Message): boolean =>
    isSameRequest(requestOf(node, failed, none), requestOf(node, later, none));

  it('are the same if properties were added', () => {
    assert.ok(same({ payload: { a: [1, 'x'] } }, { payload: { a: [1, 'x'] }, tries: 1 }));
    assert.ok(!same({ payload: 1, tries: 1 }, { payload: 1, tries: 2 }));
    assert.ok(!same({ payload: 1, topic: 'a' }, { payload: 1 }));
  });

  it('are the same whatever Node-RED writes into the message', () => {
    const before = { _msgid: 'a', payload: 1, parts: { id: 'x', index: 0, parts: { id: 'y' } } };
    const later = { _msgid: 'b', payload: 1, parts: { id: 'z', index: 0, parts: { id: 'z' } } };
    assert.ok(
      same({ ...before, statusCode: 500, headers: { a: 1 } }, { ...later, error: {}, statusCode: 0 }),
    );
    assert.ok(!same(before, { ...later, parts: { ...later.parts, index: 1 } }));
  });

  it('differ if their messages are empty or cannot be compared', () => {
    assert.ok(!same({ _msgid: 'a' }, { _msgid: 'a' }));
    const act = (): void => undefined;
    assert.ok(!same({ payload: act }, { payload: act }));
  });

  it('differ if their values have other types', () => {
    const values = [1, '1', [1], { 0: 1 }, null, 'null', undefined, true, Buffer.from('1'), new Date(1)];
    const more = [new Map([[0, 1]]), new Set([1]), new Error('1'), [[1]], [1, 1]];
    const prints = [...values, ...more].map(fingerprint);
    assert.equal(new Set(prints).size, prints.length);
    assert.ok(!prints.includes(undefined));
  });

  it('differ if they are too large or too deep, without a stack overflow', () => {
    const ring: Record<string, unknown> = {};
    ring.self = ring;
    let deep: unknown = 1;
    for (let level = 0; level < 5_000; level += 1) deep = [deep];
    for (const value of [ring, deep, Buffer.alloc(9_000_000), new Array(200_000).fill(0)])
      assert.equal(fingerprint(value), undefined);
  });
});
