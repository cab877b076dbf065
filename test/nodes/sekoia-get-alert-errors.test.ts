import assert from 'node:assert/strict';
import { inspect } from 'node:util';

import type { FlowNode } from '../../scripts/node-red-process';
import type { Platform, RestFault } from '../../simulator';
import { errorOf, node, outcomes, settled, sink, useNodeFixture } from './support';

function getAlert(settings: Record<string, unknown> = {}): FlowNode[] {
  const defaults = {
    config: 'sekoia',
    alert: 'payload',
    alertType: 'msg',
    include: [],
    output: 'payload',
    outputType: 'msg',
  };
  return [
    node('sekoia-get-alert', 'get', { ...defaults, ...settings }, 'out'),
    sink('out'),
    ...outcomes('get'),
  ];
}

interface ErrorCase {
  what: string;
  code: string;
  sentence: RegExp;
  /** Requests that reach the platform. Default: 1 */
  requests?: number;
  arrange?: (platform: Platform) => void;
  fault?: RestFault;
  settings?: Record<string, unknown>;
  config?: Record<string, unknown>;
  payload?: unknown;
  /** The package's own waits take a fiftieth. */
  hurry?: boolean;
  /** No further request is sent for an hour. */
  blocked?: boolean;
}

const HTML = '<!DOCTYPE html><html><body>Welcome to the guest portal</body></html>';

const CASES: ErrorCase[] = [
  {
    what: 'an unknown key',
    config: { apiKey: 'of-another-region' },
    code: 'SEKOIA_AUTH',
    sentence: /The API key is not valid: check that you copied the whole key/,
  },
  {
    what: 'an expired key',
    arrange: (platform) => (platform.keyState = 'expired'),
    code: 'SEKOIA_AUTH',
    sentence: /The API key has expired: create a new one/,
  },
  {
    what: 'a revoked key',
    arrange: (platform) => (platform.keyState = 'revoked'),
    code: 'SEKOIA_AUTH',
    sentence: /The API key was revoked: create a new one/,
  },
  {
    what: 'no key',
    config: { apiKey: '' },
    code: 'SEKOIA_AUTH',
    sentence: /No API key is set: open the Sekoia configuration, enter the key, and deploy/,
    requests: 0,
  },
  {
    what: 'a missing permission',
    arrange: (platform) => platform.permissions.delete('SIC_READ_ALERTS'),
    code: 'SEKOIA_FORBIDDEN',
    sentence: /The API key lacks the permission View alerts \(SIC_READ_ALERTS\)/,
  },
  {
    what: 'an alert that is not there',
    payload: 'ALnowhere',
    code: 'SEKOIA_NOT_FOUND',
    sentence: /Could not read the alert ALnowhere: not found/,
  },
  {
    what: 'too many requests',
    fault: { status: 429, retryAfter: 0 },
    code: 'SEKOIA_RATE_LIMITED',
    sentence: /the platform limits requests/,
    requests: 4,
    hurry: true,
  },
  {
    what: 'too many requests, and too long a wait',
    fault: { status: 429, retryAfter: 3600 },
    code: 'SEKOIA_RATE_LIMITED',
    sentence: /the platform limits requests/,
    blocked: true,
  },
  {
    what: 'a platform that fails',
    fault: { status: 500, retryAfter: 0 },
    code: 'SEKOIA_UNAVAILABLE',
    sentence: /Could not read the alert .*: the platform answered 500/,
    requests: 4,
    hurry: true,
  },
  {
    what: 'a connection that breaks',
    fault: { reset: true },
    code: 'SEKOIA_UNAVAILABLE',
    sentence: /The connection to 127\.0\.0\.1:\d+ failed/,
    requests: 4,
    hurry: true,
  },
  {
    what: 'an answer that breaks off',
    fault: { truncate: true },
    code: 'SEKOIA_UNAVAILABLE',
    sentence: /The connection to 127\.0\.0\.1:\d+ failed/,
    requests: 4,
    hurry: true,
  },
  {
    what: 'no answer',
    fault: { hang: true },
    code: 'SEKOIA_TIMEOUT',
    sentence: /127\.0\.0\.1:\d+ did not answer in time/,
    requests: 4,
    hurry: true,
  },
  {
    what: 'a web page in place of the API',
    fault: { status: 200, body: HTML },
    code: 'SEKOIA_BAD_RESPONSE',
    sentence: /does not answer like the Sekoia API: check the base URL/,
  },
  {
    what: 'half of the JSON',
    fault: { brokenJson: true },
    code: 'SEKOIA_BAD_RESPONSE',
    sentence: /the answer is not complete JSON/,
  },
  {
    what: 'JSON that is no alert',
    fault: { status: 200, body: { items: [] } },
    code: 'SEKOIA_BAD_RESPONSE',
    sentence: /the answer is not an alert/,
  },
  {
    what: 'a redirection, which the key does not follow',
    fault: { redirectTo: 'https://elsewhere.example.org/login?token=x' },
    code: 'SEKOIA_BAD_RESPONSE',
    sentence: /redirects to elsewhere\.example\.org, and the key is never sent to redirects/,
  },
  {
    what: 'a platform that does not understand',
    fault: { status: 422, body: { message: 'Invalid "stix"' } },
    code: 'SEKOIA_BAD_INPUT',
    sentence: /the platform answered 422 \("Invalid "stix""\)/,
  },
  {
    what: 'nobody at the address',
    config: { baseUrl: 'http://127.0.0.1:1' },
    code: 'SEKOIA_UNAVAILABLE',
    sentence: /127\.0\.0\.1:1 refused the connection: check the base URL/,
    requests: 0,
    hurry: true,
  },
  {
    what: 'no configuration',
    settings: { config: '' },
    code: 'SEKOIA_BAD_INPUT',
    sentence: /No Sekoia configuration is selected: open this node and choose one/,
    requests: 0,
  },
  {
    what: 'a configuration that is not there any more',
    settings: { config: 'not-there' },
    code: 'SEKOIA_BAD_INPUT',
    sentence: /No Sekoia configuration is selected/,
    requests: 0,
  },
  ...[undefined, null, '', '   ', 7, true, { uuid: 'AL1' }, ['AL1']].map((payload) => ({
    what: `what is no id: ${inspect(payload)}`,
    payload,
    code: 'SEKOIA_BAD_INPUT',
    sentence: /"payload" contains no alert to read: set "Alert" to the UUID or the short ID of an alert/,
    requests: 0,
  })),
  ...['../me', '..', 'AL1/comments', 'AL1?stix=true', 'AL1%2f..', 'AL 1', 'AL1\r\nX: y', 'x'.repeat(100)].map(
    (payload) => ({
      what: `an id that would reach another path: ${JSON.stringify(payload).slice(0, 30)}`,
      payload,
      code: 'SEKOIA_BAD_INPUT',
      sentence: /is neither the UUID nor the short ID of an alert/,
      requests: 0,
    }),
  ),
  {
    what: 'an expression that cannot be read',
    settings: { alert: 'payload.(', alertType: 'jsonata' },
    code: 'SEKOIA_BAD_INPUT',
    sentence: /Could not read "payload\.\("/,
    requests: 0,
  },
  {
    what: 'an expression that fails',
    settings: { alert: '$error("nothing here")', alertType: 'jsonata' },
    code: 'SEKOIA_BAD_INPUT',
    sentence: /Could not read .*nothing here/,
    requests: 0,
  },
  {
    what: 'a flow variable that is not set',
    settings: { alert: 'nothing', alertType: 'flow' },
    code: 'SEKOIA_BAD_INPUT',
    sentence: /"nothing" contains no alert to read/,
    requests: 0,
  },
  {
    what: 'an environment variable that is not set',
    settings: { alert: 'SEKOIA_TEST_NOTHING', alertType: 'env' },
    code: 'SEKOIA_BAD_INPUT',
    sentence: /"SEKOIA_TEST_NOTHING" contains no alert to read/,
    requests: 0,
  },
  {
    what: 'a placeholder that leads nowhere',
    settings: { alert: "{{ node.0['alert_uuid'] }}", alertType: 'str' },
    code: 'SEKOIA_BAD_INPUT',
    sentence: /The message has no value for \{\{ node\.0\['alert_uuid'\] \}\}/,
    requests: 0,
  },
  {
    what: 'a text that is more than a placeholder',
    settings: { alert: "{{ node.0['alert_uuid'] | upper }}", alertType: 'str' },
    code: 'SEKOIA_BAD_INPUT',
    sentence: /'\| upper' is not supported/,
    requests: 0,
  },
  {
    what: 'an output that cannot be written',
    settings: { output: 'topic.alert' },
    code: 'SEKOIA_BAD_INPUT',
    sentence: /Could not write to "msg\.topic\.alert"/,
  },
  {
    what: 'an output that is no path',
    settings: { output: 'found..alert' },
    code: 'SEKOIA_BAD_INPUT',
    sentence: /Could not write to "msg\.found\.\.alert"/,
  },
];

describe('sekoia-get-alert', () => {
  const fixture = useNodeFixture();

  for (const { what, code, sentence, requests = 1, ...given } of CASES)
    it(`fails with ${code} for ${what}`, async () => {
      const { platform, nodeRed } = fixture;
      if (given.hurry) fixture.scaleTime(0.02);
      // A request may take 15 s.
      if (given.blocked) fixture.forbidWaits();
      if (given.fault?.hang) fixture.shortenTimers({ fromMs: 15_000, by: 100 });
      const { uuid } = platform.raise();
      await fixture.run(getAlert(given.settings), given.config);
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
    await fixture.run(getAlert());
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
