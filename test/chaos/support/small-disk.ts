import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const SIZE = '256k';

/** A folder on a small disk of its own: one that can be filled, and made read-only even for root. */
export class SmallDisk {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Why there is none on this machine; undefined if there is. */
  static missing(): string | undefined {
    if (process.platform !== 'linux') return 'needs Linux';
    return process.getuid?.() === 0 && mayMount() ? undefined : 'needs the right to mount';
  }

  /** Covers what the folder holds until it is removed. */
  static mount(folder: string): SmallDisk {
    mkdirSync(folder, { recursive: true });
    run('mount', '-t', 'tmpfs', '-o', `size=${SIZE}`, 'chaos', folder);
    return new SmallDisk(folder);
  }

  fill(): void {
    try {
      for (let file = 0; ; file += 1)
        writeFileSync(path.join(this.#folder, `filler-${file}`), Buffer.alloc(4096));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }

  free(): void {
    for (let file = 0; ; file += 1) {
      try {
        rmSync(path.join(this.#folder, `filler-${file}`));
      } catch {
        return;
      }
    }
  }

  /** Refused while a file on it is open for writing. */
  readOnly(on: boolean): void {
    run('mount', '-o', `remount,${on ? 'ro' : 'rw'}`, this.#folder);
  }

  /** At once, also while files on it are open. */
  remove(): void {
    run('umount', '--lazy', this.#folder);
  }
}

/** Sets the size that a process may make its files, as `ulimit -f` would have at its start. */
export function limitFileSize(pid: number, bytes: number | 'unlimited'): void {
  run('prlimit', '--pid', String(pid), `--fsize=${bytes}:unlimited`);
}

export function prlimitMissing(): string | undefined {
  return spawnSync('prlimit', ['--version']).status === 0 ? undefined : 'needs prlimit';
}

/** A container may have root and still not be allowed to. */
function mayMount(): boolean {
  return spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'chaos', '/mnt']).status === 0;
}

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
