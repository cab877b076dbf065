import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';

import { encodeCommit, headerOf } from '../../../lib/storage/journal-format';
import type { LedgerRecord } from '../../../lib/delivery/ledger-record';
import { LedgerLock } from '../../../lib/storage/lease/ledger-lock';
import { orphanLedgers } from '../../../lib/delivery/orphan-ledgers';
import { useTempFolder } from '../support/temp-folder';

describe('orphaned ledgers', () => {
  const at = useTempFolder();

  function write(name: string, ...records: LedgerRecord[]): void {
    writeFileSync(at(name), headerOf(1) + encodeCommit(1, 1, [['since', 1], ...records]));
  }

  const find = (...present: string[]) => orphanLedgers(at('.'), (id) => present.includes(id));

  it('are those with waiting alerts and without a node', async () => {
    write('ledger-a@3.jsonl', ['queued', 'u', 1, 'live'], ['queued', 'v', 1, 'live'], ['running', 'v', 1]);
    write('ledger-b@1.jsonl', ['queued', 'u', 1, 'live']);
    write('ledger-c@1.jsonl', ['queued', 'u', 1, 'live'], ['delivered', 'u']);
    write('ledger-x%40y.jsonl', ['queued', 'u', 1, 'live']);
    assert.deepEqual(await find('b'), [
      { nodeId: 'a', file: at('ledger-a@3.jsonl'), waiting: 2 },
      { nodeId: 'x@y', file: at('ledger-x%40y.jsonl'), waiting: 1 },
    ]);
  });

  it('are not those that another process owns or that cannot be read', async () => {
    write('ledger-a@3.jsonl', ['queued', 'u', 1, 'live']);
    writeFileSync(at('ledger-b@1.jsonl'), 'dear diary');
    writeFileSync(at('ledger-%@1.jsonl'), 'a name that is no id');
    const lease = await new LedgerLock(at('ledger-a')).acquire();
    assert.deepEqual(await find(), []);
    await lease.release();
    assert.equal((await find()).length, 1);
  });

  it('do not exist without a folder', async () => {
    assert.deepEqual(await orphanLedgers(at('nothing'), () => false), []);
  });
});
