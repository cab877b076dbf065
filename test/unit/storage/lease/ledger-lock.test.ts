import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import fs from 'node:fs/promises';

import { LedgerError } from '../../../../lib/storage/ledger-error';
import { ownerFile } from '../../../../lib/storage/ledger-files';
import { LedgerLock } from '../../../../lib/storage/lease/ledger-lock';
import type { Owner } from '../../../../lib/storage/lease/owner';
import { turns } from '../../support/turns';
import { ELSEWHERE, HERE, standby, useLocks } from './support/lock-fixture';

describe('the lock of a ledger', () => {
  const locks = useLocks();
  const { at, lockOf, acquire } = locks;

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
      for (const lease of locks.leases.splice(0)) await lease.release();
    }
  });

  it('is lost when the owner file names another owner', async () => {
    const lease = await acquire(lockOf());
    writeFileSync(ownerFile(at('ledger'), 1), JSON.stringify({ ...ELSEWHERE, token: 'of-another' }));
    locks.clocks.pass(1_001);
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
    locks.clocks.pass(60_000);
    assert.equal(lease.held(), true, 'nobody has taken it');
    goOn();
    await Promise.all(beats);
    fs.utimes = utimes;
  });

  it('cannot be acquired where no file can be created, and says what to do', async () => {
    writeFileSync(at('file'), '');
    const lock = new LedgerLock(at('file/ledger'), { self: HERE, clocks: locks.clocks });
    await assert.rejects(lock.acquire(), (error) => {
      assert.ok(error instanceof LedgerError);
      assert.equal(error.kind, 'unavailable');
      assert.match(error.message, /Free the disk or make the folder writable/);
      return true;
    });
  });
});
