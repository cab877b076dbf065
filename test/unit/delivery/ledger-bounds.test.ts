import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

import fc from 'fast-check';

import { type Ledger, OVERLAP_SECONDS } from '../../../lib/delivery/ledger';
import { beginAttempt, openLedger, reopened } from './support/ledger';
import { MemoryStorage } from '../support/memory-storage';

const DAY = 24 * 3600;

describe('the bounds of the ledger', () => {
  let storage: MemoryStorage;
  let ledger: Ledger;

  beforeEach(async () => {
    storage = new MemoryStorage();
    ledger = await openLedger(storage);
    ledger.start(0);
  });

  function die(uuid: string, at: number): void {
    ledger.take(uuid, 1, 'live');
    ledger.dead(ledger.next()!, { at, reason: 'it failed', code: '' });
  }

  it('keep what was delivered or filtered for as long as a read can return it', async () => {
    const times = fc.integer({ min: 0, max: 4 * OVERLAP_SECONDS });
    await fc.assert(
      fc.asyncProperty(
        fc.array(times, { maxLength: 50 }),
        fc.array(times, { maxLength: 20 }),
        async (alerts, reads) => {
          const fresh = await openLedger();
          fresh.start(0);
          alerts.forEach((createdAt, number) => {
            fresh.take(String(number), createdAt, 'catch-up');
            if (number % 2 === 0) fresh.delivered(fresh.next()!);
            else fresh.filtered(fresh.next()!);
          });
          for (const cursor of reads) {
            fresh.advance(cursor);
            const from = (fresh.cursor ?? 0) - OVERLAP_SECONDS;
            alerts.forEach((createdAt, number) => {
              if (createdAt >= from) assert.ok(fresh.entry(String(number)), `${createdAt}, ${cursor}`);
            });
          }
        },
      ),
    );
  });

  it('drop it afterwards', async () => {
    for (let second = 0; second < 5_000; second += 1) {
      ledger.take(`at ${second}`, second, 'catch-up');
      ledger.delivered(ledger.next()!);
      ledger.advance(second);
    }
    // It looks once a minute of the platform's time.
    assert.ok(ledger.size <= OVERLAP_SECONDS + 62, String(ledger.size));
    assert.equal(ledger.counts.delivered, ledger.size);
    const again = await reopened(ledger, storage);
    assert.equal(again.size, 5_000, 'until a read has shown that the cursor is not in the future');
    again.advance(5_000);
    assert.ok(again.size <= OVERLAP_SECONDS + 2, String(again.size));
  });

  it('never drop what was not delivered', async () => {
    ledger.take('queued', 1, 'live');
    ledger.advance(365 * DAY);
    assert.equal(ledger.entry('queued')?.state, 'queued');
    const entry = (await reopened(ledger, storage)).next();
    assert.equal(entry?.uuid, 'queued');
  });

  it('count from the time of the alert, not that of its notice, also after a restart', async () => {
    ledger.take('a', 0, 'live');
    ledger.take('a', 5_000, 'catch-up');
    ledger.advance(5_000);
    ledger.delivered(ledger.next()!);
    ledger.advance(5_500);
    assert.equal(ledger.take('a', 5_000, 'catch-up'), false);
    assert.equal((await reopened(ledger, storage)).take('a', 5_000, 'catch-up'), false);
  });

  it('keep dead letters for 30 days', async () => {
    die('a', 0);
    ledger.advance(30 * DAY);
    assert.equal(ledger.counts.dead, 1);
    ledger.advance(30 * DAY + 61);
    assert.equal(ledger.counts.dead, 0);
    assert.equal(ledger.size, 0);
    const again = await reopened(ledger, storage);
    again.advance(30 * DAY + 62);
    assert.equal(again.size, 0);
  });

  it('keep the 10,000 latest dead letters', async () => {
    for (let at = 0; at < 10_500; at += 1) die(`died ${at}`, at);
    assert.ok(ledger.counts.dead <= 10_000 && ledger.counts.dead >= 9_900, String(ledger.counts.dead));
    assert.equal(ledger.size, ledger.counts.dead);
    assert.equal(ledger.entry('died 0'), undefined);
    assert.ok(ledger.entry('died 10499'));
    const again = await reopened(ledger, storage);
    assert.ok(again.counts.dead <= 10_000, String(again.counts.dead));
    assert.ok(again.entry('died 10499'));
  });

  it('allow a dropped dead letter to succeed', async () => {
    die('a', 0);
    const entry = ledger.entry('a')!;
    ledger.advance(31 * DAY);
    ledger.delivered(entry);
    assert.equal(ledger.counts.delivered, 0);
    assert.equal(ledger.size, 0);
    assert.equal((await reopened(ledger, storage)).counts.queued, 0);
  });

  it('allow to retract the sending of a dropped alert', async () => {
    ledger.take('a', 0, 'catch-up');
    const entry = ledger.next()!;
    void beginAttempt(ledger, entry);
    ledger.delivered(entry);
    ledger.advance(OVERLAP_SECONDS + 100);
    assert.equal(ledger.entry('a'), undefined);
    ledger.unsent(entry);
    assert.equal(ledger.counts.queued, 1);
    assert.equal((await reopened(ledger, storage)).next()?.uuid, 'a');
  });

  it('allow 100,000 waiting alerts in less than 40 MB', async () => {
    const script = path.join(__dirname, 'support', 'waiting-alerts.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--expose-gc',
      '--require',
      'tsx/cjs',
      script,
    ]);
    const megabytes = Number(stdout);
    assert.ok(megabytes > 1 && megabytes < 40, `${stdout} MB`);
  }).timeout(30_000);
});
