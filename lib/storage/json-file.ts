import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

const OWNER_ONLY = 0o600;

/** A small file that is replaced atomically: after a kill, it contains what was last saved. */
export class JsonFile {
  readonly #file: string;
  #saving: Promise<unknown> = Promise.resolve();

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
    const saved = this.#saving.then(() => this.#replace(`${JSON.stringify(value)}\n`));
    this.#saving = saved.catch(() => undefined);
    return saved;
  }

  async #replace(text: string): Promise<void> {
    await mkdir(path.dirname(this.#file), { recursive: true, mode: 0o700 });
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
