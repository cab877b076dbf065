import { describe } from '../util/error-text';
import { isRecord } from '../util/json';
import { SerialQueue } from '../util/serial-queue';
import type { JsonFile } from '../storage/json-file';

const DAY_MS = 24 * 3600 * 1000;

/**
 * A trigger that has been missing for this long is forgotten. A trigger in a disabled flow counts as missing.
 */
const FORGOTTEN_AFTER_MS = 90 * DAY_MS;

/** The switch could not be saved, so it did not change. */
export class NotRememberedError extends Error {
  constructor(file: string, cause: unknown) {
    super(
      `${file} cannot be written: ${describe(cause)}. The trigger did not change. Free the disk or make the folder writable, and then try again`,
      { cause },
    );
  }
}

/**
 * Which triggers are switched off, by ID. The others are on. A file that cannot be read is reported and
 * switches nothing off, because a trigger that is on by mistake sends alerts, but one that is off by mistake
 * does not. The file is read each time, because another Node-RED may use it, too, for example during a rolling
 * update.
 */
export class Switches {
  readonly #file: JsonFile | undefined;
  readonly #onTrouble: (message: string) => void;
  /** When each of them was last there, in epoch ms. */
  readonly #off = new Map<string, number>();
  readonly #queue = new SerialQueue();
  /** The reported error, until it is over. */
  #trouble: string | undefined;

  /** @param file where they are remembered; undefined: not beyond this process */
  constructor(file: JsonFile | undefined, onTrouble: (message: string) => void) {
    this.#file = file;
    this.#onTrouble = onTrouble;
  }

  isOn(id: string): Promise<boolean> {
    return this.#queue.run(async () => {
      await this.#read();
      const lastThere = this.#off.get(id);
      if (lastThere === undefined) return true;
      this.#off.set(id, Date.now());
      // Only for its age; another day will do.
      if (lastThere < Date.now() - DAY_MS) await this.#save().catch(() => undefined);
      return false;
    });
  }

  /** Resolves when it is remembered. @throws NotRememberedError and then nothing has changed */
  set(id: string, on: boolean): Promise<void> {
    return this.#queue.run(async () => {
      await this.#read();
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
    });
  }

  async #save(): Promise<void> {
    await this.#file?.save({ off: Object.fromEntries(this.#off) });
  }

  /** If the file cannot be read, the known state stays. */
  async #read(): Promise<void> {
    if (this.#file === undefined) return;
    try {
      const content = await this.#file.load();
      if (content !== undefined && (!isRecord(content) || !isRecord(content.off)))
        throw new Error('its content is not valid');
      const off = isRecord(content?.off) ? content.off : {};
      const forgotten = Date.now() - FORGOTTEN_AFTER_MS;
      this.#off.clear();
      for (const [id, at] of Object.entries(off))
        if (typeof at === 'number' && at > forgotten) this.#off.set(id, at);
      this.#trouble = undefined;
    } catch (error) {
      const trouble = `${this.#file.name} cannot be read: ${describe(error)}. ${this.#off.size === 0 ? 'All triggers are on' : 'The triggers keep their state'}`;
      if (trouble !== this.#trouble) this.#onTrouble(trouble);
      this.#trouble = trouble;
    }
  }
}
