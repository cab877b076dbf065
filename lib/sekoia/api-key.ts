import { SekoiaError } from './errors';

/** Keys have at most 100 characters (Sekoia.io documentation, Manage API keys). Longer keys are accepted. */
const USABLE_KEY = /^[\x21-\x3a\x3c-\x7e]+$/;

/**
 * The API key. It has no readable property, so no log, `util.inspect`, `JSON.stringify`, or message can show
 * it. Only the two places that send it read it.
 */
export class ApiKey {
  readonly #key: string;

  constructor(key: string | undefined) {
    this.#key = (key ?? '').trim();
  }

  get missing(): boolean {
    return this.#key === '';
  }

  /** @throws SekoiaError SEKOIA_AUTH if the key is missing or cannot be sent */
  get bearer(): string {
    return `Bearer ${this.#usable()}`;
  }

  /** LiveAPI reads the key from a cookie (Sekoia.io documentation, Use your own CTI). */
  get cookie(): string {
    return `access_token_cookie=${this.#usable()}`;
  }

  /** The text with the key redacted. */
  redact(text: string): string {
    return this.missing ? text : text.replaceAll(this.#key, '<API key>');
  }

  #usable(): string {
    if (this.missing)
      throw new SekoiaError(
        'SEKOIA_AUTH',
        'No API key is set: open the Sekoia configuration, enter the key, and deploy',
      );
    if (!USABLE_KEY.test(this.#key))
      throw new SekoiaError(
        'SEKOIA_AUTH',
        'The API key contains spaces or invalid characters: copy it again into the Sekoia configuration',
      );
    return this.#key;
  }
}
