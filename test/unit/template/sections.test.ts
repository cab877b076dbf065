import assert from 'node:assert/strict';
import { fill } from './helpers';

describe('template: mustache sections within a string', () => {
  const payload = {
    title: 'Login',
    assets: [
      { name: 'web', tags: ['a', 'b'] },
      { name: 'db', tags: [], title: null },
    ],
    none: [],
    rule: { name: 'R' },
    zero: 0,
    yes: true,
  };

  function filled(text: string): unknown {
    return fill(text, { payload, title: 'Topic' });
  }

  it('repeats for a list and leaves out for what is empty', () => {
    assert.equal(
      filled('{{#payload.assets}}{{name}}:{{#tags}}<{{.}}>{{/tags}};{{/payload.assets}}'),
      'web:<a><b>;db:;',
    );
    assert.equal(
      filled('a{{#payload.none}}x{{/payload.none}}{{#payload.nowhere}}x{{/payload.nowhere}}b'),
      'ab',
    );
    assert.equal(filled('{{^payload.none}}no assets{{/payload.none}}'), 'no assets');
    assert.equal(filled('{{#payload.zero}}x{{/payload.zero}}{{^payload.zero}}zero{{/payload.zero}}'), 'zero');
    assert.equal(filled('{{#payload.yes}}{{title}}{{/payload.yes}}'), 'Topic');
  });

  it('reads a name from the nearest item that has it', () => {
    assert.equal(
      filled('{{#payload.rule}}{{name}} {{title}} {{payload.title}}{{/payload.rule}}'),
      'R Topic Login',
    );
    // The second asset has a title, and it is null.
    assert.equal(filled('{{#payload.assets}}[{{title}}]{{/payload.assets}}'), '[Topic][]');
    assert.equal(filled("{{#payload['assets']}}{{msg.title}}{{/payload['assets']}}"), 'TopicTopic');
  });

  it('decides by the first name of a path, as the specification says', () => {
    assert.equal(fill('{{#a}}{{b.c}}{{/a}}', { a: { b: {} }, b: { c: 'outer' } }), '');
  });

  it('reads earlier blocks within a section', () => {
    const message = { list: [1, 2], sekoia: { node: { 1: { id: 'x' } } } };
    assert.equal(fill('{{#list}}{{.}}{{node.1.id}} {{/list}}', message), '1x 2x ');
  });

  it('drops comments, and lines that hold only a section', () => {
    assert.equal(filled('a{{! why }}b'), 'ab');
    assert.equal(
      filled('Assets:\n{{#payload.assets}}\n- {{name}}\n{{/payload.assets}}\nend'),
      'Assets:\n- web\n- db\nend',
    );
  });

  it('is text even around one placeholder', () => {
    assert.equal(fill('{{#x}}{{x}}{{/x}}', { x: 5 }), '5');
  });

  it('never counts as missing, since it asks whether something is there', () => {
    assert.equal(fill('{{#a}}x{{/a}}{{^a}}none{{/a}}', {}, { missing: 'fail' }), 'none');
  });
});
