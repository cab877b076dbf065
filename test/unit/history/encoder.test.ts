import assert from 'node:assert/strict';
import http from 'node:http';

import fc from 'fast-check';

import { encode } from '../../../lib/history/encoder';
import { Secrets } from '../../../lib/history/secrets';

const ENOUGH = 10_000;

function encoded(message: unknown, secrets = new Secrets()): unknown {
  const { json, bytes, cut } = encode(message, ENOUGH, secrets);
  assert.equal(Buffer.byteLength(json) <= bytes, true);
  assert.equal(cut, false);
  return JSON.parse(json);
}

describe('history: how a message is encoded', () => {
  it('as JSON, where JSON has a form for it', () => {
    const message = {
      payload: { a: [1, 'two', null, true, { b: -0.5 }], c: '' },
      topic: 'x',
      'ü "': '\u0000\ud800',
    };
    assert.deepEqual(encoded(message), message);
  });

  it('as the debug sidebar does, where it has none', () => {
    const error = Object.assign(new TypeError('no', { cause: new Error('why') }), { code: 'E_NO' });
    assert.deepEqual(
      encoded({
        undefined,
        function: () => 1,
        numbers: [NaN, -Infinity],
        bigint: 12345678901234567890n,
        date: new Date(0),
        regexp: /a"b/g,
        map: new Map<unknown, unknown>([
          ['k', 1],
          [{}, 2],
        ]),
        set: new Set([1, 'x']),
        buffer: Buffer.from([1, 255]),
        floats: new Float32Array([0.5, 1]),
        error,
        symbol: Symbol('s'),
        url: new URL('https://example.org/a'),
      }),
      {
        undefined: { __enc__: true, type: 'undefined' },
        function: { __enc__: true, type: 'function' },
        numbers: [
          { __enc__: true, type: 'number', data: 'NaN' },
          { __enc__: true, type: 'number', data: '-Infinity' },
        ],
        bigint: { __enc__: true, type: 'bigint', data: '12345678901234567890' },
        date: '1970-01-01T00:00:00.000Z',
        regexp: { __enc__: true, type: 'regexp', data: '/a"b/g' },
        map: { __enc__: true, type: 'map', data: { k: 1, '[object]': 2 }, length: 2 },
        set: { __enc__: true, type: 'set', data: [1, 'x'], length: 2 },
        buffer: { __enc__: true, type: 'Buffer', data: [1, 255], length: 2 },
        floats: [0.5, 1],
        error: {
          __enc__: true,
          type: 'error',
          data: { name: 'TypeError', message: 'no', code: 'E_NO', cause: 'why' },
        },
        symbol: 'Symbol(s)',
        url: 'https://example.org/a',
      },
    );
  });

  it('what fetch() throws', () => {
    const { data } = encoded(AbortSignal.abort().reason) as { data: { name: string; message: string } };
    assert.equal(data.name, 'AbortError');
    assert.match(data.message, /aborted/);
  });

  it('requests, responses and what refers to itself', () => {
    const request = new http.IncomingMessage(null as never);
    const message: Record<string, unknown> = {
      req: request,
      res: { _res: new http.ServerResponse(request) },
    };
    message.self = message;
    message.twice = [{ a: 1 }];
    message.again = message.twice;
    assert.deepEqual(encoded(message), {
      req: { __enc__: true, type: 'internal' },
      res: { _res: { __enc__: true, type: 'internal' } },
      self: '[Circular ~]',
      twice: [{ a: 1 }],
      again: [{ a: 1 }],
    });
  });

  it('without running any code of the message', () => {
    const ran: string[] = [];
    const hostile = {
      get a(): never {
        ran.push('getter');
        throw new Error('getter');
      },
      toJSON: () => ran.push('toJSON'),
      toString: () => ran.push('toString'),
      proxy: new Proxy(
        {},
        { ownKeys: () => (ran.push('ownKeys'), []), getPrototypeOf: () => (ran.push('proto'), null) },
      ),
      error: Object.defineProperty(new Error('x'), 'message', { get: () => ran.push('message') }),
      list: Object.defineProperty([1], '0', { get: () => ran.push('element') }),
    };
    assert.deepEqual(encoded(hostile), {
      a: '[getter]',
      toJSON: { __enc__: true, type: 'function' },
      toString: { __enc__: true, type: 'function' },
      proxy: { __enc__: true, type: 'internal' },
      error: { __enc__: true, type: 'error', data: { name: 'Error', message: '[getter]' } },
      list: ['[getter]'],
    });
    assert.deepEqual(ran, []);
  });

  it('going on after something that cannot be looked at', () => {
    const bad = Object.defineProperty(new Uint8Array(3), 'subarray', {
      value: () => {
        throw new Error('no');
      },
    });
    assert.deepEqual(encoded({ a: 1, bad: [2, bad], c: 3 }), {
      a: 1,
      bad: [2, { __enc__: true, type: 'internal' }],
      c: 3,
    });
  });
});

describe('history: what is cut from a message', () => {
  function cut(message: unknown, maxBytes = ENOUGH): { value: unknown; json: string } {
    const { json, cut: wasCut } = encode(message, maxBytes, new Secrets());
    assert.equal(wasCut, true);
    assert.ok(Buffer.byteLength(json) <= Math.max(maxBytes, 40));
    return { value: JSON.parse(json), json };
  }

  it('a long text, which leaves room for what comes after it', () => {
    const { value } = cut({ payload: 'x'.repeat(1e6), topic: 'after' });
    const { payload, topic } = value as Record<string, string>;
    assert.match(payload!, /^x{4000,}\.\.\.$/);
    assert.equal(topic, 'after');
  });

  it('a long list, with its length', () => {
    const { value } = cut({ list: new Array(100_000).fill('element') });
    const { list } = value as { list: { type: string; data: unknown[]; length: number } };
    assert.deepEqual([list.type, list.length, list.data[0]], ['array', 100_000, 'element']);
    assert.ok(list.data.length > 500);
  });

  it('a list with four thousand million holes', () => {
    const holes: unknown[] = [];
    holes.length = 2 ** 32 - 1;
    const { value } = cut({ holes });
    assert.equal((value as { holes: { length: number } }).holes.length, 2 ** 32 - 1);
  });

  it('a buffer, a map, a set and an object that go on for long', () => {
    cut({ buffer: Buffer.alloc(1e6) });
    cut({ map: new Map(Array.from({ length: 1e4 }, (_, index) => [index, index])) });
    cut({ set: new Set(Array.from({ length: 1e4 }, (_, index) => index)) });
    cut(Object.fromEntries(Array.from({ length: 1e4 }, (_, index) => [`p${index}`, index])));
  });

  it('what is too deep', () => {
    let deep: object = {};
    for (let depth = 0; depth < 10_000; depth += 1) deep = { deep };
    cut(deep);
  });

  it('all of it, where there is no room at all', () => {
    assert.deepEqual(cut({ a: 1 }, 1).value, { __enc__: true, type: 'internal' });
  });

  it('always to JSON of no more than the bytes given (property)', () => {
    const anything = fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withNullPrototype: true,
      withObjectString: true,
      withSparseArray: true,
      withTypedArray: true,
      stringUnit: 'binary',
    });
    fc.assert(
      fc.property(anything, fc.integer({ min: 40, max: 2_000 }), (message, maxBytes) => {
        const { json, bytes } = encode(message, maxBytes, new Secrets());
        assert.doesNotThrow(() => void JSON.parse(json));
        assert.ok(Buffer.byteLength(json) <= bytes && bytes <= maxBytes);
      }),
      { numRuns: 2_000 },
    );
  });
});
