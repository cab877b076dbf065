import assert from 'node:assert/strict';
import vm from 'node:vm';
import { TemplateError, TemplateValueError, type JsonValue } from '../../../lib/template';
import { errorOf, fill } from './helpers';

function alone(value: unknown): JsonValue {
  return fill('{{v}}', { v: value });
}

function inText(value: unknown): JsonValue {
  return fill('<{{v}}>', { v: value });
}

function assertRefused(value: unknown, reason: RegExp): void {
  for (const give of [alone, inText]) {
    const error = errorOf(() => give(value));
    assert.ok(error instanceof TemplateValueError);
    assert.equal(error.code, 'SEKOIA_BAD_INPUT');
    assert.equal(error.placeholder, 'v');
    assert.match(error.message, /^The value of {{ v }} /);
    assert.match(error.message, reason);
  }
}

describe('template: values that are not plain JSON', () => {
  it('writes dates as ISO texts, also those of a function node', () => {
    const date = new Date('2026-01-02T03:04:05.678Z');
    const foreign = vm.runInNewContext('({ at: new Date(0), list: [1], nested: { a: null } })') as unknown;
    assert.equal(alone(date), '2026-01-02T03:04:05.678Z');
    assert.equal(inText(date), '<2026-01-02T03:04:05.678Z>');
    assert.deepEqual(alone([date]), ['2026-01-02T03:04:05.678Z']);
    assert.deepEqual(alone(foreign), { at: '1970-01-01T00:00:00.000Z', list: [1], nested: { a: null } });
    assert.equal(alone(new Date(NaN)), null);
    assert.equal(inText(new Date(NaN)), '<>');
  });

  it('does with the rest what JSON.stringify does', () => {
    const symbol = Symbol('s');
    const value = {
      undef: undefined,
      fn: () => 1,
      symbol,
      nan: NaN,
      inf: -Infinity,
      list: [undefined, () => 1, symbol, NaN],
      url: new URL('https://example.org/'),
      boxed: [Object('x'), Object(1), Object(false)],
      own: { toJSON: () => ({ a: undefined, b: 1 }) },
      gone: { toJSON: () => undefined },
      // eslint-disable-next-line no-sparse-arrays -- a hole is what is tested
      holes: [1, , 2],
      error: new Error('hidden'),
      [symbol]: 1,
    };
    assert.deepEqual(alone(value), JSON.parse(JSON.stringify(value)));
    assert.equal(inText(value), `<${JSON.stringify(value)}>`);
    assert.equal(alone(NaN), null);
    assert.equal(inText(NaN), '<NaN>');
  });

  it('refuses what JSON has no way to hold', () => {
    assertRefused(() => 1, /is a function, which JSON cannot contain/);
    assertRefused(Symbol('x'), /is a symbol, which JSON cannot contain/);
    assertRefused(Buffer.from('x'), /is binary data \(a Buffer\): convert it to a text first/);
    assertRefused(new Uint16Array(2), /is binary data/);
    assertRefused(new ArrayBuffer(2), /is binary data/);
    assertRefused(new Map(), /is a Map, which is empty in JSON/);
    assertRefused({ a: new Set() }, /holds something that is a Set/);
    assertRefused({ a: [Buffer.from('x')] }, /holds something that is binary data/);
    assertRefused({ a: 1n }, /holds something that is a BigInt/);
  });

  it('writes a BigInt in text only', () => {
    assert.equal(inText(12345678901234567890n), '<12345678901234567890>');
    assert.throws(() => alone(1n), TemplateValueError);
  });

  it('refuses what refers to itself or is too deep, at once', () => {
    const circular: { self?: object; also?: object; list: object[] } = { list: [] };
    circular.self = circular.also = circular;
    circular.list.push(circular, circular);
    assertRefused(circular, /refers to itself/);
    let deep: unknown = 1;
    for (let level = 0; level < 200; level++) deep = [deep];
    assert.equal(JSON.stringify(alone(deep)), JSON.stringify(deep));
    assertRefused([deep], /nested more than 200 levels deep/);
    for (let level = 0; level < 100_000; level++) deep = [deep];
    assertRefused(deep, /nested more than 200 levels deep/);
    const shared = { a: 1 };
    assert.deepEqual(alone([shared, shared]), [shared, shared]);
  });

  it('never calls what a message holds', () => {
    const trap = (): never => assert.fail('called');
    assert.throws(() => fill('{{#v}}x{{/v}}', { v: trap }), TemplateValueError);
    assert.throws(() => fill('{{#list}}{{.}}{{/list}}', { list: [trap] }), TemplateValueError);
    assert.equal(fill('{{#v}}{{w}}{{/v}}', { v: { toString: trap }, w: 1 }), '1');
  });

  it('wraps what a getter throws', () => {
    const message = Object.defineProperty({}, 'v', {
      get: () => {
        throw new Error('no');
      },
    });
    const error = errorOf(() => fill('{{v}}', message));
    assert.ok(error instanceof TemplateError && error.cause instanceof Error);
    assert.equal(error.code, 'SEKOIA_BAD_INPUT');
  });
});
