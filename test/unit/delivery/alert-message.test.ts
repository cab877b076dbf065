import assert from 'node:assert/strict';

import { alertMessage } from '../../../lib/delivery/alert-message';
import { deriveAddresses } from '../../../lib/sekoia/addresses';
import { type AlertSummary, summarize } from '../../../lib/sekoia/alert';

function summary(): AlertSummary {
  return summarize(
    { uuid: 'a-1', short_id: 'ALabc', rule: { name: 'Brute force' } },
    deriveAddresses({ baseUrl: 'https://api.sekoia.io' }),
  );
}

describe('the message of a new alert', () => {
  it('has the documented form', () => {
    const payload = summary();
    const message = alertMessage(payload, 'live', 1);
    const { id } = message.sekoia.run;
    assert.match(id, /^[0-9a-f-]{36}$/);
    assert.deepEqual(message, {
      topic: 'alert:created:a-1',
      payload,
      sekoia: {
        run: { id, attempt: 1, source: 'live' },
        alert: {
          uuid: 'a-1',
          short_id: 'ALabc',
          url: 'https://app.sekoia.io/operations/alerts/ALabc',
        },
        node: { 0: payload },
      },
    });
  });

  it('says how the alert was found and which attempt it is', () => {
    const { run } = alertMessage(summary(), 'catch-up', 3).sekoia;
    assert.equal(run.source, 'catch-up');
    assert.equal(run.attempt, 3);
  });

  it('has a new run id each time', () => {
    const ids = Array.from({ length: 20 }, () => alertMessage(summary(), 'live', 1).sekoia.run.id);
    assert.equal(new Set(ids).size, ids.length);
  });

  it('keeps block 0 when the flow changes the payload', () => {
    const message = alertMessage(summary(), 'live', 1);
    message.payload.rule.name = 'changed by the flow';
    message.payload.title = 'changed too';
    assert.deepEqual(message.sekoia.node[0], summary());
  });

  it('survives a round trip through JSON', () => {
    const message = alertMessage(summary(), 'live', 1);
    assert.deepEqual(JSON.parse(JSON.stringify(message)), message);
  });
});
