import assert from 'node:assert/strict';

import { ChangeFeed } from '../../../lib/triggers/change-feed';
import type { Changes } from '../../../lib/triggers/changes';
import { until } from '../support/turns';

describe('the change feed of editors', () => {
  let told: Changes[];
  let feed: ChangeFeed;

  beforeEach(() => {
    told = [];
    feed = new ChangeFeed((changes) => told.push(changes));
  });

  it('contains each run and trigger once, in its latest state', async () => {
    feed.run('a', 'running');
    feed.run('a', 'succeeded');
    feed.run('b', 'running');
    feed.trigger('t', true, 'connecting');
    feed.trigger('t', true, 'live');
    await until(() => told.length > 0);
    assert.deepEqual(told, [
      {
        runs: [
          { id: 'a', status: 'succeeded' },
          { id: 'b', status: 'running' },
        ],
        triggers: [{ id: 't', on: true, state: 'live' }],
      },
    ]);
  });

  it('contains no unchanged trigger', async () => {
    feed.trigger('t', true, 'live');
    await until(() => told.length > 0);
    feed.trigger('t', true, 'polling');
    feed.trigger('t', true, 'live');
    feed.run('a', 'running');
    await until(() => told.length > 1);
    assert.deepEqual(told[1], { runs: [{ id: 'a', status: 'running' }], triggers: [] });
  });

  it('only says that there are many in a burst', async () => {
    for (let run = 0; run < 120; run += 1) feed.run(String(run), 'running');
    await until(() => told.length > 0);
    assert.deepEqual(told, [{ runs: [], triggers: [], many: true }]);
  });
});
