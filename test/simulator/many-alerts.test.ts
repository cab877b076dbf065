import assert from 'node:assert/strict';
import { startPlatform, type Platform } from '../../simulator';
import { list, listUuids } from './clients';

const COUNT = 100_000;
const START = 1_700_000_000;

/** Alerts that share a second: pages by creation time must cope with equal times. */
const PER_SECOND = 10;

/** Paging through all of them takes long and shows no more than paging through the last. */
const PAGED = 10_000;

describe('a hundred thousand alerts', () => {
  let platform: Platform;
  let uuids: string[];

  before(async () => {
    platform = await startPlatform();
    uuids = platform.raiseMany(COUNT, {}, { createdAt: START, everySeconds: 1 / PER_SECOND });
  });

  after(() => platform.stop());

  it('all exist, each with its own ids', async () => {
    assert.equal(new Set(uuids).size, COUNT);
    assert.equal(platform.alerts.size, COUNT);
    assert.equal((await list(platform, { limit: '1' })).total, COUNT);
  });

  it('are paged through by creation time', async () => {
    const seen = new Set<string>();
    let from = START + (COUNT - PAGED) / PER_SECOND;
    for (;;) {
      const { items, has_more } = await list(platform, {
        'date[created_at]': `${new Date(from * 1000).toISOString()},`,
        sort: 'created_at',
        direction: 'asc',
        limit: '100',
      });
      for (const { uuid } of items) seen.add(String(uuid));
      if (!has_more) break;
      from = Number(items.at(-1)?.created_at);
    }
    assert.deepEqual([...seen].sort(), uuids.slice(-PAGED).sort());
  });

  it('are read from the far end, by filter and by uuid', async () => {
    assert.deepEqual(await listUuids(platform, { offset: String(COUNT - 2) }), uuids.slice(-2));
    assert.deepEqual(await listUuids(platform, { direction: 'desc', limit: '1' }), uuids.slice(-1));
    assert.deepEqual(await listUuids(platform, { 'match[uuid]': uuids[77_777]! }), [uuids[77_777]]);
    const { total } = await list(platform, { 'range[urgency]': '0,100', limit: '1' });
    assert.equal(total, COUNT);
  });

  it('may be raised in any order', async () => {
    const early = platform.raise({}, { createdAt: START - 1 });
    const middle = platform.raise({}, { createdAt: START + 100.5 });
    assert.deepEqual(await listUuids(platform, { limit: '1' }), [early.uuid]);
    const around = { 'date[created_at]': `${new Date((START + 100.49) * 1000).toISOString()},`, limit: '1' };
    assert.equal((await list(platform, around)).items[0]?.created_at, START + 100);
    assert.ok((await listUuids(platform, { ...around, limit: '3' })).includes(middle.uuid));
    platform.remove(early.uuid);
    platform.remove(middle.uuid);
  });
});
