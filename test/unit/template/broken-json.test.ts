import assert from 'node:assert/strict';
import { problems } from './helpers';

describe('template: broken JSON', () => {
  it('says to put a placeholder in quotes, at the placeholder', () => {
    const reason =
      'the placeholder {{ node.1.rule.severity }} is outside quotes: write "{{ node.1.rule.severity }}". ' +
      "A string that is one placeholder and nothing else keeps the value's type, so a number stays a number.";
    assert.deepEqual(problems('{"severity": {{ node.1.rule.severity }} }'), [`1:14 ${reason}`]);
    for (const [source, place, placeholder] of [
      ['{{x}}', '1:1', '{{x}}'],
      ['[1,\n {{{x}}}]', '2:2', '{{{x}}}'],
      ['{"a": 1{{x}}}', '1:8', '{{x}}'],
      ['{"a": "b" {{x}}}', '1:11', '{{x}}'],
      ['{{{x}}: 1}', '1:1', '{{ … }}'],
      ['{"a": -{{x}}}', '1:8', '{{x}}'],
    ] as const) {
      const [found] = problems(source);
      assert.ok(found?.startsWith(`${place} the placeholder ${placeholder} is outside quotes`), found);
    }
  });

  it('says that a double quote ends the string within a placeholder', () => {
    assert.deepEqual(problems(`{"a": "{{ node.1["rule"].name }}"}`), [
      '1:18 this double quote ends the string in the middle of a placeholder: write keys in single quotes, ' +
        `as {{ node.1['rule'] }}, or write \\" for the quote.`,
    ]);
    assert.deepEqual(problems(`{"a": "{{ node.1[\\"rule\\"].name }}"}`), []);
  });

  it('says what is wrong and where', () => {
    const cases: [string, RegExp][] = [
      ['', /^1:1 the template is empty: write a JSON body/],
      [' \n', /^1:1 the template is empty/],
      ['{"a": "x",\n "b": }', /^2:7 '}' is unexpected: a value is expected here/],
      ["{'a': 1}", /^1:2 JSON requires double quotes/],
      ['{“a”: 1}', /^1:2 '“' is a typographic quote/],
      ['{"a": 1,\r\n}', /^2:1 a comma is not allowed before '}'/],
      ['[1,]', /^1:4 a comma is not allowed before ']'/],
      ['{"a": True}', /^1:7 JSON does not know True: write true/],
      ['{"a": None}', /^1:7 JSON does not know None: write null/],
      ['{a: 1}', /^1:2 a is not in quotes: a property name/],
      ['{"a": medium}', /^1:7 medium is not in quotes: a value/],
      ['{"a": 01}', /^1:8 '1' is unexpected/],
      ['{"a" 1}', /^1:6 '1' is unexpected: ':' is expected/],
      ['{"a": 1\r"b": 2}', /^2:1 '"' is unexpected: ',' or '}' is expected/],
      ['{"a": "x\ny"}', /^1:9 a string cannot continue on the next line.*\\n/],
      ['["\t"]', /^1:3 a tab is not allowed in a string.*\\t/],
      ['["\u0000"]', /^1:3 the control character U\+0000.*\\u0000/],
      ['["\\d"]', /^1:3 this is not a JSON escape: write a backslash as \\\\/],
      [
        '{"a":\n"x',
        /^2:3 the template ends here, but the string that opens at line 2, column 1 is not closed/,
      ],
      ['{"a": [1', /^1:9 the template ends here, but the '\[' that opens at line 1, column 7 is not closed/],
      ['[1] 2', /^1:5 '2' is unexpected: nothing may follow the JSON/],
      ['[1, // one\n2]', /^1:5 JSON does not allow comments/],
      ['[1\u00a0]', /^1:3 the character U\+00A0 is unexpected/],
      ['[\ud800]', /^1:2 the character U\+D800 is unexpected/],
      ['[😀]', /^1:2 '😀' is unexpected/],
      ['\ufeff[1,]', /^1:4 a comma is not allowed/],
      ['[\ufeff]', /^1:2 the character U\+FEFF/],
    ];
    for (const [source, expected] of cases) {
      const found = problems(source);
      assert.equal(found.length, 1, source);
      assert.match(found[0]!, expected, source);
    }
  });

  it('takes a byte order mark at the start', () => {
    assert.deepEqual(problems('\ufeff{"a": 1}'), []);
    assert.match(problems('\ufeff{"a": "{{ 1 }}"}')[0]!, /^1:11 /);
  });
});
