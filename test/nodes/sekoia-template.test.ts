import assert from 'node:assert/strict';

import helper from 'node-red-node-test-helper';

import type { FlowNode } from '../../scripts/node-red-process';
import { type Message, errorOf, node, outcomes, settled, sink, trigger, useNodeFixture } from './support';

/** The body of the use case, to the letter. */
const USE_CASE = `{"alert_short_id":"{{ node.0['alert_uuid'] }}", "rule_name":"{{ node.1['rule']['name'] }}","rule_severity":"{{ node.1['rule']['severity'] }}","description":"This is a description"}`;

/** The node `body`, what it sends to the sink `out`, and what becomes of its messages. */
function template(text: unknown, settings: Record<string, unknown> = {}): FlowNode[] {
  const defaults = { template: text, missing: 'null', output: 'payload', outputType: 'msg' };
  return [
    node('sekoia-template', 'body', { ...defaults, ...settings }, 'out'),
    sink('out'),
    ...outcomes('body'),
  ];
}

describe('sekoia-template', () => {
  const fixture = useNodeFixture();

  async function bodyOf(message: object): Promise<unknown> {
    return (await answerTo(message)).payload;
  }

  async function answerTo(message: object): Promise<Message> {
    const { nodeRed } = fixture;
    const known = nodeRed.messages('out').length;
    nodeRed.send('body', message);
    return (await nodeRed.received('out', known + 1)).at(-1)!;
  }

  describe('the body', () => {
    it('is that of the use case, as the playbook writes it', async () => {
      await fixture.run(template(USE_CASE));
      const node = {
        0: { alert_uuid: '5a1b5d0c-0000-4000-8000-000000000001' },
        1: { rule: { name: 'RAT beaconing', severity: 95 } },
      };
      assert.deepEqual(await bodyOf({ payload: 'before', sekoia: { node } }), {
        alert_short_id: '5a1b5d0c-0000-4000-8000-000000000001',
        rule_name: 'RAT beaconing',
        rule_severity: 95,
        description: 'This is a description',
      });
    });

    it('is that of the use case, from a trigger through Get Alert to the request', async () => {
      const { platform, nodeRed } = fixture;
      const [created, alerts] = trigger();
      await fixture.run([
        { ...created!, wires: [['get']] },
        alerts!,
        node(
          'sekoia-get-alert',
          'get',
          {
            config: 'sekoia',
            alert: "{{ node.0['alert_uuid'] }}",
            alertType: 'str',
            include: [],
            output: 'payload',
            outputType: 'msg',
          },
          'body',
        ),
        ...template(USE_CASE),
      ]);
      await nodeRed.status('trigger', 'live');
      const name = 'Broken "quotes" \\ and\nlines, {{ node.0 }} <b>&amp;</b>';
      const { uuid } = platform.raise({ rule: { name, severity: 61 } });
      const [got] = await nodeRed.received('out', 1);
      assert.deepEqual(got?.payload, {
        alert_short_id: uuid,
        rule_name: name,
        rule_severity: 61,
        description: 'This is a description',
      });
      assert.deepEqual(nodeRed.messages('caught'), []);
    });

    it('keeps the types of values that stand alone', async () => {
      const value = {
        number: 7.5,
        zero: 0,
        yes: true,
        no: false,
        nothing: null,
        list: [1, 'two', { three: 3 }],
        object: { a: { b: 'c' } },
        text: '7',
        empty: '',
      };
      const names = Object.keys(value);
      await fixture.run(
        template(JSON.stringify(Object.fromEntries(names.map((name) => [name, `{{ payload.${name} }}`])))),
      );
      assert.deepEqual(await bodyOf({ payload: value }), value);
    });

    it('writes values inside a text as text, unchanged', async () => {
      await fixture.run(
        template(
          '{"text": "Rule {{payload.name}} ({{{payload.severity}}}) on {{payload.on}}{{payload.gone}}."}',
        ),
      );
      const name = '<b>"R&D"</b> \\ \n {{ x }} {% y %}';
      assert.deepEqual(await bodyOf({ payload: { name, severity: 5, on: null } }), {
        text: `Rule ${name} (5) on .`,
      });
    });

    it('is a separate object for each message', async () => {
      await fixture.run(template('{"alert": "{{ payload }}", "fixed": {"a": []}}'));
      const alert = { rule: { name: 'as it was' } };
      const one = (await bodyOf({ payload: alert })) as { alert: typeof alert; fixed: { a: unknown[] } };
      one.alert.rule.name = 'changed';
      one.fixed.a.push('changed');
      const two = await bodyOf({ payload: { rule: { name: 'as it was' } } });
      assert.deepEqual(two, { alert: { rule: { name: 'as it was' } }, fixed: { a: [] } });
    });

    it('may be any JSON', async () => {
      for (const [text, body] of [
        ['["{{ payload }}", 1]', ['p', 1]],
        ['"{{ payload }}"', 'p'],
        ['12', 12],
        ['null', null],
      ] as const) {
        await fixture.run(template(text));
        assert.deepEqual(await bodyOf({ payload: 'p' }), body);
        await fixture.end();
      }
    });

    it('is each message’s own when 50 are sent at once', async () => {
      const { nodeRed } = fixture;
      await fixture.run(template('{"n": "{{ n }}"}'));
      for (let n = 0; n < 50; n += 1) nodeRed.send('body', { n });
      const got = await nodeRed.received('out', 50);
      for (const { n, payload } of got) assert.deepEqual(payload, { n });
    });
  });

  describe('a missing field', () => {
    const TEXT =
      '{"there": "{{ payload.there }}", "gone": "{{ payload.gone.deep }}", "text": "({{ nowhere }})"}';

    it('is null, or empty within a text', async () => {
      await fixture.run(template(TEXT));
      assert.deepEqual(await bodyOf({ payload: { there: 1 } }), { there: 1, gone: null, text: '()' });
    });

    it('is null when a flow file does not say', async () => {
      await fixture.run(template(TEXT, { missing: undefined }));
      assert.deepEqual(await bodyOf({ payload: {} }), { there: null, gone: null, text: '()' });
    });

    it('is an error that names every placeholder, if the user prefers that', async () => {
      const { nodeRed } = fixture;
      await fixture.run(template(TEXT, { missing: 'fail' }));
      nodeRed.send('body', { payload: { there: null } });
      const [caught] = await nodeRed.received('caught', 1);
      assert.equal(errorOf(caught).code, 'SEKOIA_BAD_INPUT');
      assert.match(errorOf(caught).message, /no value for \{\{ payload\.gone\.deep \}\}, \{\{ nowhere \}\}/);
      assert.deepEqual(nodeRed.messages('out'), []);
    });
  });

  describe('the output', () => {
    it('is the payload when a flow file does not say', async () => {
      await fixture.run([
        node('sekoia-template', 'body', { template: '{"id": "{{ payload }}"}' }, 'out'),
        sink('out'),
      ]);
      assert.deepEqual(await bodyOf({ payload: 'p' }), { id: 'p' });
    });

    it('may be a property of the message, also a nested one', async () => {
      await fixture.run(template('{"id": "{{ payload }}"}', { output: 'request.body' }));
      const sent = {
        _msgid: 'the same',
        topic: 't',
        payload: 'p',
        sekoia: { node: { 0: 'x' } },
        headers: { a: 'b' },
      };
      assert.deepEqual(await answerTo(structuredClone(sent)), { ...sent, request: { body: { id: 'p' } } });
    });

    for (const store of ['flow', 'global'] as const)
      it(`may be in the ${store} context`, async () => {
        await fixture.run(template('{"id": "{{ payload }}"}', { output: 'bodies.last', outputType: store }));
        const { payload } = await answerTo({ payload: 'p' });
        assert.equal(payload, 'p');
        assert.deepEqual(helper.getNode('body').context()[store].get('bodies'), { last: { id: 'p' } });
      });

    it('is an error if it cannot be written', async () => {
      const { nodeRed } = fixture;
      await fixture.run(template('{}', { output: 'topic.body' }));
      nodeRed.send('body', { topic: 'a text' });
      const [caught] = await nodeRed.received('caught', 1);
      assert.equal(errorOf(caught).code, 'SEKOIA_BAD_INPUT');
      assert.match(errorOf(caught).message, /Could not write to "msg\.topic\.body"/);
    });
  });

  describe('an invalid template', () => {
    for (const [what, text, reason] of [
      ['broken JSON', '{"a": "b",}', /Template line 1, column \d+: /],
      ['broken JSON in a later line', '{\n  "a": 1\n  "b": 2\n}', /Template line [23], column \d+: /],
      [
        'a placeholder outside of quotes',
        '{"severity": {{ payload.severity }} }',
        /Template line 1, column \d+: .*quotes/,
      ],
      ['a Jinja statement', '{"a": "{% if x %}y{% endif %}"}', /\{%/],
      ['a Jinja filter', '{"a": "{{ payload.name | upper }}"}', /'\| upper' is not supported/],
      ['a placeholder that is not closed', '{"a": "{{ payload.name"}', /Template line 1, column \d+: /],
      ['nothing', '', /the template is empty/],
      ['no template at all', undefined, /the template is empty/],
    ] as const)
      it(`is shown and logged at the deploy, and fails every message: ${what}`, async () => {
        const { nodeRed } = fixture;
        await fixture.run(template(text));
        const shown = { id: 'body', fill: 'red', shape: 'ring', text: 'sekoia-template.status.invalid' };
        assert.deepEqual(nodeRed.statusesOf('body'), [shown]);
        assert.equal(nodeRed.logged('body').length, 1);
        assert.match(nodeRed.logged('body')[0]!, reason);

        for (const count of [1, 2]) {
          nodeRed.send('body', { payload: count });
          const caught = (await nodeRed.received('caught', count)).at(-1);
          assert.equal(errorOf(caught).code, 'SEKOIA_BAD_INPUT');
          assert.match(errorOf(caught).message, reason);
          assert.equal(caught?.payload, count);
        }
        assert.deepEqual(nodeRed.messages('out'), []);
        assert.deepEqual(nodeRed.messages('completed'), []);
        assert.deepEqual(nodeRed.statusesOf('body'), [shown]);
      });

    it('is replaced by the next deploy', async () => {
      const { nodeRed } = fixture;
      await fixture.run(template('{'));
      await fixture.redeploy(template('{"a": "{{ payload }}"}'), 'nodes');
      assert.deepEqual(nodeRed.statusesOf('body').at(-1), { id: 'body' });
      assert.deepEqual(await bodyOf({ payload: 1 }), { a: 1 });
    });
  });

  it('calls done once for each message, with or without an error', async () => {
    const { nodeRed } = fixture;
    await fixture.run(template('{"a": "{{ payload.a }}"}', { missing: 'fail' }));
    nodeRed.send('body', { payload: { a: 1 } });
    nodeRed.send('body', { payload: {} });
    nodeRed.send('body', { payload: { a: 2 } });
    const completions = await nodeRed.completed('body', 3);
    await settled(nodeRed, 'message', () =>
      nodeRed.messages('out').length === 2 &&
      nodeRed.messages('completed').length === 2 &&
      nodeRed.messages('caught').length === 1
        ? true
        : undefined,
    );
    assert.deepEqual(completions.map(({ error }) => error instanceof Error).sort(), [false, false, true]);
  });

  it('says which part of a value cannot be sent, without the value', async () => {
    const { nodeRed } = fixture;
    await fixture.run(template('{"a": "{{ payload }}"}'));
    nodeRed.send('body', { payload: () => 'a secret' });
    const [caught] = await nodeRed.received('caught', 1);
    assert.equal(errorOf(caught).code, 'SEKOIA_BAD_INPUT');
    assert.match(errorOf(caught).message, /The value of \{\{ payload \}\} is a function/);
    assert.doesNotMatch(errorOf(caught).message, /secret/);
  });
});
