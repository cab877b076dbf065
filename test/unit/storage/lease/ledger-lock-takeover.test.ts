import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import fs from 'node:fs/promises';

import { ownerFile } from '../../../../lib/storage/ledger-files';
import { type Owner, stateOf } from '../../../../lib/storage/lease/owner';
import { ELSEWHERE, HERE, standby, useLocks } from './support/lock-fixture';

describe('the lock of a ledger', () => {
  const locks = useLocks();
  const { at, lockOf, acquire, watch } = locks;

  it('is not taken over from a live owner on this machine, however long it pauses', async () => {
    await acquire(lockOf());
    await watch(lockOf(), 60_000);
  });

  describe('an owner in a process of its own', () => {
    let child: ChildProcess;

    beforeEach(async () => {
      child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log("up")']);
      await once(child.stdout!, 'data');
    });
    afterEach(() => void child.kill('SIGKILL'));

    async function ownedByChild(change: Partial<Owner> = {}): Promise<void> {
      const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
      const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]!;
      const owner = { ...HERE, pid: child.pid!, started, token: 'of-the-child', ...change };
      await fs.writeFile(ownerFile(at('ledger'), 3), JSON.stringify(owner));
    }

    const onLinux = process.platform === 'linux' ? it : it.skip;

    onLinux('keeps it while the process is stopped, and loses it at once when it is killed', async () => {
      await ownedByChild();
      child.kill('SIGSTOP');
      const other = lockOf();
      await watch(other, 30_000);
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
      assert.equal((await acquire(other)).epoch, 4);
      assert.equal(existsSync(ownerFile(at('ledger'), 3)), false);
    });

    onLinux('is gone when another process has its id', async () => {
      await ownedByChild({ started: '1' });
      assert.equal((await acquire(lockOf())).epoch, 4);
    });

    onLinux('is recognized by its heartbeat if the system reports no start times', async () => {
      const mac = { ...HERE, boot: '', pidNamespace: '', started: '' };
      await ownedByChild({ boot: '', pidNamespace: '', started: '' });
      const other = lockOf(mac);
      await watch(other, 7_000);
      await acquire(other);
    });

    onLinux('is also gone there when no process has its id', async () => {
      const mac = { ...HERE, boot: '', pidNamespace: '', started: '' };
      await ownedByChild({ boot: '', pidNamespace: '', started: '' });
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
      await acquire(lockOf(mac));
    });
  });

  it('is taken over at once from this process’s former life, when it had the same id', async () => {
    const owner: Owner = { ...HERE, token: 'of-nobody' };
    assert.equal(stateOf(owner, HERE), 'gone');
    writeFileSync(ownerFile(at('ledger'), 3), JSON.stringify(owner));
    await acquire(lockOf());
  });

  describe('an owner on another machine', () => {
    it('keeps it while its heartbeat continues', async () => {
      const first = await acquire(lockOf(ELSEWHERE));
      await watch(lockOf(), 60_000, first);
      assert.equal(first.held(), true);
    });

    it('loses it within 10 s when its heartbeat stops, and notices at once', async () => {
      const first = await acquire(lockOf(ELSEWHERE));
      const other = lockOf();
      await first.beat();
      await watch(other, 7_000);
      const second = await acquire(other);
      assert.equal(second.epoch, 2);
      locks.clocks.pass(2_000);
      assert.equal(first.held(), false);
      await first.lost;
      await first.beat();
      assert.equal(second.held(), true);
      await first.release();
      assert.equal(second.held(), true, 'it lets go of its own only');
    });

    it('notices the loss by its heartbeat, without sending anything', async () => {
      const first = await acquire(lockOf(ELSEWHERE));
      const other = lockOf();
      await watch(other, 7_000);
      await acquire(other);
      await first.beat();
      await first.lost;
      assert.equal(first.held(), false);
    });

    it('is not considered gone by a process that paused itself', async () => {
      const first = await acquire(lockOf(ELSEWHERE));
      const other = lockOf();
      await standby(other);
      locks.clocks.pass(3_600_000);
      await standby(other);
      await first.beat();
      await watch(other, 5_000);
    });

    it('is not considered gone or alive because a clock was set', async () => {
      const first = await acquire(lockOf(ELSEWHERE));
      const other = lockOf();
      for (const ms of [-86_400_000, 86_400_000, -3_600_000]) {
        locks.clocks.jump(ms);
        await watch(other, 4_000, first);
      }
      await standby(other);
      locks.clocks.jump(86_400_000);
      await watch(other, 7_000);
      locks.clocks.jump(-86_400_000);
      await acquire(other);
    });

    it('checks the disk each time, since it may have paused and been replaced', async () => {
      const first = await acquire(lockOf(ELSEWHERE));
      const other = lockOf();
      await watch(other, 7_000);
      assert.equal(first.held(), true);
      await acquire(other);
      assert.equal(first.held(), false);
    });

    it('may have an owner file that is not written yet', async () => {
      writeFileSync(ownerFile(at('ledger'), 1), '');
      const other = lockOf();
      await watch(other, 7_000);
      assert.equal((await acquire(other)).epoch, 2);
    });
  });
});
