import assert from 'node:assert/strict';
import { compileTemplate, compileText } from '../../../lib/template';
import { alertMessage, fill, render } from './helpers';

/** Verbatim from the documentation of the use case. */
const USE_CASE =
  `{"alert_short_id":"{{ node.0['alert_uuid'] }}", "rule_name":"{{ node.1['rule']['name'] }}",` +
  `"rule_severity":"{{ node.1['rule']['severity'] }}","description":"This is a description"}`;

describe('template: rendering', () => {
  it('builds the body of the use case, severity as a number', () => {
    assert.deepEqual(render(USE_CASE, alertMessage()), {
      alert_short_id: 'a5f2',
      rule_name: 'Suspicious login',
      rule_severity: 80,
      description: 'This is a description',
    });
  });

  it('builds the body of the use case for any rule name', () => {
    const name =
      'Brute "force"\\\n\t<b>&amp;</b> {{ payload.title }} {% if x %} \u2028 😀 \ud800 ","admin":true,"x":"';
    const body = render(USE_CASE, alertMessage({ name, severity: 80 }));
    assert.deepEqual(JSON.parse(JSON.stringify(body)), {
      alert_short_id: 'a5f2',
      rule_name: name,
      rule_severity: 80,
      description: 'This is a description',
    });
  });

  it('reads bracket, dot and index forms alike', () => {
    const message = alertMessage();
    for (const path of [
      "node.1['rule']['name']",
      'node.1["rule"].name',
      'node[1].rule.name',
      'node.1.rule.name',
      "node['1']['rule'].name",
      " node . 1 [ 'rule' ] . name ",
      'sekoia.node.1.rule.name',
      'payload.rule.name',
      'msg.payload.rule.name',
      "msg['payload'].rule.name",
    ]) {
      for (const tag of [`{{${path}}}`, `{{ ${path} }}`, `{{{ ${path} }}}`, `{{& ${path} }}`]) {
        assert.equal(fill(tag, message), 'Suspicious login', tag);
      }
    }
  });

  it('reads keys with any characters in brackets', () => {
    const payload = { 'a.b c-d': { "it's": { 'say "x"': { 'C:\\x': { ']': 1 } } } } };
    assert.equal(fill(`{{ payload['a.b c-d']["it's"]['say "x"']['C:\\x'][']'] }}`, { payload }), 1);
    assert.equal(fill(`{{ payload['a.b c-d']['it\\'s']["say \\"x\\""]['C:\\\\x'][']'] }}`, { payload }), 1);
    assert.equal(fill("{{ msg['my key'] }} {{@timestamp}}", { 'my key': 1, '@timestamp': 2 }), '1 2');
    assert.equal(fill('{{ payload.größe.日本.$x }}', { payload: { größe: { 日本: { $x: 3 } } } }), 3);
  });

  it('reads node from msg.sekoia.node, and from the message if there is none', () => {
    assert.equal(fill('{{node.0}}', { node: ['own'], sekoia: { node: { 0: 'block' } } }), 'block');
    assert.equal(fill('{{msg.node.0}}', { node: ['own'], sekoia: { node: { 0: 'block' } } }), 'own');
    assert.equal(fill('{{node.0}}', { node: ['own'], sekoia: {} }), 'own');
    assert.equal(fill('{{node.0}}', { sekoia: null }), null);
  });

  it('takes a leading msg for the message unless it has a property msg', () => {
    assert.equal(fill('{{msg.payload}}', { payload: 1 }), 1);
    assert.equal(fill('{{msg.payload}}', { payload: 1, msg: { payload: 2 } }), 2);
    assert.deepEqual(fill('{{msg}}', { payload: 1 }), { payload: 1 });
  });

  it('keeps the type of a value that is alone in its string', () => {
    for (const value of [0, -1.5, true, false, null, '', 'x', '80', [], [1, [null]], {}, { a: { b: [1] } }]) {
      assert.deepEqual(fill('{{ payload }}', { payload: value }), value);
    }
  });

  it('makes text of values within longer text', () => {
    const message = { n: 1.5, t: true, z: null, o: { a: ['"'] }, l: [1, 'x'], s: '<&"\'>' };
    assert.equal(fill('{{n}}|{{t}}|{{z}}|{{o}}|{{l}}', message), '1.5|true||{"a":["\\""]}|[1,"x"]');
    assert.equal(fill('{{s}}|{{{s}}}|{{&s}}', message), '<&"\'>|<&"\'>|<&"\'>');
    assert.equal(fill(' {{payload}}', { payload: 1 }), ' 1');
  });

  it('keeps the structure of the template, whatever its root', () => {
    assert.deepEqual(render('[1, {"a": [null, "{{x}}"]}, true, "", {}]', { x: 2 }), [
      1,
      { a: [null, 2] },
      true,
      '',
      {},
    ]);
    assert.equal(render('"{{x}}"', { x: 2 }), 2);
    assert.equal(render(' 5 ', {}), 5);
    assert.equal(render('null', {}), null);
    assert.deepEqual(render('\ufeff{"a": 1}', {}), { a: 1 });
  });

  it('takes the last of two properties with one name, as JSON.parse', () => {
    const body = render('{"a": 1, "b": 2, "a": "{{x}}"}', { x: 3 });
    assert.equal(JSON.stringify(body), '{"a":3,"b":2}');
  });

  it('makes __proto__ a property like any other', () => {
    const body = render('{"__proto__": {"admin": true}, "a": "{{x}}"}', {
      x: JSON.parse('{"__proto__": 1}') as unknown,
    });
    assert.equal(Object.getPrototypeOf(body), Object.prototype);
    assert.equal((body as { admin?: boolean }).admin, undefined);
    assert.equal(JSON.stringify(body), '{"__proto__":{"admin":true},"a":{"__proto__":1}}');
  });

  it('gives bodies that share nothing with the message or each other', () => {
    const message = { payload: { list: [{ a: 1 }] } };
    const template = compileTemplate('{"fixed": {"b": []}, "value": "{{payload}}", "again": "{{payload}}"}');
    const first = template.render(message) as {
      fixed: { b: number[] };
      value: typeof message.payload;
      again: typeof message.payload;
    };
    first.value.list[0]!.a = 2;
    first.fixed.b.push(1);
    assert.deepEqual(message, { payload: { list: [{ a: 1 }] } });
    assert.deepEqual(first.again, message.payload);
    assert.deepEqual(template.render(message), {
      fixed: { b: [] },
      value: message.payload,
      again: message.payload,
    });
  });

  it('fills a text that is no JSON', () => {
    const template = compileText(`{{ node.0['alert_uuid'] }}`);
    assert.equal(template.render(alertMessage()), 'a5f2');
    assert.equal(template.render({}), '');
    assert.equal(compileText('"{{x}}" {').render({ x: { a: 1 } }), '"{"a":1}" {');
    assert.equal(compileText('').render({}), '');
    assert.throws(() => compileText('a\n{{ x | y }}'), /^TemplateSyntaxError: Template line 2, column 6: /);
    assert.throws(() => compileText('{{x}}', { missing: 'fail' }).render({}), { name: 'MissingValueError' });
  });
});
