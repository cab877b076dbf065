import { ApiError } from './rest/api-error';

export type KeyState = 'valid' | 'expired' | 'revoked';

/** Codes and messages as published with the XSOAR pack (github.com/demisto/content, SekoiaXDR_test.py). */
const REFUSALS = {
  unknown: { message: 'The token is invalid', code: 'T300' },
  expired: { message: 'The token has expired', code: 'T301' },
  revoked: { message: 'Token revoked', code: 'T302' },
};

/** The permissions that the platform's OpenAPI description names. */
export const PERMISSIONS = [
  'View alerts',
  'Manage alerts',
  'Update alert status',
  'Comment on alerts',
  'View cases',
  'Manage cases',
  'Comment on cases',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** The codes that Sekoia's documentation of the FortiSOAR connector gives some of them. */
const CODES: Partial<Record<string, Permission>> = {
  SIC_READ_ALERTS: 'View alerts',
  SIC_WRITE_ALERTS_WORKFLOW: 'Update alert status',
  SIC_WRITE_ALERTS_COMMENTS: 'Comment on alerts',
};

/** Permissions by name or by code. */
class Permissions extends Set<string> {
  override add(permission: string): this {
    return super.add(CODES[permission] ?? permission);
  }

  override has(permission: string): boolean {
    return super.has(CODES[permission] ?? permission);
  }

  override delete(permission: string): boolean {
    return super.delete(CODES[permission] ?? permission);
  }
}

/** Who may do what: one API key, its state and its permissions. */
export class Access {
  keyState: KeyState = 'valid';
  readonly permissions: Set<string> = new Permissions(PERMISSIONS);

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

  may(permissions: readonly Permission[]): boolean {
    return permissions.every((permission) => this.permissions.has(permission));
  }
}

export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
}
