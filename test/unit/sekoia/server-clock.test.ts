import assert from 'node:assert/strict';
import { inspect } from 'node:util';

import { ServerClock, readDate } from '../../../lib/sekoia/server-clock';
import { pass } from './support';

const DATE = 'Mon, 05 Jan 2026 07:32:03 GMT';
const DATE_MS = Date.UTC(2026, 0, 5, 7, 32, 3);
const HOUR_MS = 3_600_000;

describe('the server clock', () => {
  it('is unknown before the first answer', () => {
    assert.equal(new ServerClock().nowMs(), undefined);
  });

  it('continues from the last answer', async () => {
    const clock = new ServerClock();
    clock.observe(DATE_MS);
    const first = clock.nowMs()!;
    assert.ok(first >= DATE_MS);
    await pass(20);
    assert.ok(clock.nowMs()! >= first + 19);
  });

  it('ignores this machine’s clock', () => {
    const clock = new ServerClock();
    clock.observe(DATE_MS);
    const { now } = Date;
    try {
      Date.now = () => now() + 86_400_000;
      assert.ok(clock.nowMs()! < DATE_MS + 3_600_000);
    } finally {
      Date.now = now;
    }
  });

  it('may be set back by a later answer', () => {
    const clock = new ServerClock();
    clock.observe(DATE_MS + 2 * HOUR_MS);
    clock.observe(DATE_MS);
    assert.ok(clock.nowMs()! < DATE_MS + 3_600_000);
  });

  it('ignores an answer without a time', () => {
    const clock = new ServerClock();
    clock.observe(undefined);
    assert.equal(clock.nowMs(), undefined);
    clock.observe(DATE_MS);
    clock.observe(undefined);
    assert.ok(clock.nowMs()! >= DATE_MS);
  });
});

describe('a Date header', () => {
  it('is read', () => {
    assert.equal(readDate(DATE), DATE_MS);
  });

  for (const unreadable of [undefined, null, 7, '', 'yesterday', [DATE], {}])
    it(`is ignored if it is ${inspect(unreadable)}`, () => {
      assert.equal(readDate(unreadable), undefined);
    });
});
