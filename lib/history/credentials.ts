/**
 * Names of properties that hold credentials. Case, hyphens, underscores and dots do not count: `X-Api-Key` is
 * `xapikey`.
 *
 * Among headers the rule is wide: all names that speak of keys, tokens, secrets or sessions. Elsewhere an alert's own
 * data must stay readable (`key` and `keys` are ordinary names, `session_id` is evidence), so the rule is narrow.
 * Cookies are credentials everywhere.
 */
const IN_HEADERS = /auth|cookie|token|key|secret|passw|credential|session|signature/;
const ANYWHERE =
  /authorization|cookie|passw|passphrase|secret|credential|token|^jwt$|^bearer$|(?:api|access|private|intake|auth|signing|encryption|shared|master|ssh|account|storage|subscription|license|client)key/;
const HEADERS = /(?:headers|trailers)$/;

export interface PropertyName {
  readonly isCredential: boolean;
  readonly isCredentialHeader: boolean;
  /** Whether it holds headers: `headers`, `requestHeaders`, `rawHeaders`. */
  readonly holdsHeaders: boolean;
}

/** The same few names occur in message after message. */
const known = new Map<string, PropertyName>();
const MAX_KNOWN = 2_000;
const MAX_KNOWN_LENGTH = 60;

export function propertyName(name: string): PropertyName {
  const found = known.get(name);
  if (found !== undefined) return found;
  const plain = name.toLowerCase().replace(/[-_.\s]/g, '');
  const read: PropertyName = {
    isCredential: ANYWHERE.test(plain),
    isCredentialHeader: IN_HEADERS.test(plain),
    holdsHeaders: HEADERS.test(plain),
  };
  if (known.size >= MAX_KNOWN) known.clear();
  if (name.length <= MAX_KNOWN_LENGTH) known.set(name, read);
  return read;
}
