import { describe, systemCode } from '../util/error-text';

/**
 * An error between this package and the platform. Its message says what to do.
 *
 * Node-RED copies `code` and `cause` of an error into `msg.error`, so a Catch node can branch on the code. It
 * must not contain the API key, so causes are reduced to their name, message, and code.
 */

export type SekoiaErrorCode =
  /** The key is missing, unknown, expired or revoked (HTTP 401). Waiting does not help. */
  | 'SEKOIA_AUTH'
  /** The key is valid but lacks a permission, or a firewall refused the request (HTTP 403). */
  | 'SEKOIA_FORBIDDEN'
  /** No such alert, or not visible to this key (HTTP 404). */
  | 'SEKOIA_NOT_FOUND'
  /** Too many requests (HTTP 429). Retryable. */
  | 'SEKOIA_RATE_LIMITED'
  /** Temporary network or platform problem (no connection, HTTP 5xx). Retryable. */
  | 'SEKOIA_UNAVAILABLE'
  /** No answer in time. Retryable. */
  | 'SEKOIA_TIMEOUT'
  /**
   * An answer that is not from the platform (HTML, truncated JSON, a redirect, an alert without a UUID) or is
   * far too large.
   */
  | 'SEKOIA_BAD_RESPONSE'
  /** An unusable input from the flow or its author: an empty ID, an invalid address. */
  | 'SEKOIA_BAD_INPUT';

export interface SekoiaErrorDetails {
  /** HTTP status of the answer, if there was one. */
  status?: number;
  /** The platform's own code, e.g. `T301` for an expired key. */
  platformCode?: string;
  /** How long the platform asked to wait, from its Retry-After header. */
  retryAfterMs?: number;
  /** Why the request got no answer. */
  reason?: NetworkReason;
  /** The answer exceeded the limit. */
  tooLarge?: boolean;
  cause?: unknown;
}

/** More specific than the code. */
export type NetworkReason = 'host-not-found' | 'certificate' | 'proxy-refused' | 'unreachable';

export class SekoiaError extends Error {
  override readonly name = 'SekoiaError';
  readonly code: SekoiaErrorCode;
  readonly status?: number;
  readonly platformCode?: string;
  readonly retryAfterMs?: number;
  readonly reason?: NetworkReason;
  readonly tooLarge?: boolean;

  constructor(code: SekoiaErrorCode, message: string, details: SekoiaErrorDetails = {}) {
    super(message);
    this.code = code;
    if (details.status !== undefined) this.status = details.status;
    if (details.platformCode !== undefined) this.platformCode = details.platformCode;
    if (details.retryAfterMs !== undefined) this.retryAfterMs = details.retryAfterMs;
    if (details.reason !== undefined) this.reason = details.reason;
    if (details.tooLarge !== undefined) this.tooLarge = details.tooLarge;
    if (details.cause !== undefined) this.cause = plainCause(details.cause);
  }

  /** Whether a smaller request may succeed: the answer was too slow or too large. */
  get tooMuch(): boolean {
    return this.tooLarge === true || (this.code === 'SEKOIA_TIMEOUT' && this.status === undefined);
  }

  /** Whether the same request may succeed later without any change. */
  get retryable(): boolean {
    return (
      this.code === 'SEKOIA_RATE_LIMITED' ||
      this.code === 'SEKOIA_UNAVAILABLE' ||
      this.code === 'SEKOIA_TIMEOUT'
    );
  }

  /** Whether every request will fail until somebody changes the key, its permissions or the firewall. */
  get refused(): boolean {
    return this.code === 'SEKOIA_AUTH' || this.code === 'SEKOIA_FORBIDDEN';
  }
}

/** Converts anything thrown to a SekoiaError, so that unknown failures are reported. */
export function asSekoiaError(error: unknown): SekoiaError {
  if (error instanceof SekoiaError) return error;
  return new SekoiaError('SEKOIA_UNAVAILABLE', `Unexpected failure: ${describe(error)}`, { cause: error });
}

function plainCause(cause: unknown): Error {
  if (cause instanceof SekoiaError) return cause;
  const plain = new Error(describe(cause));
  if (cause instanceof Error) plain.name = cause.name;
  const code = systemCode(cause);
  return code === '' ? plain : Object.assign(plain, { code });
}

export function isNotFound(error: unknown): boolean {
  return error instanceof SekoiaError && error.code === 'SEKOIA_NOT_FOUND';
}
