import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkTemplate, compileTemplate, TemplateError, TemplateSyntaxError } from '../../../lib/template';
import { errorOf, problems } from './helpers';

const PREPARE = 'Prepare the value in a change or function node before this one.';

/** Asserts that a template has one problem, at this place and with a reason that matches. */
function assertRefused(source: string, place: string, reason: RegExp): void {
  const found = problems(source);
  assert.equal(found.length, 1, `${source} gives ${JSON.stringify(found)}`);
  assert.match(found[0]!, reason);
  assert.equal(found[0]!.split(' ')[0], place, source);
}

describe('template: refusing what is not supported', () => {
  it('quotes what is more than a plain path and says what to do instead', () => {
    const cases: [expression: string, quoted: string][] = [
      ['x | upper', '| upper'],
      ["x|join(', ')|upper", "|join(', ')|upper"],
      ["value.split('-')", "value.split('-')"],
      ['range(1)', 'range(1)'],
      ['a + b', '+ b'],
      ['a // b', '// b'],
      ['a == 1', '== 1'],
      ['a ~ b', '~ b'],
      ["'a' ~ b", "'a' ~ b"],
      ['(a + b) | int', '(a + b) | int'],
      ['a && b', '&& b'],
    ];
    for (const [expression, quoted] of cases) {
      const [found] = checkTemplate(JSON.stringify(`{{ ${expression} }}`));
      assert.equal(
        found?.reason,
        `'${quoted}' is not supported: a placeholder is a plain path. ${PREPARE}`,
        expression,
      );
    }
  });

  it('quotes operators that are words, which may also belong to a key', () => {
    for (const rest of ['is defined', 'in b', 'and b', 'if y else z']) {
      const [found] = checkTemplate(JSON.stringify(`{{ a ${rest} }}`));
      assert.equal(
        found?.reason,
        `'${rest}' is not supported: a placeholder is a plain path. ${PREPARE} ` +
          "If this belongs to a key, put the key in brackets: ['…'].",
      );
    }
  });

  it('names literals and says where they go', () => {
    for (const literal of ['80', '-5', '1.5', "'x'", "'a | b'", 'true', 'none', 'None', "['a']"]) {
      const [found] = checkTemplate(JSON.stringify(`{{ ${literal} }}`));
      assert.match(found?.reason ?? '', /^the literal .* write the value into the JSON itself/, literal);
      assert.ok(found?.reason.includes(literal), literal);
    }
  });

  it('quotes slices, negative indexes and computed keys', () => {
    assertRefused('"{{ a[0:3] }}"', '1:6', /the key \[0:3\] is not supported/);
    assertRefused('"{{ a[-1] }}"', '1:6', /the key \[-1\] is not supported/);
    assertRefused('"{{ a[b] }}"', '1:6', /the key \[b\] is not supported/);
    assertRefused(`"{{ a['b' ~ c] }}"`, '1:6', /the key \['b' ~ c\] is not supported/);
  });

  it('names statements and comments, wherever they stand', () => {
    assert.deepEqual(
      problems('{"a": "{% if x %}b{%- endif %} {# c #}"}').map((problem) => problem.replace(/ is not.*/, '')),
      ['1:8 Jinja statement {% if … %}', '1:19 Jinja statement {% endif … %}', '1:32 Jinja comment {# … #}'],
    );
    assertRefused('{"a": {% if x %}1{% endif %}}', '1:7', /^1:7 Jinja statement {% if … %} is not supported/);
    assertRefused('{% for a in b %}{}{% endfor %}', '1:1', /Jinja statement {% for … %}/);
    assertRefused('{"a": 1 {# why #}}', '1:9', /Jinja comment/);
    assertRefused('{"{% if %}": 1}', '1:3', /Jinja statement/);
    assertRefused('"{% if x"', '1:2', /Jinja statement {% if … %}/);
  });

  it('takes braces that are no Jinja for text', () => {
    for (const text of ['100 {%', 'a{#fff}', '{ { x } }', '%} #} }}', '{', '{%{%']) {
      assert.deepEqual(compileTemplate(JSON.stringify(text)).render({}), text);
    }
  });

  it('refuses whitespace control, partials and other delimiters', () => {
    assertRefused('"{{- x }}"', '1:4', /whitespace control '{{-'/);
    assertRefused('"{{ x -}}"', '1:7', /whitespace control '-}}'/);
    assertRefused('"{{> x }}"', '1:2', /the partial {{> x }}/);
    assertRefused('"{{=<% %>=}}"', '1:2', /custom delimiters/);
  });

  it('says how to write a key with a hyphen', () => {
    assertRefused('"{{ payload.content-type }}"', '1:20', /put the key in brackets: \['…'\]/);
  });

  it('refuses paths that are not finished', () => {
    assertRefused('"{{ }}"', '1:2', /the placeholder is empty/);
    assertRefused('"{{ a. }}"', '1:7', /a name is missing after '\.'/);
    assertRefused('"{{ a..b }}"', '1:7', /a name is missing after '\.'/);
    assertRefused('"{{ .a }}"', '1:5', /'\.a' is not supported: a placeholder is a plain path/);
    assertRefused('"{{ a[] }}"', '1:6', /a key is missing/);
    assertRefused('"{{ a[0 }}"', '1:6', /the bracket '\[' is not closed/);
    assertRefused(`"{{ a['b }}"`, '1:7', /the quote ' that opens a key is not closed/);
    assertRefused('"{{ a b }}"', '1:7', /'b' is not supported: a placeholder is a plain path/);
    assertRefused('"x {{ a"', '1:4', /the placeholder {{ a is not closed: end it with }}/);
    assertRefused('"{{{ a }}"', '1:2', /is not closed: end it with }}}/);
    assertRefused(`"{{ ${'a'.repeat(2000)} }}"`, '1:2', /longer than 1000 characters/);
  });

  it('refuses sections that are not nested', () => {
    assertRefused('"x{{#a}}y"', '1:3', /the section {{#a}} is not closed: add {{\/a}}/);
    assertRefused('"x{{/a}}y"', '1:3', /{{\/a}} closes a section that is not open/);
    assertRefused('"x{{#a}}y{{/b}}"', '1:10', /the section {{#a}} must be closed by {{\/a}}/);
  });

  it('refuses placeholders in property names', () => {
    assertRefused('{"a": {"x{{b}}": 1}}', '1:10', /a property name cannot contain a placeholder/);
    assertRefused('{"\\u007b{b}}": 1}', '1:3', /a property name cannot contain a placeholder/);
  });

  it('refuses numbers that would be sent as others', () => {
    assertRefused('{"a": 12345678901234567890}', '1:7', /too large to be sent unchanged: put it in quotes/);
    assertRefused('[1e999]', '1:2', /too large/);
    assert.deepEqual(
      problems('[9007199254740991, -9007199254740992, 100000000000000000000, 1.1, 1e300, -0]'),
      [],
    );
  });

  it('finds all problems, in the order of the source', () => {
    const source = '{\n  "a": "{{ x | y }} {{ 1 }}",\r\n  "{{b}}": ["{% set c %}"],\r  "d": "{{ ok }}"\n}';
    assert.deepEqual(
      checkTemplate(source).map(({ line, column }) => `${line}:${column}`),
      ['2:14', '2:24', '3:4', '3:14'],
    );
  });

  it('throws an error with the first place and all problems', () => {
    const error = errorOf(() => compileTemplate('{\n "a": "{{ x | y }} {{ 1 }}"}'));
    assert.ok(error instanceof TemplateSyntaxError && error instanceof TemplateError);
    const [{ line, column, offset }] = error.problems;
    assert.deepEqual(
      { code: error.code, line, column, offset, count: error.problems.length },
      { code: 'SEKOIA_BAD_INPUT', line: 2, column: 13, offset: 14, count: 2 },
    );
    assert.match(error.message, /^Template line 2, column 13: '\| y' is not supported.*\(and 1 more\)$/);
  });

  it('finds a placeholder behind any escapes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (before, isAscii) => {
        fc.pre(!/[{}]/.test(before));
        let literal = JSON.stringify(before);
        if (isAscii) {
          literal = literal.replace(
            /[^ -~]/g,
            (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
          );
        }
        const source = `{"k":${literal.slice(0, -1)}{{ x | upper }}"}`;
        assert.deepEqual(
          checkTemplate(source).map(({ offset }) => offset),
          [source.indexOf('| upper')],
        );
      }),
    );
  });
});
