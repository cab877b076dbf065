/** What stands where a secret was. */
const REMOVED = '<API key>';

/** What stands where the credentials of some HTTP request were, such as a tool repeats in its answers. */
const REMOVED_CREDENTIALS = '<removed>';
const HTTP_CREDENTIALS = /\b(bearer\s+)[\w.~+/=-]{8,}|\b(basic\s+)[\w+/=]{16,}/gi;

/** One of these is in each: searching for them is quicker than the pattern. */
const CREDENTIALS_MARKS = ['earer', 'EARER', 'asic ', 'ASIC '];

/** Shorter ones would be found in half of all words. */
const MIN_LENGTH = 4;

/**
 * The API keys that are or were in use, which are taken out of whatever is recorded, wherever they are in it; and whatever is sent
 * as `Bearer` or `Basic`, whosever it is.
 */
export class Secrets {
  readonly #secrets = new Set<string>();
  /** Each secret in all its forms, longest first. */
  #forms: readonly string[] = [];
  #pattern = /(?!)/g;

  /**
   * Takes a secret out from now on, for good: what it was used for may be recorded long after. White space
   * around it is not of it, and one with under 4 characters is let pass.
   */
  hide(secret: string): void {
    const bare = secret.trim();
    if (bare.length < MIN_LENGTH || this.#secrets.has(bare)) return;
    this.#secrets.add(bare);
    const forms = new Set([...this.#secrets].flatMap(formsOf));
    this.#forms = [...forms].sort((one, other) => other.length - one.length);
    this.#pattern = new RegExp(this.#forms.map(escapeForPattern).join('|'), 'g');
  }

  /** The text without secrets. */
  remove(text: string): string {
    return this.removeFromStart(text, text.length);
  }

  /**
   * The first so many characters of a text, without secrets. Of one that reaches beyond them nothing is left,
   * either.
   */
  removeFromStart(text: string, length: number): string {
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

  /** Whether a secret begins in the first so many bytes. */
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

/** As it is, and as it is in addresses, in JSON and, by itself, in base64. */
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
