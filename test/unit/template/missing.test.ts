import assert from 'node:assert/strict';
import { MissingValueError, TemplateError } from '../../../lib/template';
import { errorOf, fill, render } from './helpers';

const MESSAGE = {
  payload: { here: null, empty: '', undef: undefined, text: 'abc', list: ['a'] },
  sekoia: {},
};

describe('template: missing values', () => {
  it('gives null alone and nothing within text', () => {
    for (const path of [
      'nowhere',
      'payload.nowhere',
      'payload.here.x',
      'payload.undef',
      'node.1.rule',
      'payload.list.1',
    ]) {
      assert.equal(fill(`{{ ${path} }}`, MESSAGE), null, path);
      assert.equal(fill(`<{{ ${path} }}>`, MESSAGE), '<>', path);
    }
  });

  it('names every placeholder that leads nowhere with "fail"', () => {
    const template = `{"a": "{{ nowhere }}", "b": ["x {{ node.1['rule'] }} {{nowhere}}"], "c": "{{payload.here}}"}`;
    const error = errorOf(() => render(template, MESSAGE, { missing: 'fail' }));
    assert.ok(error instanceof MissingValueError && error instanceof TemplateError);
    assert.equal(error.code, 'SEKOIA_BAD_INPUT');
    assert.deepEqual(error.placeholders, ['nowhere', "node.1['rule']"]);
    assert.match(
      error.message,
      /^The message has no value for {{ nowhere }}, {{ node\.1\['rule'\] }}\. Check the paths/,
    );
  });

  it('does not take null or an empty text for missing', () => {
    assert.equal(fill('{{payload.here}}', MESSAGE, { missing: 'fail' }), null);
    assert.equal(fill('{{payload.empty}}', MESSAGE, { missing: 'fail' }), '');
    assert.equal(fill('<{{payload.here}}>', MESSAGE, { missing: 'fail' }), '<>');
  });

  it('reads own properties only, nothing of a prototype and nothing of a text', () => {
    const inherited = Object.create({ secret: 1 }) as object;
    for (const path of [
      'constructor',
      'constructor.name',
      '__proto__',
      'payload.__proto__',
      "payload['__proto__'].x",
      'payload.toString',
      'payload.hasOwnProperty',
      'payload.list.map',
      'payload.list.constructor',
      'payload.text.length',
      'payload.text.0',
      'secret',
      'msg.__proto__',
      'node.constructor',
    ]) {
      assert.throws(() => fill(`{{ ${path} }}`, MESSAGE, { missing: 'fail' }), MissingValueError, path);
      assert.equal(fill(`{{ ${path} }}`, Object.assign(inherited, MESSAGE)), null, path);
      assert.equal(fill(`x{{#${path}}}leaked{{/${path}}}`, MESSAGE), 'x', path);
    }
  });

  it("reads an array's length and indexes", () => {
    assert.equal(fill('{{payload.list.length}}', MESSAGE), 1);
    assert.equal(fill('{{payload.list[0]}}', MESSAGE), 'a');
  });

  it('forgets what was missing in the message before', () => {
    assert.equal(fill('{{a}}', { a: 1 }, { missing: 'fail' }), 1);
    assert.throws(() => fill('{{a}}', {}, { missing: 'fail' }), /\{\{ a \}\}\. Check the path,/);
  });
});
