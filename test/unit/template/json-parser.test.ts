import assert from 'node:assert/strict';
import fc from 'fast-check';
import { JsonFault, type JsonNode, parseJson } from '../../../lib/template/json-parser';

function toValue(node: JsonNode): unknown {
  if (node.kind === 'array') return node.items.map(toValue);
  if (node.kind !== 'object') return node.value;
  return Object.fromEntries(node.entries.map(({ name, value }) => [name.value, toValue(value)]));
}

/** Asserts that our parser and the engine's give the same value, or both refuse. */
function assertAgrees(source: string): void {
  let expected: { value: unknown } | undefined;
  try {
    expected = { value: JSON.parse(source) as unknown };
  } catch {
    expected = undefined;
  }
  if (expected) assert.deepEqual(toValue(parseJson(source)), expected.value);
  else assert.throws(() => parseJson(source), JsonFault, source);
}

function faultOf(source: string): number {
  try {
    parseJson(source);
  } catch (error) {
    if (error instanceof JsonFault) return error.offset;
  }
  return assert.fail(`no fault in ${source}`);
}

describe('template: parsing JSON with positions', () => {
  it('agrees with JSON.parse on every JSON text, however it is spaced', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom('', ' ', '\t', '\n  '), (json, indent) => {
        assertAgrees(json);
        assertAgrees(JSON.stringify(JSON.parse(json), null, indent));
      }),
    );
  });

  it('agrees with JSON.parse on JSON with a piece cut out or put in', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ...Array.from('{}[]",:\\/-+.eE0189tfnu \t\n\r\u0000\u001f\u007f\u00a0\u2028\ufeff\ud83d\ude00'),
      ),
      fc.constantFrom('true', 'nul', '{{x}}', '\\u00e9', '\\ud800', '\\x', '01', '1.', '1e', '-', '.5', '""'),
    );
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.nat({ max: 3 }),
        fc.array(piece, { maxLength: 3 }),
        (json, at, cut, put) => {
          const start = at % (json.length + 1);
          assertAgrees(json.slice(0, start) + put.join('') + json.slice(start + cut));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('agrees with JSON.parse on text made of JSON characters', () => {
    const character = fc.constantFrom(...Array.from('{}[]",:\\-+.eE01 \n'), 'true', 'null', '"a"', '\\u0041');
    fc.assert(
      fc.property(fc.array(character, { maxLength: 12 }), (characters) => assertAgrees(characters.join(''))),
      { numRuns: 5000 },
    );
  });

  it('agrees with JSON.parse on names like __proto__', () => {
    const source = '{"__proto__":{"a":1},"constructor":2,"a":1,"a":2}';
    assert.deepEqual(toValue(parseJson(source)), JSON.parse(source));
  });

  it('stops at the first character that cannot be JSON', () => {
    const cases: [string, number][] = [
      ['', 0],
      ['  ', 2],
      ['{', 1],
      ['{"a"', 4],
      ['{"a":', 5],
      ['{"a":1', 6],
      ['{"a":1,}', 7],
      ['[1 2]', 3],
      ['[1,]', 3],
      ['{"a":01}', 6],
      ['1.', 2],
      ['-', 1],
      ['-a', 1],
      ['1e+', 3],
      ['[1.x]', 3],
      ['1.5.', 3],
      ['1.e5', 2],
      ['"abc', 4],
      ['"a\nb"', 2],
      ['"a\\xb"', 2],
      ['"a\\u12g4"', 2],
      ['"a\\', 2],
      ['{} {}', 3],
      ['[tru]', 1],
      ['\ufeff{}', 0],
    ];
    for (const [source, offset] of cases) assert.equal(faultOf(source), offset, JSON.stringify(source));
  });

  it('never stops before the place where a cut text ends', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), (value, at) => {
        const json = `[${JSON.stringify(value)}]`;
        const cut = json.slice(0, at % json.length);
        const offset = faultOf(cut);
        // A word or an escape that is cut in two is one character.
        assert.ok(offset <= cut.length && offset >= cut.length - 5, `${cut} at ${offset}`);
        if (!/[\\a-z]/.test(cut.slice(-6))) assert.equal(offset, cut.length, cut);
      }),
    );
  });

  it('keeps the place of every string', () => {
    const source = '[ "a", {"b" : "c\\"d"} ]';
    const root = parseJson(source);
    assert.ok(root.kind === 'array');
    const [first, second] = root.items;
    assert.ok(first?.kind === 'string' && second?.kind === 'object');
    const { name, value } = second.entries[0]!;
    assert.ok(value.kind === 'string');
    const texts = [first, name, value].map(({ start, end }) => source.slice(start, end));
    assert.deepEqual(texts, ['"a"', '"b"', '"c\\"d"']);
  });

  it('takes any depth without a stack overflow', () => {
    const depth = 200_000;
    assert.equal(parseJson('['.repeat(depth) + ']'.repeat(depth)).kind, 'array');
    assert.equal(faultOf('[{"a":'.repeat(depth)), depth * 6);
  });
});
