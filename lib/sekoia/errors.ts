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
  /** An answer that is not the platform's: HTML, cut JSON, a redirect, an alert without a uuid. */
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
  cause?: unknown;
}

export class SekoiaError extends Error {
  override readonly name = 'SekoiaError';
  readonly code: SekoiaErrorCode;
  readonly status?: number;
  readonly platformCode?: string;
  readonly retryAfterMs?: number;

  constructor(code: SekoiaErrorCode, message: string, details: SekoiaErrorDetails = {}) {
    super(message);
    this.code = code;
    if (details.status !== undefined) this.status = details.status;
    if (details.platformCode !== undefined) this.platformCode = details.platformCode;
    if (details.retryAfterMs !== undefined) this.retryAfterMs = details.retryAfterMs;
    if (details.cause !== undefined) this.cause = plainCause(details.cause);
  }

  /** Whether the same request may succeed later without anybody changing anything. */
  get passing(): boolean {
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

/**
 * The error of a request that never got an answer. The cause is not the HTTP library's error object: that
 * one carries the request with its Authorization header.
 */
export function errorFromNetwork(error: unknown, host: string): SekoiaError {
  const code = systemCode(error);
  const say = (text: string): SekoiaError => new SekoiaError('SEKOIA_UNAVAILABLE', text, { cause: error });
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return say(`The host ${host} was not found: check the base URL, DNS and proxy settings`);
    case 'ECONNREFUSED':
      return say(`${host} refused the connection: check the base URL, firewall and proxy settings`);
    case 'ETIMEDOUT':
    case 'ECONNABORTED':
    case 'ERR_CANCELED':
      return new SekoiaError('SEKOIA_TIMEOUT', `${host} did not answer in time`, { cause: error });
    default:
      if (isCertificateProblem(code))
        return say(
          `The certificate of ${host} is not trusted (${code}): add your CA in a TLS configuration of the Sekoia configuration`,
        );
      return say(`The connection to ${host} failed: ${describe(error)}`);
  }
}

const CERTIFICATE_CODES =
  /^(?:CERT_|ERR_TLS_CERT|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY_LEAF)|HOSTNAME_MISMATCH)/;

function isCertificateProblem(code: string): boolean {
  return CERTIFICATE_CODES.test(code);
}

function systemCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

function describe(error: unknown): string {
  if (error instanceof AggregateError && error.message === '' && error.errors.length > 0)
    return describe(error.errors[0]);
  return error instanceof Error ? error.message || systemCode(error) || error.name : String(error);
}

function plainCause(cause: unknown): Error {
  if (cause instanceof SekoiaError) return cause;
  const plain = new Error(describe(cause));
  if (cause instanceof Error) plain.name = cause.name;
  const code = systemCode(cause);
  return code === '' ? plain : Object.assign(plain, { code });
}
