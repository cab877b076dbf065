import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

import { SerialQueue } from '../util/serial-queue';
import { OWNER_ONLY, makeFolder, syncFolder } from './files';

/** A small file that is replaced atomically: after a kill, it contains what was last saved. */
export class JsonFile {
  readonly #file: string;
  readonly #queue = new SerialQueue();

  constructor(file: string) {
    this.#file = file;
  }

  get name(): string {
    return this.#file;
  }

  /**
   * Undefined when there is no such file.
   * @throws when it cannot be read, or is not JSON
   */
  async load(): Promise<unknown> {
    let text: string;
    try {
      text = await readFile(this.#file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    return JSON.parse(text) as unknown;
  }

  /**
   * Resolves when the content is durable.
   * @throws if saving fails; the file does not change then
   */
  save(value: unknown): Promise<void> {
    return this.#queue.run(() => this.#replace(`${JSON.stringify(value)}\n`));
  }

  async #replace(text: string): Promise<void> {
    const folder = path.dirname(this.#file);
    await makeFolder(folder);
    const { handle, fresh } = await this.#openFresh();
    try {
      try {
        await handle.writeFile(text);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(fresh, this.#file);
    } catch (error) {
      await rm(fresh, { force: true }).catch(() => undefined);
      throw error;
    }
    await syncFolder(folder);
  }

  /** Another Node-RED that shares the folder may be saving now, or was killed while it did. */
  async #openFresh(): Promise<{ handle: FileHandle; fresh: string }> {
    const fresh = `${this.#file}.new`;
    try {
      return { handle: await open(fresh, 'wx', OWNER_ONLY), fresh };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (!(await stat(fresh)).isFile()) return { handle: await open(fresh, 'w', OWNER_ONLY), fresh };
    const other = `${this.#file}.${randomBytes(4).toString('hex')}.new`;
    return { handle: await open(other, 'wx', OWNER_ONLY), fresh: other };
  }
}
