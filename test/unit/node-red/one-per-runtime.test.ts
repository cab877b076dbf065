import assert from 'node:assert/strict';

import { OnePerRuntime } from '../../../lib/node-red/one-per-runtime';

describe('one instance per runtime', () => {
  it('is created once for each runtime and folder', () => {
    const one = new OnePerRuntime<object>('test/1');
    const [here, there] = [{}, {}];
    const thing = one.of(here, '/data', () => ({}));
    assert.equal(
      one.of(here, '/data', () => ({})),
      thing,
    );
    assert.notEqual(
      one.of(there, '/data', () => ({})),
      thing,
    );
    assert.notEqual(
      one.of(here, undefined, () => ({})),
      thing,
    );
  });

  it('is shared by all copies of the module', () => {
    const runtime = {};
    const thing = new OnePerRuntime<object>('test/2').of(runtime, '/data', () => ({}));
    const path = require.resolve('../../../lib/node-red/one-per-runtime');
    const loaded = require.cache[path];
    require.cache[path] = undefined;
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loading it a second time is the point
    const again = require(path) as { OnePerRuntime: typeof OnePerRuntime };
    require.cache[path] = loaded;
    assert.notEqual(again.OnePerRuntime, OnePerRuntime);
    assert.equal(
      new again.OnePerRuntime<object>('test/2').of(runtime, '/data', () => ({})),
      thing,
    );
    assert.notEqual(
      new again.OnePerRuntime<object>('test/3').of(runtime, '/data', () => ({})),
      thing,
    );
  });
});
