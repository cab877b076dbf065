import assert from 'node:assert/strict';

import fc from 'fast-check';

import type { Entry } from '../../../lib/delivery/entry';
import { EntryQueue } from '../../../lib/delivery/entry-queue';

function entry(uuid: string, createdAt: number): Entry {
  return { uuid, createdAt, state: 'queued', source: 'live', attempt: 0, failures: 0, passed: false };
}

function oldestFirst(one: Entry, other: Entry): number {
  return one.createdAt - other.createdAt || (one.uuid < other.uuid ? -1 : 1);
}

function drain(queue: EntryQueue): Entry[] {
  const drained: Entry[] = [];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) drained.push(next);
  return drained;
}

/** Few times, so that many share one. */
const entries = fc
  .uniqueArray(fc.record({ uuid: fc.uuid(), createdAt: fc.integer({ min: 0, max: 20 }) }), {
    selector: ({ uuid }) => uuid,
    maxLength: 60,
  })
  .map((all) => all.map(({ uuid, createdAt }) => entry(uuid, createdAt)));

describe('the entry queue', () => {
  it('returns nothing when it is empty', () => {
    const queue = new EntryQueue();
    assert.equal(queue.shift(), undefined);
    assert.equal(queue.size, 0);
  });

  it('returns entries in the order of sort', () => {
    fc.assert(
      fc.property(entries, (given) => {
        const queue = new EntryQueue();
        for (const one of given) queue.push(one);
        assert.equal(queue.size, given.length);
        assert.deepEqual(drain(queue), [...given].sort(oldestFirst));
      }),
    );
  });

  it('keeps the order when entries come and go in turn', () => {
    fc.assert(
      fc.property(entries, fc.infiniteStream(fc.boolean()), (given, takeOut) => {
        const queue = new EntryQueue();
        let model: Entry[] = [];
        for (const one of given) {
          queue.push(one);
          model = [...model, one].sort(oldestFirst);
          if (takeOut.next().value) assert.equal(queue.shift(), model.shift());
          assert.equal(queue.size, model.length);
        }
        assert.deepEqual(drain(queue), model);
      }),
    );
  });

  it('keeps the order when an alert turns out to be younger', () => {
    fc.assert(
      fc.property(entries, fc.nat(), fc.integer({ min: 1, max: 20 }), (given, which, later) => {
        const queue = new EntryQueue();
        for (const one of given) queue.push(one);
        const moved = given[which % given.length];
        if (moved !== undefined) {
          moved.createdAt += later;
          queue.moved(moved);
        }
        assert.deepEqual(drain(queue), [...given].sort(oldestFirst));
      }),
    );
  });

  it('shows the next entries without removing them', () => {
    fc.assert(
      fc.property(entries, fc.nat(70), (given, count) => {
        const queue = new EntryQueue();
        for (const one of given) queue.push(one);
        const sorted = [...given].sort(oldestFirst);
        assert.deepEqual(queue.oldest(count), sorted.slice(0, count));
        assert.deepEqual(drain(queue), sorted);
      }),
    );
  });
});
