import assert from 'node:assert/strict';

import type { Outcome } from '../../../lib/delivery/attempt';
import { SekoiaError } from '../../../lib/sekoia/errors';
import { DispatcherFixture } from './support/dispatcher-fixture';
import { ManualTimers } from '../support/manual-timers';
import { turns } from '../support/turns';

const FAILED = { status: 'failed', error: new Error('500') } as const satisfies Outcome;
const SUCCEEDED = { status: 'succeeded' } as const satisfies Outcome;
const TIMED_OUT = { status: 'timed-out', error: new Error('no answer') } as const satisfies Outcome;

describe('an attempt whose result changes', () => {
  const timers = new ManualTimers();
  let fixture: DispatcherFixture;

  beforeEach(async () => {
    timers.install();
    fixture = await DispatcherFixture.create();
    await fixture.take('a');
  });
  afterEach(async () => {
    await fixture.stop();
    timers.restore();
  });

  async function retry(): Promise<void> {
    timers.fireAll();
    await turns();
  }

  it('is retried when it fails as it succeeds', async () => {
    const [first] = fixture.flow.sent;
    const ended = first!.end(SUCCEEDED);
    void first!.revise(FAILED);
    await ended;
    await retry();
    assert.equal(fixture.flow.sent.length, 2);
  });

  it('is retried when two attempts fail in the end, though one had succeeded', async () => {
    await fixture.end('a', TIMED_OUT);
    await retry();
    await fixture.flow.sent[0]!.revise(SUCCEEDED);
    await fixture.end('a', FAILED);
    assert.equal(fixture.state('a'), 'delivered');
    await fixture.flow.sent[0]!.revise(FAILED);
    await retry();
    assert.equal(fixture.flow.sent.length, 3);
  });

  it('is not retried while another attempt is in flight', async () => {
    await fixture.end('a', TIMED_OUT);
    await retry();
    await fixture.flow.sent[0]!.revise(SUCCEEDED);
    await fixture.flow.sent[0]!.revise(FAILED);
    assert.equal(fixture.state('a'), 'running');
    await fixture.end('a', FAILED);
    await retry();
    assert.equal(fixture.flow.sent.length, 3);
  });

  it('is not retried when another attempt delivered the alert', async () => {
    await fixture.end('a', TIMED_OUT);
    await retry();
    await fixture.end('a', SUCCEEDED);
    await fixture.flow.sent[0]!.revise(SUCCEEDED);
    await fixture.flow.sent[1]!.revise(FAILED);
    await retry();
    assert.deepEqual(
      [fixture.flow.sent.length, fixture.state('a'), fixture.dispatcher.delivered],
      [2, 'delivered', 1],
    );
  });

  it('pauses nothing with failures that other attempts have made good', async () => {
    const uuids = ['b', 'c', 'd', 'e', 'f'];
    await fixture.end('a', SUCCEEDED);
    await fixture.take(...uuids);
    await fixture.endAll(SUCCEEDED);
    const first = fixture.flow.sent.slice(1);
    for (const uuid of uuids) fixture.ledger.rerun(uuid, 0);
    fixture.dispatcher.dispatch();
    await turns();
    await fixture.endAll(SUCCEEDED);
    for (const sent of first) await sent.revise(FAILED);
    assert.equal(fixture.dispatcher.circuit, 'flowing');
  });

  it('names the failed attempt when its retry cannot be made, and no attempt that timed out', async () => {
    const unretried: (number | undefined)[] = [];
    fixture.events.on('dead', (event) => unretried.push(event.unretried?.number));
    fixture.reader.answer = (uuid) =>
      fixture.flow.sent.length < 2 ? Promise.resolve() : Promise.reject(notFound(uuid));
    await fixture.take('b');
    await fixture.end('a', FAILED);
    await fixture.end('b', TIMED_OUT);
    await retry();
    assert.deepEqual(fixture.reports.dead.map(([uuid]) => uuid).sort(), ['a', 'b']);
    assert.deepEqual(unretried, [1, undefined]);
  });
});

function notFound(uuid: string): SekoiaError {
  return new SekoiaError('SEKOIA_NOT_FOUND', `${uuid} is not there`);
}
