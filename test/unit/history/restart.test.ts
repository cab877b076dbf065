import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { useTempFolder } from '../support/temp-folder';
import { TestHistory, alertOf } from './support/history';

describe('history: after a restart', () => {
  const inTemp = useTempFolder();
  let rig: TestHistory;

  beforeEach(() => {
    rig = new TestHistory(undefined, { folder: inTemp('runs') });
  });

  afterEach(() => rig.history.close());

  async function reopen(): Promise<void> {
    await rig.history.close();
    await rig.open();
  }

  it('has the runs with their steps', async () => {
    await rig.open();
    rig.begin('a', {}, { payload: { n: 1 } });
    rig.history.settle('a', { status: 'succeeded' });
    rig.begin('b');
    rig.history.settle('b', { status: 'failed', error: { message: 'no' } });
    const before = [await rig.history.get('a'), await rig.history.get('b')];
    await reopen();
    assert.deepEqual([await rig.history.get('a'), await rig.history.get('b')], before);
    assert.deepEqual(before[0]!.steps[0]!.outputs, [{ port: 0, message: { payload: { n: 1 } } }]);
    assert.deepEqual(rig.troubles, []);
  });

  it('has failed what was running, which is sent again, and what was waiting', async () => {
    await rig.open();
    rig.begin('waiting');
    rig.history.settle('waiting', { status: 'waiting', error: { message: 'no' } });
    rig.begin('timed out');
    rig.history.settle('timed out', { status: 'timed-out' });
    rig.begin('running');
    await reopen();
    assert.deepEqual(rig.statuses, ['running: failed', 'timed out: timed-out', 'waiting: failed']);
    const running = (await rig.history.get('running'))!;
    assert.deepEqual(
      [running.error?.code, running.durationMs, running.steps.length],
      ['RUN_INTERRUPTED', null, 1],
    );
    assert.equal((await rig.history.get('waiting'))?.error?.message, 'no');
    await reopen();
    assert.deepEqual(rig.statuses, ['running: failed', 'timed out: timed-out', 'waiting: failed']);
  });

  it('goes on where it was', async () => {
    await rig.open();
    rig.begin('timed out', { alert: alertOf('x') });
    rig.history.settle('timed out', { status: 'timed-out' });
    await reopen();
    rig.begin('b', { alert: alertOf('x'), attempt: 2 });
    rig.history.settle('timed out', { status: 'succeeded' });
    await reopen();
    assert.deepEqual(rig.statuses, ['b: failed', 'timed out: succeeded']);
    assert.equal((await rig.history.get('timed out'))?.steps.length, 1);
  });

  it('keeps no more than it is to keep by then', async () => {
    await rig.open();
    for (const id of ['a', 'b', 'c']) rig.begin(id);
    await rig.history.close();
    rig = new TestHistory(rig.clock, { ...rig.options, keepRuns: 2 });
    await rig.open();
    assert.deepEqual(rig.statuses, ['c: failed', 'b: failed']);
  });

  it('deletes files in which nothing is needed any more', async () => {
    rig = new TestHistory(rig.clock, { ...rig.options, keepRuns: 10 });
    for (let start = 0; start < 10; start += 1) {
      await rig.open();
      for (let run = 0; run < 5; run += 1) {
        rig.begin(`${start}-${run}`);
        rig.history.settle(`${start}-${run}`, { status: 'succeeded' });
      }
      await rig.history.close();
    }
    assert.equal(readdirSync(inTemp('runs')).length, 2);
    await rig.open();
    assert.equal(rig.statuses.length, 10);
  });

  it('is for the eyes of its user only', async function () {
    if (process.platform === 'win32') this.skip();
    await rig.open();
    rig.begin('a');
    await rig.history.close();
    const [file] = readdirSync(inTemp('runs'));
    assert.equal(statSync(inTemp('runs')).mode & 0o777, 0o700);
    assert.equal(statSync(path.join(inTemp('runs'), file!)).mode & 0o777, 0o600);
  });

  it('of a process that was killed at whatever byte', async () => {
    await rig.open();
    for (const id of ['a', 'b']) {
      rig.begin(id, {}, { payload: 'ü' });
      rig.history.settle(id, { status: 'succeeded' });
    }
    await rig.history.close();
    const [name] = readdirSync(inTemp('runs'));
    const content = readFileSync(path.join(inTemp('runs'), name!));
    const ends = [...content.keys()].filter((at) => content[at] === 0x0a);
    assert.equal(ends.length, 2);
    for (let length = 0; length <= content.length; length += 1) {
      const folder = inTemp(`killed-${length}`);
      mkdirSync(folder);
      writeFileSync(path.join(folder, name!), content.subarray(0, length));
      const killed = new TestHistory(rig.clock, { folder });
      await killed.open();
      const whole = ends.filter((end) => end < length).length;
      assert.deepEqual(killed.statuses, ['b: succeeded', 'a: succeeded'].slice(2 - whole));
      for (const { id } of killed.history.list({ limit: 2 }).runs)
        assert.deepEqual((await killed.history.get(id))?.steps[0]?.outputs, [
          { port: 0, message: { payload: 'ü' } },
        ]);
      killed.begin('c');
      await killed.history.close();
      await killed.open();
      assert.equal(killed.statuses.length, whole + 1);
      assert.deepEqual(killed.troubles, []);
      await killed.history.close();
      rmSync(folder, { recursive: true });
    }
  });

  it('passes over what it cannot read', async () => {
    mkdirSync(inTemp('runs'));
    const lines = ['', 'x', '[]', '[null]', '[{}]', '[{"id":1}]\t', '\t\t', `[${'['.repeat(100_000)}`];
    writeFileSync(inTemp('runs/runs-v1-00000001.jsonl'), `${lines.join('\n')}\n`);
    writeFileSync(inTemp('runs/runs-v2-00000001.jsonl'), 'of another version');
    writeFileSync(inTemp('runs/notes.txt'), 'of somebody else');
    mkdirSync(inTemp('runs/runs-v1-00000002.jsonl'));
    await rig.open();
    assert.deepEqual(rig.statuses, []);
    assert.match(rig.troubles.join(), /^EISDIR/);
    rig.begin('a');
    await reopen();
    assert.deepEqual(rig.statuses, ['a: failed']);
    assert.ok(readdirSync(inTemp('runs')).includes('notes.txt'));
  });

  it('has no steps of a run whose file somebody has deleted', async () => {
    await rig.open();
    rig.begin('a');
    await reopen();
    rmSync(inTemp('runs'), { recursive: true });
    const run = (await rig.history.get('a'))!;
    assert.deepEqual([run.steps, run.stepsLeftOut], [[], 1]);
  });
});
