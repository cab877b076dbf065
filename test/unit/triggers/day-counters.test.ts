import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';

import { DayCounters } from '../../../lib/triggers/day-counters';
import { JsonFile } from '../../../lib/storage/json-file';
import { useTempFolder } from '../support/temp-folder';

const NONE = { received: 0, filtered: 0, succeeded: 0, failed: 0 };

describe('the counters of the last day', () => {
  const at = useTempFolder();
  const { now } = Date;
  let troubles: string[];

  beforeEach(() => {
    troubles = [];
  });
  afterEach(() => {
    Date.now = now;
  });

  const open = (): DayCounters =>
    new DayCounters(new JsonFile(at('counters.json')), (text) => troubles.push(text));
  const passHours = (hours: number): void => {
    const later = Date.now() + hours * 3_600_000;
    Date.now = () => later;
  };

  it('count by trigger', () => {
    const counters = open();
    counters.count('a', 'received');
    counters.count('a', 'received');
    counters.count('__proto__', 'failed');
    assert.deepEqual(counters.lastDay('a'), { ...NONE, received: 2 });
    assert.deepEqual(counters.lastDay('__proto__'), { ...NONE, failed: 1 });
    assert.deepEqual(counters.lastDay('b'), NONE);
  });

  it('forget what is older than a day, or in the future after a clock was set back', () => {
    const counters = open();
    counters.count('a', 'received');
    passHours(23);
    counters.count('a', 'succeeded');
    assert.deepEqual(counters.lastDay('a'), { ...NONE, received: 1, succeeded: 1 });
    passHours(1);
    assert.deepEqual(counters.lastDay('a'), { ...NONE, succeeded: 1 });
    passHours(-48);
    assert.deepEqual(counters.lastDay('a'), NONE);
  });

  it('continue after a restart, added to what was counted before the file was read', async () => {
    const counters = open();
    counters.count('a', 'received');
    await counters.save();
    const again = open();
    again.count('a', 'received');
    await again.load();
    await again.load();
    assert.equal(again.lastDay('a').received, 2);
    await again.save();
    const third = open();
    await third.load();
    assert.equal(third.lastDay('a').received, 2);
  });

  it('are not written without changes', async () => {
    await open().save();
    assert.equal(existsSync(at('counters.json')), false);
  });

  for (const content of ['', '[]', '{"triggers":5}'])
    it(`start over, and report that, when the file contains ${JSON.stringify(content)}`, async () => {
      writeFileSync(at('counters.json'), content);
      const counters = open();
      await counters.load();
      assert.deepEqual(counters.lastDay('a'), NONE);
      assert.match(troubles.join(), /cannot be read: .*Counting starts at 0/);
    });

  it('ignore what is not a count in the file', async () => {
    const hour = Math.floor(Date.now() / 3_600_000);
    const hours = { [hour]: { received: -5, filtered: '7', succeeded: 1.5, failed: 2 }, x: {}, '-1': null };
    writeFileSync(at('counters.json'), JSON.stringify({ triggers: { a: hours, b: [] } }));
    const counters = open();
    await counters.load();
    assert.deepEqual(counters.lastDay('a'), { ...NONE, failed: 2 });
  });

  it('report a full disk once, and continue to count', async () => {
    const counters = open();
    mkdirSync(at('counters.json.new'));
    for (let time = 0; time < 3; time += 1) {
      counters.count('a', 'received');
      await counters.save();
    }
    assert.equal(troubles.length, 1);
    rmdirSync(at('counters.json.new'));
    counters.count('a', 'received');
    await counters.save();
    assert.equal(counters.lastDay('a').received, 4);
    assert.equal(existsSync(at('counters.json')), true);
  });
});
