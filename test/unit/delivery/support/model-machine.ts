import { AsyncLocalStorage } from 'node:async_hooks';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

type Call = (...given: unknown[]) => Promise<unknown>;

/** Which machine the code at hand runs on. */
const here = new AsyncLocalStorage<Machine>();

const FILE_CALLS = ['link', 'open', 'readFile', 'readdir', 'rename', 'rm', 'mkdir', 'utimes'] as const;
const HANDLE_CALLS = [
  'write',
  'writeFile',
  'datasync',
  'sync',
  'truncate',
  'stat',
  'readFile',
  'close',
] as const;

/** A machine with one process, which can be stopped, killed, or wait for its disk. */
export class Machine {
  /** The process does not get on. */
  paused = false;
  /** File calls wait: before they are carried out, or after it, before anybody hears of it. */
  stalled: 'before' | 'after' | undefined;
  #killed: { lateWrites: boolean } | undefined;
  #inFlight = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #handles = new Set<fs.FileHandle>();

  static current(): Machine | undefined {
    return here.getStore();
  }

  /** Runs something on this machine, and whatever comes of it. */
  run<T>(action: () => T): T {
    return here.run(this, action);
  }

  get killed(): boolean {
    return this.#killed !== undefined;
  }

  /** File calls under way that wait for nothing but the real disk. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** To be called after each change of what it waits for. */
  changed(): void {
    for (const look of this.#waiting.splice(0)) look();
  }

  /** @param lateWrites what its disk had been given is carried out all the same */
  kill(lateWrites: boolean): void {
    this.#killed = { lateWrites };
    this.changed();
  }

  /** Resolves when the process gets on; never, once it is killed. */
  async gettingOn(): Promise<void> {
    await this.#until(() => !this.paused);
    if (this.killed) await new Promise(() => undefined);
  }

  /** A file call of the process. */
  async call<T>(action: () => Promise<T>): Promise<T> {
    await this.#until(() => !this.paused && this.stalled !== 'before');
    if (this.#killed?.lateWrites === false) await new Promise(() => undefined);
    this.#inFlight += 1;
    try {
      return await action();
    } finally {
      this.#inFlight -= 1;
      await this.#until(() => !this.paused && this.stalled !== 'after');
      if (this.killed) await new Promise(() => undefined);
    }
  }

  holds(handle: fs.FileHandle): void {
    this.#handles.add(handle);
  }

  /** Closes what a killed process had open. */
  async bury(): Promise<void> {
    for (const handle of this.#handles) await handle.close().catch(() => undefined);
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition() && !this.killed) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

/** Lets file calls go through the machines that they are made on, until it is told to stop. */
export async function installMachines(onClaim: (machine: Machine) => void): Promise<() => void> {
  const undo: (() => void)[] = [];
  const wrap = (target: object, name: string, after?: (result: unknown) => void): void => {
    const calls = target as Record<string, Call>;
    const original = calls[name]!;
    calls[name] = async function (this: unknown, ...given) {
      const machine = here.getStore();
      if (machine === undefined) return original.apply(this, given);
      return machine.call(async () => {
        const result = await original.apply(this, given);
        after?.(result);
        return result;
      });
    };
    undo.push(() => (calls[name] = original));
  };
  const file = path.join(os.tmpdir(), `sekoia-handle-${process.pid}`);
  const handle = await fs.open(file, 'w');
  const prototype = Object.getPrototypeOf(handle) as object;
  await handle.close();
  await fs.rm(file);
  for (const name of FILE_CALLS)
    wrap(fs, name, (result) => {
      const machine = here.getStore();
      if (name !== 'open' || machine === undefined) return;
      machine.holds(result as fs.FileHandle);
    });
  for (const name of HANDLE_CALLS) wrap(prototype, name);
  // Others own the ledger no more when there is a new owner file, or when theirs is gone.
  for (const name of ['link', 'rm'] as const) {
    const calls = fs as unknown as Record<string, Call>;
    const original = calls[name]!;
    calls[name] = async (...given) => {
      await original(...given);
      const machine = here.getStore();
      if (machine !== undefined && given.some((one) => String(one).endsWith('.owner'))) onClaim(machine);
    };
    undo.push(() => (calls[name] = original));
  }
  return () => undo.reverse().forEach((one) => one());
}
