import { describe, systemCode } from '../util/error-text';

/**
 * What went wrong between this package and the platform, in words that say what to do.
 *
 * Node-RED copies `code` and `cause` of an error into `msg.error`, so a Catch node can branch on the code.
 * Nothing here may hold the API key: causes are stripped down to their own name, message and code.
 */

export type SekoiaErrorCode =
  /** The key is missing, unknown, expired or revoked (HTTP 401). Waiting does not help. */
  | 'SEKOIA_AUTH'
  /** The key is good but lacks a permission, or a firewall refused the request (HTTP 403). */
  | 'SEKOIA_FORBIDDEN'
  /** No such alert, or not visible to this key (HTTP 404). */
  | 'SEKOIA_NOT_FOUND'
  /** Too many requests (HTTP 429). Passes by itself. */
  | 'SEKOIA_RATE_LIMITED'
  /** The network or the platform is in trouble (no connection, HTTP 5xx). Passes by itself. */
  | 'SEKOIA_UNAVAILABLE'
  /** No answer in time. Passes by itself. */
  | 'SEKOIA_TIMEOUT'
  /** An answer that is not the platform's: HTML, cut JSON, a redirect, an alert without a uuid; or far too large. */
  | 'SEKOIA_BAD_RESPONSE'
  /** What the flow or its author gave cannot be used: an empty identifier, a bad address. */
  | 'SEKOIA_BAD_INPUT';

export interface SekoiaErrorDetails {
  /** HTTP status of the answer, if there was one. */
  status?: number;
  /** The platform's own code, e.g. `T301` for an expired key. */
  platformCode?: string;
  /** How long the platform asked to wait, from its Retry-After header. */
  retryAfterMs?: number;
  /** What kept the request from getting an answer. */
  reason?: NetworkReason;
  /** The answer was larger than is taken in. */
  tooLarge?: boolean;
  cause?: unknown;
}

/** Finer than a code: what to look at. */
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

  /** Whether asking for less may do: no answer came in time, or it was larger than is taken in. */
  get tooMuch(): boolean {
    return this.tooLarge === true || (this.code === 'SEKOIA_TIMEOUT' && this.status === undefined);
  }

  /** Whether the same request may succeed later without anybody changing anything. */
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

/** Anything thrown, as a SekoiaError: an unknown failure is reported, never swallowed. */
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
