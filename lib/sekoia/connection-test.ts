import { SekoiaError, asSekoiaError } from './errors';
import { text } from '../util/json';
import type { Platform } from './platform';

/** The result of a connection test. */
export type TestCode =
  /** The key works and may read alerts. */
  | 'connected'
  | 'no-key'
  | 'key-invalid'
  | 'key-expired'
  | 'key-revoked'
  | 'key-refused'
  /** The key lacks View alerts (SIC_READ_ALERTS). */
  | 'forbidden'
  | 'host-not-found'
  | 'certificate'
  | 'not-sekoia'
  | 'proxy-refused'
  | 'unreachable'
  | 'timeout'
  | 'rate-limited'
  | 'unavailable'
  | 'bad-address'
  /** The stored key would go to another address than the stored one. */
  | 'retype-key'
  /** An environment variable that the deployed configuration does not use in this place. */
  | 'undeployed-variable';

export interface TestResult {
  ok: boolean;
  code: TestCode;
  /** The result in words, for use without a translation. */
  message: string;
  /** Whom the key belongs to. */
  who?: string;
  /** Where it was tried. */
  host?: string;
  latencyMs?: number;
}

const KEY_CODES: Record<string, TestCode> = { T300: 'key-invalid', T301: 'key-expired', T302: 'key-revoked' };

/** Reads the owner of the key and then one alert, because any valid key can read its owner. Never throws. */
export async function testConnection({ client, addresses }: Platform, hasKey: boolean): Promise<TestResult> {
  const { host } = new URL(addresses.api);
  if (!hasKey) return { ok: false, code: 'no-key', message: 'No API key is set', host };
  const startedMs = performance.now();
  try {
    const profile = await client.me();
    await client.listAlerts({ limit: 1, sort: 'created_at', direction: 'desc' });
    const who = ownerOf(profile);
    return {
      ok: true,
      code: 'connected',
      message: `Connected to ${host} as ${who}: this key can read alerts`,
      who,
      host,
      latencyMs: Math.round(performance.now() - startedMs),
    };
  } catch (thrown) {
    return failedTest(asSekoiaError(thrown), host);
  }
}

export function failedTest(error: SekoiaError, host?: string): TestResult {
  return { ok: false, code: codeOf(error), message: error.message, ...(host !== undefined && { host }) };
}

function codeOf(error: SekoiaError): TestCode {
  switch (error.code) {
    case 'SEKOIA_AUTH':
      return KEY_CODES[error.platformCode ?? ''] ?? 'key-refused';
    case 'SEKOIA_FORBIDDEN':
      return 'forbidden';
    case 'SEKOIA_RATE_LIMITED':
      return 'rate-limited';
    case 'SEKOIA_TIMEOUT':
      return 'timeout';
    case 'SEKOIA_BAD_INPUT':
      return 'bad-address';
    case 'SEKOIA_UNAVAILABLE':
      return error.reason ?? 'unavailable';
    case 'SEKOIA_NOT_FOUND':
    case 'SEKOIA_BAD_RESPONSE':
      return 'not-sekoia';
  }
}

function ownerOf(profile: Record<string, unknown>): string {
  const name = [profile.firstname, profile.lastname].map(text).filter(Boolean).join(' ');
  return name || (text(profile.email) ?? text(profile.name) ?? text(profile.uuid) ?? 'this key');
}
