import { inspect } from 'node:util';

import type { Platform, RestFault } from '../../../simulator';

/** What makes a Get Alert node fail, and how it says so. */
export interface ErrorCase {
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

export const ERROR_CASES: ErrorCase[] = [
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
