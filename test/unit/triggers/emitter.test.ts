import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import type { AlertMessage } from '../../../lib/delivery/alert-message';
import type { RunHistory } from '../../../lib/history';
import { DeliveryEvents } from '../../../lib/delivery/delivery-events';
import { FlowSender } from '../../../lib/triggers/flow-sender';
import { FakeRuntime } from '../runs/support';

/** In a function of its own, so that the test holds on to nothing of the message. */
function messageOf(id: string): AlertMessage {
  const alert = { uuid: id, short_id: null, url: null };
  return {
    topic: `alert:created:${id}`,
    payload: { alert_uuid: id, title: id, urgency: 1 } as unknown as AlertMessage['payload'],
    sekoia: { run: { id, attempt: 1, source: 'live' }, alert, node: {} },
  };
}

describe('the emitter of a trigger', () => {
  it('holds no message of an ended run, though the run stays known', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const red = new FakeRuntime();
    const sent: WeakRef<object>[] = [];
    const nothing = (): void => undefined;
    const sender = new FlowSender({
      ...{ tracker: red.tracker, events: new DeliveryEvents(), deliveredWhen: 'end', runTimeoutMs: 60_000 },
      ...{ failOnHttpError: true, triggerNode: { id: 't', type: 't', name: '' } },
      ...{ trigger: { id: 't', name: '' }, flow: { id: 'f', name: '' } },
      history: { begin: nothing, settle: nothing } as unknown as RunHistory,
      send: (message) => sent.push(new WeakRef(message)),
    });
    const run = sender.send(messageOf('a'), nothing);
    await red.clock.turn();
    assert.deepEqual(await run.outcome, { status: 'succeeded' });
    assert.equal(red.tracker.size.ended, 1);
    for (let n = 0; n < 20 && sent[0]!.deref() !== undefined; n += 1) {
      await new Promise(setImmediate);
      collect();
    }
    assert.equal(sent.length, 1);
    assert.equal(sent[0]!.deref(), undefined);
    await sender.close();
  });
});
