import assert from 'node:assert/strict';

import { ANY_ALERT } from '../../../lib/delivery/alert-filter';
import { DeliveryEvents } from '../../../lib/delivery/delivery-events';
import { LedgerError } from '../../../lib/storage/ledger-error';
import { Platform } from '../../../lib/sekoia/platform';
import { SekoiaError } from '../../../lib/sekoia/errors';
import type { FlowSender } from '../../../lib/triggers/flow-sender';
import { Switches } from '../../../lib/triggers/switches';
import { TriggerLife, type TriggerLifeOptions } from '../../../lib/triggers/trigger-life';
import { TriggerNotReadyError } from '../../../lib/triggers/trigger-not-ready';
import { type Platform as SimulatedPlatform, startPlatform } from '../../../simulator';
import { MemoryStorage } from '../support/memory-storage';
import { TestRun } from './support/trigger-fixture';
import { until } from '../support/turns';

describe('the lifecycle of a trigger', () => {
  let simulated: SimulatedPlatform;
  let platform: Platform;
  let life: TriggerLife;
  let runs: TestRun[];
  let troubles: string[];
  let switches: Switches;
  let storage: MemoryStorage;

  beforeEach(async () => {
    simulated = await startPlatform();
    platform = new Platform({
      baseUrl: simulated.url,
      apiKey: simulated.apiKey,
      requestsPerSecond: 0,
      timing: { rest: { attempts: 1 } },
    });
    runs = [];
    troubles = [];
    switches = new Switches(undefined, (text) => troubles.push(text));
    storage = new MemoryStorage();
  });
  afterEach(async () => {
    await life.close();
    await platform.close();
    await simulated.stop();
  });

  function begin(options: Partial<TriggerLifeOptions> = {}): void {
    const sender: Pick<FlowSender, 'send' | 'close'> = {
      send: (message, onRevised) => {
        const run = new TestRun(message, onRevised);
        runs.push(run);
        run.end();
        return run;
      },
      close: () => Promise.resolve(),
    };
    const events = new DeliveryEvents();
    events.on('trouble', ({ message }) => troubles.push(message));
    life = new TriggerLife({
      id: 'trigger',
      platform,
      criteria: ANY_ALERT,
      startAgoSeconds: 0,
      maxInFlight: 10,
      retries: 0,
      atMostOnce: false,
      afterTimeout: 'retry',
      timing: { reconcileMs: 60_000, stopTimeoutMs: 20 },
      openSender: () => Promise.resolve(sender as FlowSender),
      ledgerStorage: () => storage,
      reopenAfterMs: 5,
      switches,
      events,
      ...options,
    });
    life.start();
  }

  const become = (state: string): Promise<void> => until(() => life.state === state);

  it('goes from connecting to live, off and live again, and catches up', async () => {
    begin();
    assert.equal(life.state, 'connecting');
    await become('live');
    await life.switchOff();
    assert.deepEqual([life.on, life.state, platform.live.status.state], [false, 'off', 'off']);
    const missed = simulated.raiseMany(3);
    assert.equal(await life.waiting(), 3);
    await life.switchOn('stopped');
    await until(() => runs.length === 3);
    assert.deepEqual(runs.map(({ message }) => message.sekoia.alert.uuid).sort(), missed.sort());
  });

  it('reports what keeps it from starting', async () => {
    begin({ openSender: () => Promise.reject(new Error('The tracker is not there')) });
    await until(() => troubles.some((trouble) => trouble.includes('The tracker is not there')));
    assert.equal(life.state, 'connecting');
  });

  it('handles requests in order', async () => {
    begin();
    const asked = [life.switchOff(), life.switchOn('stopped'), life.switchOff(), life.switchOn('stopped')];
    await Promise.all(asked);
    await become('live');
    assert.equal(storage.closed, 0);
  });

  it('starts turned off if it was, and counts what waits', async () => {
    await switches.set('trigger', false);
    begin();
    await become('off');
    await until(() => life.ledgerCounts !== undefined);
    assert.equal(simulated.live.accepted, 0);
    assert.equal(await life.waiting(), 0);
    assert.throws(
      () => life.rerun('x'),
      (error) => (error as TriggerNotReadyError).reason === 'off',
    );
  });

  it('skips what came while it was off, but not what comes in the same second', async () => {
    begin();
    await become('live');
    await life.switchOff();
    simulated.raiseMany(3);
    await life.switchOn('now');
    const { uuid } = simulated.raise();
    await become('live');
    await until(() => runs.length > 0);
    await life.switchOff();
    assert.deepEqual(
      runs.map(({ message }) => message.sekoia.alert.uuid),
      [uuid],
    );
  });

  it('opens its ledger as soon as possible, and reports once why it cannot', async () => {
    let away = true;
    begin({
      ledgerStorage: () => {
        if (away) throw new LedgerError('unavailable', 'The disk is away');
        return storage;
      },
    });
    await become('ledger');
    assert.equal(life.error, 'The disk is away');
    assert.equal(await life.waiting(), 0);
    away = false;
    await become('live');
    assert.deepEqual([troubles, life.error], [['The disk is away'], undefined]);
  });

  it('is misconfigured without a platform, and can still be turned off', async () => {
    begin({ platform: new SekoiaError('SEKOIA_BAD_INPUT', 'No configuration') });
    await become('misconfigured');
    assert.throws(() => life.rerun('x'), /No configuration/);
    await life.switchOff();
    assert.equal(life.state, 'off');
    await assert.rejects(life.switchOn('now'), TriggerNotReadyError);
    assert.equal(await life.waiting(), null);
    await life.switchOn('stopped');
    assert.equal(life.state, 'misconfigured');
  });

  it('resends a forgotten alert on request, but none in flight', async () => {
    begin();
    await become('live');
    const { uuid } = simulated.raise({}, { announce: false, createdAt: 1_000_000 });
    assert.equal(life.rerun(uuid), true);
    assert.equal(life.isOnItsWay(uuid), true);
    assert.equal(life.rerun(uuid), false);
    await until(() => runs.length === 1);
    assert.equal(runs[0]!.message.sekoia.run.source, 'rerun');
  });

  it('rejects switching once it is closed', async () => {
    begin();
    await become('live');
    await life.close();
    await assert.rejects(life.switchOff(), TriggerNotReadyError);
    assert.equal(storage.closed, 1);
  });
});
