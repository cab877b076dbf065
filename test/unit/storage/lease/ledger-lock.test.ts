import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import fs from 'node:fs/promises';

import { LedgerError } from '../../../../lib/storage/ledger-error';
import { ownerFile } from '../../../../lib/storage/ledger-files';
import type { LedgerLease } from '../../../../lib/storage/lease/ledger-lease';
import type { Clock } from '../../../../lib/util/clock';
import { LedgerLock } from '../../../../lib/storage/lease/ledger-lock';
import { type Owner, stateOf, thisProcess } from '../../../../lib/storage/lease/owner';
import { useTempFolder } from '../../support/temp-folder';
import { turns } from '../../support/turns';

const NEVER_MS = 2 ** 31 - 1;

/** Clocks that pass when they are told to. */
class ManualClocks implements Clock {
  #monotonicMs = 1_000;
  #wallMs = 1_700_000_000_000;

  monotonicMs = (): number => this.#monotonicMs;
  wallMs = (): number => this.#wallMs;

  pass(ms: number): void {
    this.#monotonicMs += ms;
    this.#wallMs += ms;
  }

  /** Somebody sets the time of day. */
  jump(ms: number): void {
    this.#wallMs += ms;
  }
}

async function standby(lock: LedgerLock): Promise<string> {
  let message = '';
  await assert.rejects(lock.acquire(), (error) => {
    assert.ok(error instanceof LedgerError);
    assert.equal(error.kind, 'standby', error.message);
    message = error.message;
    return true;
  });
  return message;
}

describe('the lock of a ledger', () => {
  const at = useTempFolder();
  const here = thisProcess();
  const elsewhere = { ...here, host: 'another-host' };
  let clocks: ManualClocks;
  let leases: LedgerLease[];

  const { setInterval: every } = globalThis;

  beforeEach(() => {
    clocks = new ManualClocks();
    leases = [];
    // Hearts beat when the test says so, and not because the machine is slow.
    globalThis.setInterval = ((run: () => void) => every(run, NEVER_MS)) as typeof setInterval;
  });
  afterEach(async () => {
    globalThis.setInterval = every;
    for (const lease of leases) await lease.release();
  });

  const lockOf = (self = here): LedgerLock => new LedgerLock(at('ledger'), { self, clocks });
  async function acquire(lock: LedgerLock): Promise<LedgerLease> {
    const lease = await lock.acquire();
    leases.push(lease);
    return lease;
  }

  /** Looks twice a second, for so long. */
  async function watch(lock: LedgerLock, ms: number, alive?: LedgerLease): Promise<void> {
    for (let passed = 0; passed < ms; passed += 500) {
      await standby(lock);
      clocks.pass(500);
      await alive?.beat();
    }
  }

  it('has one owner at a time, with a higher epoch each time', async () => {
    const [one, other] = [lockOf(), lockOf()];
    const first = await acquire(one);
    assert.deepEqual([first.epoch, first.held()], [1, true]);
    assert.match(await standby(other), new RegExp(`process ${process.pid} on `));
    await first.release();
    assert.equal(first.held(), false);
    assert.deepEqual(readdirSync(at('.')), []);
    writeFileSync(at('ledger@6.jsonl'), '');
    assert.equal((await acquire(other)).epoch, 7);
  });

  it('is acquired by one of many at once', async () => {
    for (let round = 0; round < 20; round += 1) {
      const got = await Promise.allSettled(Array.from({ length: 8 }, () => acquire(lockOf())));
      const won = got.filter(({ status }) => status === 'fulfilled');
      assert.equal(won.length, 1);
      for (const lease of leases.splice(0)) await lease.release();
    }
  });

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
      const owner = { ...here, pid: child.pid!, started, token: 'of-the-child', ...change };
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
      const mac = { ...here, boot: '', pidNamespace: '', started: '' };
      await ownedByChild({ boot: '', pidNamespace: '', started: '' });
      const other = lockOf(mac);
      await watch(other, 7_000);
      await acquire(other);
    });

    onLinux('is also gone there when no process has its id', async () => {
      const mac = { ...here, boot: '', pidNamespace: '', started: '' };
      await ownedByChild({ boot: '', pidNamespace: '', started: '' });
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
      await acquire(lockOf(mac));
    });
  });

  it('is taken over at once from this process’s former life, when it had the same id', async () => {
    const owner: Owner = { ...here, token: 'of-nobody' };
    assert.equal(stateOf(owner, here), 'gone');
    writeFileSync(ownerFile(at('ledger'), 3), JSON.stringify(owner));
    await acquire(lockOf());
  });

  describe('an owner on another machine', () => {
    it('keeps it while its heartbeat continues', async () => {
      const first = await acquire(lockOf(elsewhere));
      await watch(lockOf(), 60_000, first);
      assert.equal(first.held(), true);
    });

    it('loses it within 10 s when its heartbeat stops, and notices at once', async () => {
      const first = await acquire(lockOf(elsewhere));
      const other = lockOf();
      await first.beat();
      await watch(other, 7_000);
      const second = await acquire(other);
      assert.equal(second.epoch, 2);
      clocks.pass(2_000);
      assert.equal(first.held(), false);
      await first.lost;
      await first.beat();
      assert.equal(second.held(), true);
      await first.release();
      assert.equal(second.held(), true, 'it lets go of its own only');
    });

    it('notices the loss by its heartbeat, without sending anything', async () => {
      const first = await acquire(lockOf(elsewhere));
      const other = lockOf();
      await watch(other, 7_000);
      await acquire(other);
      await first.beat();
      await first.lost;
      assert.equal(first.held(), false);
    });

    it('is not considered gone by a process that paused itself', async () => {
      const first = await acquire(lockOf(elsewhere));
      const other = lockOf();
      await standby(other);
      clocks.pass(3_600_000);
      await standby(other);
      await first.beat();
      await watch(other, 5_000);
    });

    it('is not considered gone or alive because a clock was set', async () => {
      const first = await acquire(lockOf(elsewhere));
      const other = lockOf();
      for (const ms of [-86_400_000, 86_400_000, -3_600_000]) {
        clocks.jump(ms);
        await watch(other, 4_000, first);
      }
      await standby(other);
      clocks.jump(86_400_000);
      await watch(other, 7_000);
      clocks.jump(-86_400_000);
      await acquire(other);
    });

    it('checks the disk each time, since it may have paused and been replaced', async () => {
      const first = await acquire(lockOf(elsewhere));
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

  it('is lost when the owner file names another owner', async () => {
    const lease = await acquire(lockOf());
    writeFileSync(ownerFile(at('ledger'), 1), JSON.stringify({ ...elsewhere, token: 'of-another' }));
    clocks.pass(1_001);
    assert.equal(lease.held(), false);
    await lease.release();
    assert.ok(existsSync(ownerFile(at('ledger'), 1)));
  });

  it('is released by a process so slow that another came and went', async () => {
    const { link } = fs;
    fs.link = async (from, to) => {
      fs.link = link;
      writeFileSync(at('ledger@1.jsonl'), 'of one that came and went');
      return link(from, to);
    };
    await standby(lockOf());
    assert.deepEqual(readdirSync(at('.')), ['ledger@1.jsonl']);
    assert.equal((await acquire(lockOf())).epoch, 2);
  });

  it('can be acquired by one on a file system without hard links', async () => {
    const { link } = fs;
    fs.link = () => Promise.reject(Object.assign(new Error('EPERM'), { code: 'EPERM' }));
    try {
      const got = await Promise.allSettled([lockOf(), lockOf(), lockOf()].map(acquire));
      assert.equal(got.filter(({ status }) => status === 'fulfilled').length, 1);
    } finally {
      fs.link = link;
    }
    assert.deepEqual(readdirSync(at('.')), ['ledger@1.owner']);
  });

  it('has an owner file that is never empty', async () => {
    const { link } = fs;
    let content = '';
    fs.link = async (from, to) => {
      await link(from, to);
      content = readFileSync(to, 'utf8');
    };
    await acquire(lockOf()).finally(() => (fs.link = link));
    assert.equal((JSON.parse(content) as Owner).pid, process.pid);
  });

  it('waits for each heartbeat on a disk that stalls', async () => {
    const lease = await acquire(lockOf());
    const { utimes } = fs;
    let asked = 0;
    let goOn: () => void = () => undefined;
    fs.utimes = async () => {
      asked += 1;
      await new Promise<void>((resolve) => (goOn = resolve));
    };
    const beats = [lease.beat(), lease.beat(), lease.beat()];
    await turns(5);
    assert.equal(asked, 1);
    clocks.pass(60_000);
    assert.equal(lease.held(), true, 'nobody has taken it');
    goOn();
    await Promise.all(beats);
    fs.utimes = utimes;
  });

  it('cannot be acquired where no file can be created, and says what to do', async () => {
    writeFileSync(at('file'), '');
    const lock = new LedgerLock(at('file/ledger'), { self: here, clocks });
    await assert.rejects(lock.acquire(), (error) => {
      assert.ok(error instanceof LedgerError);
      assert.equal(error.kind, 'unavailable');
      assert.match(error.message, /Free the disk or make the folder writable/);
      return true;
    });
  });
});
