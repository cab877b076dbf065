import assert from 'node:assert/strict';
import { once } from 'node:events';
import { EventEmitter } from 'node:events';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';

import { RunFiles } from '../../../lib/history/run-files';
import { replaceFileMethod, whileFailing } from '../support/broken-disk';
import { useTempFolder } from '../support/temp-folder';
import { TestHistory } from './support/history';

describe('history: a disk that takes nothing', () => {
  const inTemp = useTempFolder();
  const told = new EventEmitter();

  it('is told once; the history goes on in memory, and is written once the disk is well again', async () => {
    writeFileSync(inTemp('runs'), 'a file in place of the folder');
    const troubles: (string | undefined)[] = [];
    const rig = new TestHistory(undefined, {
      folder: inTemp('runs'),
      onTrouble: (error) => {
        troubles.push(error?.message);
        told.emit(error === undefined ? 'well' : 'trouble');
      },
    });
    await rig.open();
    assert.match(troubles.join(), /^EEXIST/);
    rig.begin('a', {}, { n: 1 });
    rig.history.settle('a', { status: 'succeeded' });
    assert.deepEqual((await rig.history.get('a'))?.steps[0]?.outputs[0]?.message, { n: 1 });
    rmSync(inTemp('runs'));
    await once(told, 'well');
    assert.equal(troubles.length, 2);
    await rig.history.close();
    await rig.open();
    assert.deepEqual(rig.statuses, ['a: succeeded']);
    await rig.history.close();
  });

  it('ends no close', async () => {
    const rig = new TestHistory(undefined, { folder: inTemp('runs') });
    await rig.open();
    rig.begin('a');
    await whileFailing('write', () => rig.history.close());
    assert.match(rig.troubles.join(), /^ENOSPC/);
  });

  it('gets nothing of a run that is not kept any more by the time that it takes it', async () => {
    const rig = new TestHistory(undefined, { folder: inTemp('runs'), keepRuns: 2 });
    await rig.open();
    for (const id of ['a', 'b', 'c']) rig.begin(id);
    await rig.history.close();
    const lines = await new RunFiles(inTemp('runs')).load(assert.ifError);
    assert.deepEqual(
      lines.map(({ summary }) => summary.id),
      ['b', 'c'],
    );
  });
});

describe('history: its files', () => {
  const inTemp = useTempFolder();
  const line = (id: string): string =>
    `[${JSON.stringify({ id, trigger: { id }, alert: { uuid: id }, status: 'failed', startedAt: new Date(0) })}]\n`;

  async function stored(): Promise<string[]> {
    const lines = await new RunFiles(inTemp('runs')).load(assert.ifError);
    return lines.map(({ summary }) => summary.id);
  }

  it('take back a write that was cut', async () => {
    const files = new RunFiles(inTemp('runs'));
    await files.append([line('a')]);
    const restore = await replaceFileMethod('write', (original) => {
      type Write = (data: Buffer, offset: number, length: number, at: number) => Promise<unknown>;
      const cutShort: Write = function (this: unknown, data, offset, length, at) {
        return (original as Write).call(this, data, offset, length - 3, at);
      };
      return cutShort as typeof original;
    });
    await assert.rejects(files.append([line('b'), line('c')]), /ENOSPC/);
    restore();
    assert.deepEqual(await stored(), ['a']);
    const [place] = await files.append([line('d')]);
    assert.equal(await files.read(place!), line('d'));
    await files.close();
    assert.deepEqual(await stored(), ['a', 'd']);
  });

  it('go on in a new one when that cannot be taken back', async () => {
    const files = new RunFiles(inTemp('runs'));
    await files.append([line('a')]);
    await whileFailing('truncate', () =>
      whileFailing('write', () => assert.rejects(files.append([line('b')]), /ENOSPC/)),
    );
    await files.append([line('c')]);
    await files.close();
    assert.equal(readdirSync(inTemp('runs')).length, 2);
    assert.deepEqual(await stored(), ['a', 'c']);
  });

  it('are left for new ones, and deleted from the oldest on, but for the one that is written', async () => {
    const files = new RunFiles(inTemp('runs'), 1);
    const [first] = await files.append([line('a')]);
    await files.append([line('b')]);
    const [last] = await files.append([line('c')]);
    await files.deleteBefore(first!.file);
    assert.deepEqual(await stored(), ['a', 'b', 'c']);
    await files.deleteBefore(last!.file);
    assert.deepEqual(await stored(), ['c']);
    await files.deleteBefore(Infinity);
    assert.deepEqual(await stored(), ['c']);
    await files.close();
  });
});
