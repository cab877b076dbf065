import assert from 'node:assert/strict';

import type { FlowNode } from '../../scripts/node-red-process';
import { ERROR_CASES, errorOf, getAlert, settled, useNodeFixture } from './support';

/** The node `get`, which finds the id of its alert in the payload. */
function getAlertOfPayload(settings: Record<string, unknown> = {}): FlowNode[] {
  return getAlert({ alert: 'payload', ...settings });
}

describe('sekoia-get-alert', () => {
  const fixture = useNodeFixture();

  for (const { what, code, sentence, requests = 1, ...given } of ERROR_CASES)
    it(`fails with ${code} for ${what}`, async () => {
      const { platform, nodeRed } = fixture;
      if (given.hurry) fixture.scaleTime(0.02);
      // A request may take 15 s.
      if (given.blocked) fixture.forbidWaits();
      if (given.fault?.hang) fixture.shortenTimers({ fromMs: 15_000, by: 100 });
      const { uuid } = platform.raise();
      await fixture.run(getAlertOfPayload(given.settings), given.config);
      given.arrange?.(platform);
      const fault = given.fault && platform.faults.rest(given.fault);
      const payload = 'payload' in given ? given.payload : uuid;
      nodeRed.send('get', { topic: 'kept', payload });
      const [caught] = await nodeRed.received('caught', 1);

      const error = errorOf(caught);
      assert.equal(error.code, code);
      assert.match(error.message, sentence);
      assert.doesNotMatch(error.message, /simulator-key/);
      assert.equal(error.source.id, 'get');
      assert.deepEqual([caught?.topic, caught?.payload], ['kept', payload]);
      assert.deepEqual(nodeRed.statusesOf('get'), [{ id: 'get', fill: 'red', shape: 'ring', text: code }]);
      assert.equal(platform.requests.length, requests);

      if (given.blocked) {
        // What waits for its turn ends with the node.
        nodeRed.send('get', { payload: uuid });
        await fixture.end();
        assert.equal(platform.requests.length, requests);
        assert.equal(nodeRed.completions.filter(({ id }) => id === 'get').length, 2);
        return;
      }

      // A message that gets through, or fails as the first did: nothing more has come of the first.
      fault?.clear();
      nodeRed.send('get', { payload: uuid });
      const completions = await nodeRed.completed('get', 2);
      const count = (id: string): number => nodeRed.messages(id).length;
      const arrived = (): boolean =>
        count('caught') + count('out') >= 2 && count('completed') >= count('out');
      await settled(nodeRed, 'message', () => arrived() || undefined);
      assert.ok(completions[0]?.error instanceof Error);
      assert.equal(nodeRed.completions.filter(({ id }) => id === 'get').length, 2);
      assert.equal(count('caught') + count('out'), 2);
      assert.equal(count('completed'), count('out'));
    });

  it('succeeds after temporary errors', async () => {
    const { platform, nodeRed } = fixture;
    fixture.scaleTime(0.02);
    const { uuid } = platform.raise();
    await fixture.run(getAlertOfPayload());
    platform.faults.rest({ status: 429, retryAfter: 0, times: 1 });
    platform.faults.rest({ status: 503, retryAfter: 0, times: 1 });
    platform.faults.rest({ status: 408, body: '', headers: { 'Retry-After': '0' }, times: 1 });
    nodeRed.send('get', { payload: uuid });
    const [got] = await nodeRed.received('out', 1);
    assert.equal((got?.payload as { uuid: string }).uuid, uuid);
    assert.deepEqual(
      platform.requests.map(({ status }) => status),
      [429, 503, 408, 200],
    );
    assert.deepEqual(nodeRed.messages('caught'), []);
  });
});
