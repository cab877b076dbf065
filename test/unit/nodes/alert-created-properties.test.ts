import assert from 'node:assert/strict';

import { readSettings } from '../../../nodes/sekoia-alert-created/properties';

describe('the properties of Alert Created', () => {
  const read = (properties: object): [string, string] => {
    const { deliveredWhen, afterTimeout } = readSettings({ config: 'c', ...properties });
    return [deliveredWhen, afterTimeout];
  };

  it('have defaults if they are missing or invalid', () => {
    assert.deepEqual(read({}), ['end', 'retry']);
    assert.deepEqual(read({ deliveredWhen: '', afterTimeout: null }), ['end', 'retry']);
    assert.deepEqual(read({ deliveredWhen: ['confirmed'], afterTimeout: 'end' }), ['end', 'retry']);
  });

  it('are as they were chosen', () => {
    assert.deepEqual(read({ deliveredWhen: 'confirmed', afterTimeout: 'set-aside' }), [
      'confirmed',
      'set-aside',
    ]);
  });

  it('require no confirmation at most once, where the form does not offer it', () => {
    const [deliveredWhen] = read({ delivery: 'at-most-once', deliveredWhen: 'confirmed' });
    assert.equal(deliveredWhen, 'end');
  });
});
