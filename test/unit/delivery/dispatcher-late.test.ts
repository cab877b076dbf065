import assert from 'node:assert/strict';

import type { Outcome } from '../../../lib/delivery/attempt';
import { DispatcherRig } from './support/dispatcher-rig';
import { ManualTimers } from './support/manual-timers';
import { turns } from './support/turns';

const FAILED = { status: 'failed', error: new Error('500') } as const satisfies Outcome;
const SUCCEEDED = { status: 'succeeded' } as const satisfies Outcome;
const TIMED_OUT = { status: 'timed-out', error: new Error('no answer') } as const satisfies Outcome;

describe('dispatcher: attempts that change their minds', () => {
  const timers = new ManualTimers();
  let rig: DispatcherRig;

  beforeEach(async () => {
    timers.install();
    rig = await DispatcherRig.create();
    await rig.take('a');
  });
  afterEach(async () => {
    await rig.stop();
    timers.restore();
  });

  async function retry(): Promise<void> {
    timers.fireAll();
    await turns();
  }

  it('sends again what failed in the very moment in which it succeeded', async () => {
    const [first] = rig.sent;
    const ended = first!.end(SUCCEEDED);
    void first!.revise(FAILED);
    await ended;
    await retry();
    assert.equal(rig.sent.length, 2);
  });

  it('sends again when two attempts fail in the end, although one had succeeded meanwhile', async () => {
    await rig.end('a', TIMED_OUT);
    await retry();
    await rig.sent[0]!.revise(SUCCEEDED);
    await rig.end('a', FAILED);
    assert.equal(rig.state('a'), 'delivered');
    await rig.sent[0]!.revise(FAILED);
    await retry();
    assert.equal(rig.sent.length, 3);
  });

  it('leaves it to the attempt under way when the success of another is taken back', async () => {
    await rig.end('a', TIMED_OUT);
    await retry();
    await rig.sent[0]!.revise(SUCCEEDED);
    await rig.sent[0]!.revise(FAILED);
    assert.equal(rig.state('a'), 'running');
    await rig.end('a', FAILED);
    await retry();
    assert.equal(rig.sent.length, 3);
  });

  it('does not send again what another attempt has delivered', async () => {
    await rig.end('a', TIMED_OUT);
    await retry();
    await rig.end('a', SUCCEEDED);
    await rig.sent[0]!.revise(SUCCEEDED);
    await rig.sent[1]!.revise(FAILED);
    await retry();
    assert.deepEqual([rig.sent.length, rig.state('a'), rig.dispatcher.delivered], [2, 'delivered', 1]);
  });
});
