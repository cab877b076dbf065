import assert from 'node:assert/strict';

import { LedgerError } from '../../../../../lib/storage/ledger-error';
import type { LedgerLease } from '../../../../../lib/storage/lease/ledger-lease';
import { LedgerLock } from '../../../../../lib/storage/lease/ledger-lock';
import { thisProcess } from '../../../../../lib/storage/lease/owner';
import type { Clock } from '../../../../../lib/util/clock';
import { useTempFolder } from '../../../support/temp-folder';

const NEVER_MS = 2 ** 31 - 1;

/** This process, and the same one on another machine. */
export const HERE = thisProcess();
export const ELSEWHERE = { ...HERE, host: 'another-host' };

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

/** Fails unless another process owns the ledger. Returns what the error says. */
export async function standby(lock: LedgerLock): Promise<string> {
  let message = '';
  await assert.rejects(lock.acquire(), (error) => {
    assert.ok(error instanceof LedgerError);
    assert.equal(error.kind, 'standby', error.message);
    message = error.message;
    return true;
  });
  return message;
}

/** Locks of the ledger `ledger` in a folder of its own, and the leases that were acquired. */
export class LockFixture {
  clocks = new ManualClocks();
  leases: LedgerLease[] = [];

  /** @param at where a file in the folder is */
  constructor(readonly at: (file: string) => string) {}

  readonly lockOf = (self = HERE): LedgerLock =>
    new LedgerLock(this.at('ledger'), { self, clocks: this.clocks });

  readonly acquire = async (lock: LedgerLock): Promise<LedgerLease> => {
    const lease = await lock.acquire();
    this.leases.push(lease);
    return lease;
  };

  /** Looks twice a second, for so long. */
  readonly watch = async (lock: LedgerLock, ms: number, alive?: LedgerLease): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 500) {
      await standby(lock);
      this.clocks.pass(500);
      await alive?.beat();
    }
  };
}

/** For use inside `describe`: the same for each test, whose leases are released afterwards. */
export function useLocks(): LockFixture {
  const fixture = new LockFixture(useTempFolder());
  const { setInterval: every } = globalThis;

  beforeEach(() => {
    fixture.clocks = new ManualClocks();
    fixture.leases = [];
    // Hearts beat when the test says so, and not because the machine is slow.
    globalThis.setInterval = ((run: () => void) => every(run, NEVER_MS)) as typeof setInterval;
  });
  afterEach(async () => {
    globalThis.setInterval = every;
    for (const lease of fixture.leases) await lease.release();
  });
  return fixture;
}
