import assert from 'node:assert/strict';
import { once } from 'node:events';

import { DeliveryEvents } from '../../../lib/delivery/delivery-events';
import { DispatcherFixture } from './support/dispatcher-fixture';
import { SUCCEEDED } from './support/test-flow';

describe('the events of a delivery', () => {
  it('reach every listener, and the ledger has its record, although one of them throws', async () => {
    const fixture = await DispatcherFixture.create();
    const warned = once(process, 'warning');
    const heard: string[] = [];
    fixture.events.on('ended', () => {
      throw new Error('a bug of a listener');
    });
    fixture.events.on('ended', ({ attempt }) => heard.push(attempt.entry.uuid));
    await fixture.take('a');
    await fixture.end('a', SUCCEEDED);
    assert.deepEqual(heard, ['a']);
    assert.equal(fixture.state('a'), 'delivered');
    const [warning] = (await warned) as [Error];
    assert.equal(warning.message, 'a bug of a listener');
    await fixture.stop();
  });

  it('end for a listener that unsubscribes', () => {
    const events = new DeliveryEvents();
    let heard = 0;
    const unsubscribe = events.subscribe(() => (heard += 1));
    events.changed();
    unsubscribe();
    events.changed();
    assert.equal(heard, 1);
  });

  it('tell of a bug in the delivery of one alert, and the others are delivered', async () => {
    const fixture = await DispatcherFixture.create();
    const { ledger } = fixture;
    const beginAttempt = ledger.beginAttempt.bind(ledger);
    ledger.beginAttempt = (entry, ...rest) =>
      entry.uuid === 'a' ? Promise.reject(new Error('a bug')) : beginAttempt(entry, ...rest);
    const troubles: string[] = [];
    fixture.events.on('trouble', ({ message }) => troubles.push(message));
    await fixture.take('a', 'b');
    assert.deepEqual(fixture.sentUuids, ['b']);
    assert.deepEqual(troubles, ['The alert a cannot be delivered because of a bug: a bug']);
    await fixture.end('b', SUCCEEDED);
    await fixture.stop();
  });
});
