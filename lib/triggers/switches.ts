import { describe } from '../sekoia/errors';
import { isRecord } from '../sekoia/json';
import type { JsonFile } from './json-file';

const DAY_MS = 24 * 3600 * 1000;

/** A trigger that has not been there for so long is forgotten. One whose flow is disabled is not there either. */
const FORGOTTEN_AFTER_MS = 90 * DAY_MS;

/** The switch could not be remembered, so it was left as it was. */
export class NotRememberedError extends Error {
  constructor(file: string, cause: unknown) {
    super(
      `${file} cannot be written: ${describe(cause)}. The trigger stays as it is; free the disk or make the folder writable, then try again`,
      { cause },
    );
  }
}

/**
 * Which triggers are switched off, by their ids. The others are on. A file that cannot be read is reported and
 * switches none off: a trigger that is on by mistake sends alerts, one that is off by mistake loses them.
 */
export class Switches {
  readonly #file: JsonFile | undefined;
  readonly #onTrouble: (message: string) => void;
  /** When each of them was last there, in epoch ms. */
  readonly #off = new Map<string, number>();
  #loading: Promise<void> | undefined;

  /** @param file where they are remembered; undefined: not beyond this process */
  constructor(file: JsonFile | undefined, onTrouble: (message: string) => void) {
    this.#file = file;
    this.#onTrouble = onTrouble;
  }

  async isOn(id: string): Promise<boolean> {
    await this.#loaded();
    const lastThere = this.#off.get(id);
    if (lastThere === undefined) return true;
    this.#off.set(id, Date.now());
    // Only for its age; another day will do.
    if (lastThere < Date.now() - DAY_MS) await this.#save().catch(() => undefined);
    return false;
  }

  /** Resolves when it is remembered. @throws NotRememberedError and then nothing has changed */
  async set(id: string, on: boolean): Promise<void> {
    await this.#loaded();
    const before = this.#off.get(id);
    if (on) this.#off.delete(id);
    else this.#off.set(id, Date.now());
    try {
      await this.#save();
    } catch (error) {
      if (before === undefined) this.#off.delete(id);
      else this.#off.set(id, before);
      throw new NotRememberedError(this.#file?.name ?? '', error);
    }
  }

  async #save(): Promise<void> {
    await this.#file?.save({ off: Object.fromEntries(this.#off) });
  }

  #loaded(): Promise<void> {
    return (this.#loading ??= this.#load());
  }

  async #load(): Promise<void> {
    try {
      const content = await this.#file?.load();
      if (content === undefined) return;
      if (!isRecord(content) || !isRecord(content.off)) throw new Error('it does not hold what it should');
      const forgotten = Date.now() - FORGOTTEN_AFTER_MS;
      for (const [id, at] of Object.entries(content.off))
        if (typeof at === 'number' && at > forgotten) this.#off.set(id, at);
    } catch (error) {
      const name = this.#file?.name ?? '';
      this.#onTrouble(`${name} cannot be read: ${describe(error)}. All triggers are on`);
    }
  }
}
