import assert from 'node:assert/strict';

import { BatchSize } from '../../../lib/sekoia/batch-size';

describe('the batch size', () => {
  let size: BatchSize;

  beforeEach(() => {
    size = new BatchSize();
  });

  /** Asks for as many as may be asked for, on a line that carries so many. */
  function play(requests: number, carries: number): number[] {
    return Array.from({ length: requests }, () => {
      const { current } = size;
      if (current > carries) size.tooMany(current);
      else size.succeeded(current);
      return current;
    });
  }

  it('begins with the limit of the list', () => {
    assert.equal(size.current, 100);
  });

  it('halves down to one', () => {
    assert.deepEqual(play(9, 0), [100, 50, 25, 12, 6, 3, 1, 1, 1]);
  });

  it('stays at what succeeds, and tries more from time to time', () => {
    const asked = play(120, 40);
    assert.ok(asked.slice(2).every((one) => one <= 50));
    const tooMany = asked.slice(2).filter((one) => one > 40).length;
    assert.ok(tooMany >= 5 && tooMany <= 12, String(tooMany));
  });

  it('grows again once the line is better', () => {
    play(20, 10);
    play(45, 100);
    assert.equal(size.current, 100);
  });

  it('grows at once after a failure that the size did not cause', () => {
    play(10, 0);
    assert.deepEqual(play(8, 100), [1, 2, 4, 8, 16, 32, 64, 100]);
  });

  it('ignores smaller requests that succeed', () => {
    play(2, 25);
    for (let i = 0; i < 100; i += 1) size.succeeded(3);
    assert.equal(size.current, 25);
  });

  it('halves once for several requests of one size that fail together', () => {
    for (let i = 0; i < 4; i += 1) size.tooMany(100);
    assert.equal(size.current, 50);
  });

  it('shrinks when a smaller request fails', () => {
    size.tooMany(10);
    assert.equal(size.current, 5);
  });
});
