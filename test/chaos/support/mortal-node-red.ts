import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { NodeRedProcess } from '../../../scripts/node-red-process';
import { LEAN_SETTINGS } from './lean-node-red';
import { startNodeRed } from './node-red';
import { until } from './until';

/** A Node-RED that may be killed at any moment, also while it starts, and started again on what it left. */
export class MortalNodeRed {
  readonly #userDir: string;
  readonly #timeScale: number;
  readonly #pidFile: string;
  #process: NodeRedProcess | undefined;
  /** What a start takes on this machine. */
  startMs = 0;

  constructor(userDir: string, timeScale: number) {
    this.#userDir = userDir;
    this.#timeScale = timeScale;
    this.#pidFile = path.join(userDir, 'pid');
  }

  async start(): Promise<NodeRedProcess> {
    const from = performance.now();
    rmSync(this.#pidFile, { force: true });
    const started = await startNodeRed({
      userDir: this.#userDir,
      settings: { ...LEAN_SETTINGS, sekoia: { timeScale: this.#timeScale } },
      nodeArgs: ['--require', path.join(__dirname, 'preload.cjs')],
      env: { CHAOS_PID_FILE: this.#pidFile },
    });
    this.#process = started;
    this.startMs = performance.now() - from;
    return started;
  }

  /** Kills it so long after its process is there, whether it is up by then or not. */
  async startAndKill(afterMs: number): Promise<void> {
    rmSync(this.#pidFile, { force: true });
    const starting = this.start().catch(() => undefined);
    let pid = 0;
    await until(() => (pid = this.#pid()) > 0);
    await sleep(afterMs);
    process.kill(pid, 'SIGKILL');
    await starting;
    // It was up before it was killed, and its end has not been heard of yet.
    if (this.#process?.running) await once(this.#process, 'exit');
  }

  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  /** 0 until it is there. */
  #pid(): number {
    try {
      return Number(readFileSync(this.#pidFile, 'utf8'));
    } catch {
      return 0;
    }
  }
}
