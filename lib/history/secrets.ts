/** Stands in place of an API key. */
const REMOVED = '<API key>';

/** Stands in place of the credentials of an HTTP request, which some tools repeat in their answers. */
const REMOVED_CREDENTIALS = '<removed>';
const HTTP_CREDENTIALS = /\b(bearer\s+)[\w.~+/=-]{8,}|\b(basic\s+)[\w+/=]{16,}/gi;

/** Each match has one of these. Searching for them is faster than the pattern. */
const CREDENTIALS_MARKS = ['earer', 'EARER', 'asic ', 'ASIC '];

/** Shorter secrets would match in half of all words. */
const MIN_LENGTH = 4;

/**
 * Redacts everything that is recorded: the API keys that are or were in use, wherever they stand, and anybody's
 * `Bearer` and `Basic` credentials.
 */
export class Secrets {
  readonly #secrets = new Set<string>();
  /** Each secret in all its forms, longest first. */
  #forms: readonly string[] = [];
  #pattern = /(?!)/g;

  /**
   * Redacts a secret from now on, for good: what it was used for may be recorded long after. Ignores white space
   * around it, and secrets of fewer than 4 characters.
   */
  add(secret: string): void {
    const bare = secret.trim();
    if (bare.length < MIN_LENGTH || this.#secrets.has(bare)) return;
    this.#secrets.add(bare);
    const forms = new Set([...this.#secrets].flatMap(formsOf));
    this.#forms = [...forms].sort((one, other) => other.length - one.length);
    this.#pattern = new RegExp(this.#forms.map(escapeForPattern).join('|'), 'g');
  }

  /** The first characters of a text, redacted. Nothing is left of a secret that reaches beyond them. */
  redact(text: string, length = text.length): string {
    const start = this.#forms.length === 0 ? text : text.slice(0, length + this.#longest);
    if (!this.#forms.some((form) => start.includes(form)))
      return withoutHttpCredentials(text.slice(0, length));
    let kept = '';
    let at = 0;
    for (const { 0: found, index } of start.matchAll(this.#pattern)) {
      if (index >= length) break;
      kept += start.slice(at, index) + REMOVED;
      at = index + found.length;
    }
    return withoutHttpCredentials(kept + start.slice(at, Math.max(at, length)));
  }

  /** Whether a secret begins in the first bytes. */
  inBytes(bytes: Uint8Array, length: number): boolean {
    if (this.#forms.length === 0) return false;
    // A character is up to 3 bytes for each unit of a string's length.
    const end = Math.min(bytes.byteLength, length + 3 * this.#longest);
    const start = Buffer.from(bytes.buffer, bytes.byteOffset, end);
    return this.#forms.some((form) => start.includes(form));
  }

  get #longest(): number {
    return this.#forms[0]?.length ?? 0;
  }
}

/** The secret as it is, in a URL, in JSON, and in base64. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = bytes.toString('base64').replace(/=+$/, '');
  return [secret, encodeURIComponent(bytes.toString()), JSON.stringify(secret).slice(1, -1), base64];
}

function withoutHttpCredentials(text: string): string {
  if (!CREDENTIALS_MARKS.some((mark) => text.includes(mark))) return text;
  return text.replace(
    HTTP_CREDENTIALS,
    (_, bearer: string | undefined, basic: string | undefined) =>
      `${bearer ?? basic ?? ''}${REMOVED_CREDENTIALS}`,
  );
}

function escapeForPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
