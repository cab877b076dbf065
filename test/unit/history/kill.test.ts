import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, watch } from 'node:fs';
import path from 'node:path';

import { useTempFolder } from '../support/temp-folder';
import { TestClock, TestHistory } from './support/history';

describe('history: after kill -9', () => {
  const inTemp = useTempFolder();
  let child: ChildProcess;

  afterEach(() => child.kill('SIGKILL'));

  it('has what was written by then, with its steps, and tells what was under way', async () => {
    const folder = inTemp('runs');
    mkdirSync(folder);
    const watcher = watch(folder);
    const fixture = path.join(__dirname, 'fixtures', 'record-runs.ts');
    child = spawn(process.execPath, ['--import', 'tsx', fixture, folder], { stdio: 'inherit' });
    // The file is there, has grown, and has grown again.
    for (let changes = 0; changes < 3; changes += 1) await once(watcher, 'change');
    watcher.close();
    child.kill('SIGKILL');
    await once(child, 'exit');

    const clock = new TestClock();
    clock.ms = Date.now();
    const rig = new TestHistory(clock, { folder, keepRuns: 1_000_000 });
    const history = await rig.open();
    const endless = (await history.get('endless'))!;
    assert.deepEqual([endless.status, endless.error?.code], ['failed', 'RUN_INTERRUPTED']);
    assert.deepEqual(endless.steps[0]?.outputs[0]?.message, { payload: 'endless' });
    const { runs } = history.list({ limit: 1_000_000, status: ['succeeded'] });
    assert.ok(runs.length > 0);
    // None between two that are there is missing.
    const numbers = runs.map(({ id }) => Number(id)).sort((one, other) => one - other);
    assert.deepEqual(numbers, [...numbers.keys()]);
    const last = (await history.get(runs[0]!.id))!;
    assert.equal(last.steps.length, 1);
    assert.deepEqual(rig.troubles, []);
    await history.close();
  });
});
