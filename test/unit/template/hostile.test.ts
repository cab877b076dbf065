import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkTemplate, compileTemplate, TemplateError, type JsonValue } from '../../../lib/template';
import { fill } from './helpers';

const HARMFUL =
  `" \\\\ 😀 {{ }} {{v}} {{{ {% %} {# #} {{#v}} {{/v}} $& $1 &amp; < ' __proto__ {{=<% %>=}} {{>p}}`.split(
    ' ',
  );

/** Texts that would do harm if they were read as JSON, mustache, Jinja, HTML or JavaScript. */
const hostileText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc
    .array(fc.constantFrom(...HARMFUL, '\n', '\u2028', '\ud800', '\u0000', '","admin":true,"'), {
      maxLength: 8,
    })
    .map((pieces) => pieces.join('')),
);

const key = fc.oneof(
  fc.string(),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'toJSON', 'length', '0'),
);
const { json: jsonValue } = fc.letrec<{ json: JsonValue }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    hostileText,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(null, true, false),
    fc.array(tie('json'), { maxLength: 4 }),
    // JSON.parse makes own properties of any name, as a message from the network has them.
    fc.array(fc.tuple(key, tie('json')), { maxLength: 4 }).map(parsedObject),
  ),
}));

function parsedObject(entries: [string, JsonValue][]): JsonValue {
  const members = entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  return JSON.parse(`{${members.join(',')}}`) as JsonValue;
}

/** Compares as what is sent, so that -0 and the order of properties count as JSON has them. */
function assertSame(actual: JsonValue, expected: JsonValue): void {
  assert.equal(JSON.stringify(actual), JSON.stringify(expected));
}

describe('template: any value in any place', () => {
  it('gives a whole placeholder exactly the value, and leaves the message alone', () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        const message = { payload: value, sekoia: { node: { 1: { rule: value } } } };
        const before = JSON.stringify(message);
        const template = compileTemplate(`{"a":"{{payload}}","b":["{{ node.1['rule'] }}"],"c":1}`);
        const body = template.render(message);
        assertSame(body, { a: value, b: [value], c: 1 });
        assertSame(JSON.parse(JSON.stringify(body)) as JsonValue, body);
        assertSame(template.render(message), body);
        assert.equal(JSON.stringify(message), before);
      }),
    );
  });

  it('puts a text into text as it is', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (one, other) => {
        const message = { v: one, w: other, p: 'partial' };
        assert.equal(fill('a {{v}}-{{{w}}}"{{&v}}', message), `a ${one}-${other}"${one}`);
        assert.equal(fill('{{#v}}{{.}}!{{/v}}', message), one === '' ? '' : `${one}!`);
      }),
    );
  });

  it('keeps the structure of a template, whatever stands between its placeholders', () => {
    fc.assert(
      fc.property(jsonValue, hostileText, (structure, value) => {
        // What the template itself holds is the author's: it may not look like a placeholder or a block.
        fc.pre(!/\{[{%#]/.test(JSON.stringify(structure)));
        const source = JSON.stringify({ structure, value: '{{v}}', text: '<{{v}}>' });
        assertSame(compileTemplate(source).render({ v: value }), { structure, value, text: `<${value}>` });
      }),
    );
  });

  it('reads any key in brackets', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 50 }),
        fc.constantFrom("'", '"'),
        (name, quote) => {
          fc.pre(!name.includes('}}'));
          const escaped = name.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`);
          const payload = JSON.parse(`{${JSON.stringify(name)}:1}`) as object;
          assert.equal(fill(`{{ payload[${quote}${escaped}${quote}] }}`, { payload }), 1);
        },
      ),
    );
  });

  it('takes any source without an error that is not its own', () => {
    const piece = fc.oneof(
      hostileText,
      fc.constantFrom(...`{ } [ ] " : , {{ }} "{{ }}" a.b ['x'] | ( - 1`.split(' '), ' '),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), fc.boolean(), (pieces, isString) => {
        const source = isString ? JSON.stringify(pieces.join('')) : pieces.join('');
        const problems = checkTemplate(source);
        for (const { line, column, offset, reason } of problems) {
          assert.ok(
            line >= 1 && column >= 1 && offset >= 0 && offset <= source.length && reason.endsWith('.'),
            reason,
          );
        }
        try {
          JSON.stringify(compileTemplate(source).render({ v: 1, a: { b: 2 } }));
          assert.equal(problems.length, 0);
        } catch (error) {
          if (!(error instanceof TemplateError)) throw error;
          assert.ok(problems.length > 0);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
