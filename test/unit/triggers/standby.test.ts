import assert from 'node:assert/strict';
import { rmSync, utimesSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';

import { ANY_ALERT } from '../../../lib/delivery/alert-filter';
import { DeliveryEvents } from '../../../lib/delivery/delivery-events';
import { Journal } from '../../../lib/storage/journal';
import { ownerFile } from '../../../lib/storage/ledger-files';
import type { LedgerRecord } from '../../../lib/delivery/ledger-record';
import { SYSTEM_CLOCK } from '../../../lib/util/clock';
import { LedgerLock } from '../../../lib/storage/lease/ledger-lock';
import { thisProcess } from '../../../lib/storage/lease/owner';
import { OwnedStorage } from '../../../lib/storage/owned-storage';
import { Platform } from '../../../lib/sekoia/platform';
import type { FlowSender } from '../../../lib/triggers/flow-sender';
import { JsonFile } from '../../../lib/storage/json-file';
import { Switches } from '../../../lib/triggers/switches';
import { TriggerLife } from '../../../lib/triggers/trigger-life';
import { TriggerNotReadyError } from '../../../lib/triggers/trigger-not-ready';
import { type Platform as SimulatedPlatform, startPlatform } from '../../../simulator';
import { replaceFileMethod } from '../support/broken-disk';
import { useTempFolder } from '../support/temp-folder';
import { TestRun } from './support/trigger-fixture';
import { until } from '../support/turns';

/** A trigger in a Node-RED that shares its user directory with others. */
interface Life {
  life: TriggerLife;
  platform: Platform;
  runs: TestRun[];
  troubles: string[];
  close: () => Promise<void>;
}

describe('a trigger whose ledger belongs to another process', () => {
  const at = useTempFolder();
  let simulated: SimulatedPlatform;
  let lives: Life[];
  /** What the clocks of the leases are ahead, so that no test waits for them. */
  let hurriedMs: number;

  beforeEach(async () => {
    simulated = await startPlatform();
    lives = [];
    hurriedMs = 0;
  });
  afterEach(async () => {
    for (const one of lives) await one.close();
    await simulated.stop();
  });

  function begin({ succeeding = true, host = hostname() } = {}): Life {
    const platform = new Platform({
      baseUrl: simulated.url,
      apiKey: simulated.apiKey,
      requestsPerSecond: 0,
      timing: { rest: { attempts: 1 } },
    });
    const runs: TestRun[] = [];
    const troubles: string[] = [];
    const sender: Pick<FlowSender, 'send' | 'close'> = {
      send: (message, onRevised) => {
        const run = new TestRun(message, onRevised);
        runs.push(run);
        if (succeeding) run.end();
        return run;
      },
      close: () => {
        for (const run of runs) run.abandon();
        return Promise.resolve();
      },
    };
    const clocks = { ...SYSTEM_CLOCK, monotonicMs: () => performance.now() + hurriedMs };
    const lock = new LedgerLock(at('ledger'), { clocks, self: { ...thisProcess(), host } });
    const events = new DeliveryEvents();
    events.on('trouble', ({ message }) => troubles.push(message));
    const life = new TriggerLife({
      id: 'trigger',
      platform,
      criteria: ANY_ALERT,
      startAgoSeconds: 0,
      maxInFlight: 10,
      retries: 0,
      atMostOnce: false,
      afterTimeout: 'retry',
      timing: { reconcileMs: 60_000, stopTimeoutMs: 60_000 },
      openSender: () => Promise.resolve(sender as FlowSender),
      ledgerStorage: () =>
        new OwnedStorage(lock, (epoch) => new Journal<LedgerRecord>(at('ledger'), { epoch })),
      reopenAfterMs: 5,
      switches: new Switches(new JsonFile(at('switches.json')), () => undefined),
      events,
    });
    const one = {
      life,
      platform,
      runs,
      troubles,
      close: async () => {
        lives = lives.filter((other) => other !== one);
        await life.close();
        await platform.close();
      },
    };
    lives.push(one);
    life.start();
    return one;
  }

  const become = ({ life }: Life, state: string): Promise<void> => until(() => life.state === state);

  it('stands by without a socket, and takes over when the other closes', async () => {
    const first = begin();
    await become(first, 'live');
    const second = begin();
    await become(second, 'standby');
    assert.match(second.life.error!, /Another Node-RED runs this trigger/);
    assert.equal(second.platform.live.status.state, 'off');
    simulated.raise();
    await until(() => first.runs.length === 1);
    await first.close();
    await become(second, 'live');
    const { uuid } = simulated.raise();
    await until(() => second.runs.length > 0);
    assert.deepEqual(
      second.runs.map(({ message }) => message.sekoia.alert.uuid),
      [uuid],
    );
    assert.equal(second.troubles.length, 1, 'it is told once');
  });

  it('waits for a trigger of the same process that closes slowly on a stalling disk', async () => {
    const first = begin();
    await become(first, 'live');
    let goOn: () => void = () => undefined;
    const stalled = new Promise<void>((resolve) => (goOn = resolve));
    let waiting = false;
    const restore = await replaceFileMethod(
      'datasync',
      (datasync) =>
        async function (this: unknown) {
          waiting = true;
          await stalled;
          await datasync.call(this);
        },
    );
    const { uuid } = simulated.raise();
    await until(() => waiting && first.runs.length === 1);
    restore();
    const closing = first.close();
    const second = await standingBy();
    // Far longer than an owner elsewhere may be silent.
    for (let look = 0; look < 5; look += 1) {
      hurriedMs += 2_000;
      await setTimeout(600);
      assert.equal(second.life.state, 'standby');
    }
    goOn();
    await closing;
    await become(second, 'live');
    assert.deepEqual([first.runs.length, second.runs.length], [1, 0]);
    assert.equal(first.runs[0]!.message.sekoia.alert.uuid, uuid);
  });

  it('rejects requests and says why', async () => {
    const first = begin();
    await become(first, 'live');
    const { life } = await standingBy();
    const refused = (error: unknown): boolean =>
      error instanceof TriggerNotReadyError && error.message.includes('Another Node-RED runs this trigger');
    await assert.rejects(life.switchOff(), refused);
    await assert.rejects(life.switchOn('now'), refused);
    assert.throws(() => life.rerun('x'), refused);
    assert.deepEqual([life.canSend, life.deadLetters(), life.on], [false, [], true]);
  });

  it('is off when it takes over, if it was turned off meanwhile', async () => {
    const first = begin();
    await become(first, 'live');
    const second = await standingBy();
    await first.life.switchOff();
    await first.close();
    await become(second, 'off');
    await until(() => second.life.ledgerCounts !== undefined);
    assert.equal(second.platform.live.status.state, 'off');
  });

  it('releases its runs at once when it loses the ledger, and stands by', async () => {
    const first = begin({ succeeding: false });
    await become(first, 'live');
    simulated.raiseMany(3);
    await until(() => first.runs.length === 3);
    const second = await stealing();
    await become(first, 'standby');
    const outcomes = await Promise.all(first.runs.map(({ outcome }) => outcome));
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['abandoned', 'abandoned', 'abandoned'],
    );
    await until(() => second.runs.length === 3);
    assert.equal(first.platform.live.status.state, 'off');
    await second.close();
    await become(first, 'live');
  });

  it('does not send what it was about to send when it loses the ledger', async () => {
    const first = begin();
    await become(first, 'live');
    rmSync(ownerFile(at('ledger'), 1));
    // As after a while in which the process was stopped.
    hurriedMs += 5_000;
    simulated.raise();
    await until(() => first.troubles.length > 0);
    assert.match(first.troubles.join(), /taken over this trigger/);
    // It acquires the ledger anew, for nobody else has it, and goes on.
    await until(() => first.runs.length === 1);
    assert.equal(first.life.state === 'standby', false);
  });

  async function standingBy(): Promise<Life> {
    const second = begin();
    await become(second, 'standby');
    return second;
  }

  /** As a process on another machine does, when it sees the heart of the first one stand still. */
  async function stealing(): Promise<Life> {
    const heart = ownerFile(at('ledger'), 1);
    const second = begin({ host: 'elsewhere' });
    await until(() => {
      hurriedMs += 2_000;
      try {
        utimesSync(heart, 0, 0);
      } catch {
        // The second one has removed it.
      }
      return second.life.state === 'live';
    });
    return second;
  }
});
