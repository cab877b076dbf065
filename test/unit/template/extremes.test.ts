import assert from 'node:assert/strict';
import mustache from 'mustache';
import { checkTemplate, compileTemplate } from '../../../lib/template';
import { fill, render } from './helpers';

const MEGABYTE = 1_000_000;

describe('template: extremes', () => {
  it('takes values and templates of a megabyte', () => {
    const big = '"\\é'.repeat(MEGABYTE / 3);
    assert.equal(fill('{{v}}', { v: big }), big);
    assert.equal(fill('<{{v}}>', { v: big }), `<${big}>`);
    assert.equal(fill(big, {}), big);
    assert.equal(fill(`${big}{{v}}`, { v: 1 }), `${big}1`);
  }).timeout(30_000);

  it('takes ten thousand placeholders', () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `k${index}`);
    const message = { payload: Object.fromEntries(names.map((name, index) => [name, index])) };
    const source = JSON.stringify(Object.fromEntries(names.map((name) => [name, `{{payload.${name}}}`])));
    assert.deepEqual(render(source, message), message.payload);
    const text = names.map((name) => `{{payload.${name}}}`).join(' ');
    assert.equal(fill(text, message), Object.values(message.payload).join(' '));
  }).timeout(30_000);

  it('refuses a template that is nested too deep, at the level', () => {
    const nested = (depth: number): string => '[\n'.repeat(depth) + ']'.repeat(depth);
    assert.equal(checkTemplate(nested(200)).length, 0);
    const [problem, ...others] = checkTemplate(nested(201));
    assert.deepEqual(others, []);
    assert.match(problem?.reason ?? '', /nested more than 200 levels deep/);
    assert.equal(problem?.line, 201);
    assert.equal(checkTemplate(nested(100_000)).length, 1);
  }).timeout(30_000);

  it('refuses sections that are nested too deep', () => {
    const nested = (depth: number): string => '{{#a}}'.repeat(depth) + 'x' + '{{/a}}'.repeat(depth);
    assert.equal(fill(nested(200), { a: true }), 'x');
    const [problem, ...others] = checkTemplate(JSON.stringify(nested(10_000)));
    assert.deepEqual(others, []);
    assert.match(problem?.reason ?? '', /sections cannot be nested more than 200/);
  }).timeout(30_000);

  it('counts the problems of hostile templates of a megabyte', () => {
    // Each took minutes, past any limit, where a search for an end began again at every place.
    const times = 100_000;
    for (const [text, problems] of [
      ['{{'.repeat(times), 1],
      [`{{${' '.repeat(MEGABYTE)}`, 1],
      [`{{a${' '.repeat(MEGABYTE)}b}}`, 1],
      ['{%'.repeat(times), 0],
      ['{% a'.repeat(times), times],
      ['{# '.repeat(times), 0],
      ['{{a|}}'.repeat(times), times],
      [`{{=${' '.repeat(MEGABYTE)}`, 1],
    ] as const)
      assert.equal(checkTemplate(JSON.stringify([text])).length, problems, text.slice(0, 10));
  }).timeout(30_000);

  it('keeps no template in the cache of mustache', () => {
    const cache = mustache.templateCache as unknown as { _cache: object };
    const before = Object.keys(cache._cache).length;
    for (let index = 0; index < 100; index++) compileTemplate(`"x {{ a${index} }}"`).render({});
    assert.equal(Object.keys(cache._cache).length, before);
  });

  it('does not mind what others do to the shared mustache', () => {
    const { tags, escape } = mustache;
    try {
      mustache.tags = ['<%', '%>'];
      mustache.escape = () => 'escaped';
      assert.equal(fill('a {{v}} <%v%>', { v: '<' }), 'a < <%v%>');
    } finally {
      mustache.tags = tags;
      mustache.escape = escape;
    }
  });

  it('carries lone surrogates, emoji and line separators', () => {
    for (const value of ['\ud800', '\udc00x', '😀', '\u2028\u2029', '\u0000', '\ufeff']) {
      const body = fill('{{v}}', { v: value });
      assert.equal(JSON.parse(JSON.stringify(body)), value);
      assert.equal(fill(`${value}{{v}}`, { v: value }), value + value);
    }
  });
});
