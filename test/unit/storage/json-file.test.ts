import assert from 'node:assert/strict';
import type { FileHandle } from 'node:fs/promises';

import { JsonFile } from '../../../lib/storage/json-file';
import { replaceFileMethod } from '../support/broken-disk';
import { useTempFolder } from '../support/temp-folder';

describe('a JSON file', () => {
  const at = useTempFolder();

  it('syncs its content, then its folder, so that a power cut cannot undo a save', async () => {
    const synced: string[] = [];
    const restore = await replaceFileMethod(
      'sync',
      (sync) =>
        async function (this: FileHandle) {
          synced.push((await this.stat()).isDirectory() ? 'folder' : 'file');
          await sync.call(this);
        },
    );
    await new JsonFile(at('state.json')).save({ on: true }).finally(restore);
    assert.deepEqual(synced, process.platform === 'win32' ? ['file'] : ['file', 'folder']);
  });

  it('saves in the order of the calls, and continues after a failed save', async () => {
    const file = new JsonFile(at('state.json'));
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const saves = [file.save(1), file.save(circular), file.save(3)];
    assert.deepEqual(
      (await Promise.allSettled(saves)).map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.equal(await file.load(), 3);
  });
});
