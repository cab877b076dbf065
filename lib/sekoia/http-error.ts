import { SekoiaError, type SekoiaErrorDetails } from './errors';
import { isRecord, text } from '../util/json';

/** What an HTTP answer says besides its status. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, unknown>;
  /** The body as it came, JSON or not. */
  body: string;
}

/** What the platform's three 401 codes mean (seen in the tests of its public clients). */
const KEY_PROBLEMS: Record<string, string> = {
  T300: 'The API key is not valid: check that you copied the whole key and that it belongs to this region',
  T301: 'The API key has expired: create a new one in Sekoia and enter it in the Sekoia configuration',
  T302: 'The API key was revoked: create a new one in Sekoia and enter it in the Sekoia configuration',
};

/**
 * The typed error of an answer that is not a success.
 * @param what the action, as it follows "could not", for example `read the alert AL123`
 * @param redact takes secrets out of what is quoted: some firewalls repeat the request, key and all
 */
export function errorFromAnswer(
  answer: HttpAnswer,
  what: string,
  redact: (text: string) => string = (text) => text,
): SekoiaError {
  const { status } = answer;
  const said = platformMessage(answer.body, redact);
  const details: SekoiaErrorDetails = { status };
  if (said.code !== undefined) details.platformCode = said.code;
  const retryAfterMs = readRetryAfter(answer.headers);
  if (retryAfterMs !== undefined) details.retryAfterMs = retryAfterMs;
  const quoted = said.message === undefined ? '' : ` ("${said.message}")`;

  if (status === 401)
    return new SekoiaError(
      'SEKOIA_AUTH',
      KEY_PROBLEMS[said.code ?? ''] ??
        `The API key was refused${quoted}: check the key in the Sekoia configuration`,
      details,
    );
  if (status === 403)
    return new SekoiaError(
      'SEKOIA_FORBIDDEN',
      `The API key lacks the permission View alerts (SIC_READ_ALERTS), or a firewall refused the request${quoted}`,
      details,
    );
  if (status === 404)
    return new SekoiaError('SEKOIA_NOT_FOUND', `Could not ${what}: not found${quoted}`, details);
  if (status === 408)
    return new SekoiaError('SEKOIA_TIMEOUT', `Could not ${what}: the platform timed out`, details);
  if (status === 429)
    return new SekoiaError(
      'SEKOIA_RATE_LIMITED',
      `Could not ${what}: the platform limits requests from this address or key`,
      details,
    );
  if (status >= 500)
    return new SekoiaError(
      'SEKOIA_UNAVAILABLE',
      `Could not ${what}: the platform answered ${status}${quoted}`,
      details,
    );
  if (status >= 300 && status < 400)
    return new SekoiaError(
      'SEKOIA_BAD_RESPONSE',
      `Could not ${what}: the address redirects to ${redirectTarget(answer)}, and the key is never sent to redirects. Check the base URL`,
      details,
    );
  return new SekoiaError(
    status === 400 || status === 422 ? 'SEKOIA_BAD_INPUT' : 'SEKOIA_BAD_RESPONSE',
    `Could not ${what}: the platform answered ${status}${quoted}`,
    details,
  );
}

/**
 * A longer Retry-After is capped: it would stop everything until the next deploy, and timers treat very large
 * numbers as 0. Sekoia's firewall blocks for at most 10 minutes.
 */
const MAX_RETRY_AFTER_MS = 60 * 60_000;

/**
 * Retry-After in milliseconds: a number of seconds, or a date, which is compared with the answer's own
 * `Date` since this machine's clock may be wrong (RFC 9110, section 10.2.3).
 */
function readRetryAfter(headers: Record<string, unknown>): number | undefined {
  const value = headers['retry-after'];
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return believable(seconds * 1000);
  const until = Date.parse(value);
  const now = typeof headers.date === 'string' ? Date.parse(headers.date) : Date.now();
  return Number.isNaN(until) || Number.isNaN(now) ? undefined : believable(until - now);
}

function believable(ms: number): number {
  return Math.min(MAX_RETRY_AFTER_MS, Math.max(0, ms));
}

/** The body's message. Its shape is documented as `{message, code}`, but firewalls and proxies answer otherwise. */
function platformMessage(
  body: string,
  redact: (text: string) => string,
): { message?: string; code?: string } {
  // Redacts before truncating; otherwise, half of the key might remain.
  const quote = (words: string): string => clip(redact(words));
  const json = parseOrUndefined(body);
  if (!isRecord(json)) return body.trim() === '' || isHtml(body) ? {} : { message: quote(body) };
  const said: { message?: string; code?: string } = {};
  const message = [json.message, json.msg, json.detail, json.error]
    .map(text)
    .find((one) => one !== null && one !== '');
  if (message != null) said.message = quote(message);
  const code = text(json.code);
  if (code !== null && code !== '') said.code = quote(code);
  return said;
}

function redirectTarget(answer: HttpAnswer): string {
  const location = text(answer.headers.location);
  if (location === null) return 'another address';
  try {
    // Host only: the rest of a redirect may carry tokens.
    return new URL(location).host;
  } catch {
    return 'another path';
  }
}

function isHtml(body: string): boolean {
  return /^\s*</.test(body);
}

function parseOrUndefined(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

function clip(message: string): string {
  const line = message.replace(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
