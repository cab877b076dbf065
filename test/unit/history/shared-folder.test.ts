import assert from 'node:assert/strict';

import { RunFiles } from '../../../lib/history/run-files';
import { DayCounters } from '../../../lib/triggers/day-counters';
import { JsonFile } from '../../../lib/storage/json-file';
import { Switches } from '../../../lib/triggers/switches';
import { useTempFolder } from '../support/temp-folder';
import { TestHistory } from './support/history';

/** As during a rolling update, when the new Node-RED starts before the old one has ended. */
describe('two Node-REDs with one user directory', () => {
  const at = useTempFolder();
  const fail = (message: string): never => assert.fail(message);

  it('write their runs to files of their own, in turns', async () => {
    const files = [new RunFiles(at('runs'), 10), new RunFiles(at('runs'), 10)];
    for (const one of files) await one.load((error) => assert.fail(error));
    const lines = Array.from({ length: 12 }, (_, index) => `{"line":${index},"filler":"xxxxx"}\n`);
    for (const [index, line] of lines.entries()) {
      const one = files[index % 2]!;
      const [place] = await one.append([line]);
      assert.equal(await one.read(place!), line);
    }
    for (const one of files) await one.close();
  });

  it('find the runs of both after a restart', async () => {
    const [one, other] = [0, 1].map(() => new TestHistory(undefined, { folder: at('runs') }));
    await one!.open();
    await other!.open();
    for (const [rig, id] of [
      [one!, 'a'],
      [other!, 'b'],
    ] as const) {
      rig.begin(id);
      rig.history.settle(id, { status: 'succeeded' });
    }
    await one!.history.close();
    await other!.history.close();
    assert.deepEqual([one!.troubles, other!.troubles], [[], []]);
    const again = new TestHistory(undefined, { folder: at('runs') });
    await again.open();
    assert.deepEqual([...again.statuses].sort(), ['a: succeeded', 'b: succeeded']);
    await again.history.close();
  });

  it('count alerts together', async () => {
    const open = (): DayCounters => new DayCounters(new JsonFile(at('counters.json')), fail);
    const [one, other] = [open(), open()];
    await Promise.all([one.load(), other.load()]);
    for (const counters of [one, other, one]) {
      counters.count('a', 'received');
      await counters.save();
    }
    assert.deepEqual([one.lastDay('a').received, other.lastDay('a').received], [3, 2]);
    const again = open();
    await again.load();
    assert.equal(again.lastDay('a').received, 3);
  });

  it('know each other’s switches', async () => {
    const open = (): Switches => new Switches(new JsonFile(at('switches.json')), fail);
    const [one, other] = [open(), open()];
    assert.equal(await other.isOn('a'), true);
    await one.set('a', false);
    await other.set('b', false);
    assert.deepEqual(
      [await one.isOn('a'), await one.isOn('b'), await other.isOn('a')],
      [false, false, false],
    );
  });

  it('save a small file at the same time, and it is that of one of them', async () => {
    const files = [new JsonFile(at('file.json')), new JsonFile(at('file.json'))];
    for (let round = 0; round < 30; round += 1) {
      const texts = ['short', 'long'.repeat(20_000)];
      await Promise.all(files.map((file, index) => file.save(texts[index])));
      assert.ok(texts.includes((await files[0]!.load()) as string));
    }
  });
});
