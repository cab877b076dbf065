import assert from 'node:assert/strict';

import { CursorTrail } from '../../../lib/delivery/cursor-trail';

describe('the cursor trail', () => {
  let trail: CursorTrail;

  beforeEach(() => {
    trail = new CursorTrail();
  });

  it('has no position before the first', () => {
    trail.add(1_000);
    assert.equal(trail.before(999), undefined);
    assert.equal(trail.before(1_000), 1_000);
  });

  it('has a position before a leap, not much earlier than the last', () => {
    for (let place = 0; place <= 10_000; place += 30) trail.add(place);
    trail.add(100_000);
    assert.ok(trail.before(99_999)! >= 10_000 - 600);
    assert.equal(trail.before(100_000), 100_000);
  });

  it('forgets positions after a cursor that is set back', () => {
    for (const place of [1_000, 2_000, 100_000, 200_000, 2_500]) trail.add(place);
    assert.deepEqual(trail.places, [1_000, 2_000, 2_500]);
  });

  it('keeps the last day in few positions', () => {
    for (let place = 0; place < 10 * 24 * 3_600; place += 10) trail.add(place);
    assert.ok(trail.places.length <= 150);
    assert.ok(trail.places[0]! <= 9 * 24 * 3_600);
    assert.equal(trail.places.at(-1), 10 * 24 * 3_600 - 10);
  });

  it('is the same when it is rebuilt from its positions', () => {
    for (let place = 0; place < 50_000; place += 170) trail.add(place);
    const again = new CursorTrail();
    for (const place of trail.places) again.add(place);
    assert.deepEqual(again.places, trail.places);
  });
});
