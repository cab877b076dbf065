import { ApiError } from './rest/api-error';

export type KeyState = 'valid' | 'expired' | 'revoked';

/** Codes and messages as published with the XSOAR pack (github.com/demisto/content, SekoiaXDR_test.py). */
const REFUSALS = {
  unknown: { message: 'The token is invalid', code: 'T300' },
  expired: { message: 'The token has expired', code: 'T301' },
  revoked: { message: 'Token revoked', code: 'T302' },
};

/** Who may do what: one API key, its state and its permissions. */
export class Access {
  keyState: KeyState = 'valid';
  readonly permissions = new Set([
    'SIC_READ_ALERTS',
    'SIC_WRITE_ALERTS',
    'SIC_WRITE_ALERTS_COMMENTS',
    'SIC_WRITE_ALERTS_WORKFLOW',
    'SIC_READ_ENTITIES',
  ]);

  constructor(public apiKey: string) {}

  /** @throws ApiError 401 */
  check(key: string | undefined): void {
    if (key === undefined) throw new ApiError(401, 'Missing authorization');
    const state = key === this.apiKey ? this.keyState : 'unknown';
    if (state === 'valid') return;
    const { message, code } = REFUSALS[state];
    throw new ApiError(401, message, code);
  }

  accepts(key: string | undefined): boolean {
    return key === this.apiKey && this.keyState === 'valid';
  }
}

export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
}
