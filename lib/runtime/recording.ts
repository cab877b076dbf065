import type { NodeAPI } from 'node-red';

import { RunHistory, type RunStatus } from '../history';
import { NodeConfigurations, configurationSource } from '../node-red/node-configurations';
import { packageSettings } from '../node-red/package-settings';
import { readNumber } from '../node-red/settings';
import { type Hooks, RunTracker } from '../runs';

/** What records runs. The tracker passes their steps to the history. */
export interface Recorders {
  readonly history: RunHistory;
  readonly tracker: RunTracker;
}

/** Opens the history and the tracker when they are first needed, and again after they were closed. */
export class Recording {
  readonly #RED: NodeAPI;
  readonly #folder: string | undefined;
  readonly #onChange: (runId: string, status: RunStatus) => void;
  readonly #secrets = new Set<string>();
  #opening: Promise<Recorders> | undefined;
  #history: RunHistory | undefined;
  #closing: Promise<void> = Promise.resolve();

  constructor(
    RED: NodeAPI,
    folder: string | undefined,
    onChange: (runId: string, status: RunStatus) => void,
  ) {
    this.#RED = RED;
    this.#folder = folder;
    this.#onChange = onChange;
  }

  recorders(): Promise<Recorders> {
    return (this.#opening ??= this.#closing.then(() => this.#open()));
  }

  /**
   * Redacts a secret in all records for as long as this process runs, because a deploy closes a configuration
   * before its last runs have ended.
   */
  redact(secret: string): void {
    this.#secrets.add(secret);
    this.#history?.redact(secret);
  }

  /** Writes everything to the disk. Without a user directory, state stays in memory. */
  close(): Promise<void> {
    if (this.#folder === undefined) return Promise.resolve();
    const opening = this.#opening;
    this.#opening = undefined;
    this.#history = undefined;
    this.#closing = opening?.then(({ history }) => history.close()) ?? this.#closing;
    return this.#closing;
  }

  async #open(): Promise<Recorders> {
    const { runs } = packageSettings(this.#RED) as { runs?: Record<string, unknown> | null };
    const history = await RunHistory.open({
      folder: this.#folder,
      keepRuns: Math.round(readNumber(runs?.keep, { min: 1, max: 100_000, fallback: 500 })),
      keepDays: readNumber(runs?.days, { min: 0.01, max: 3650, fallback: 7 }),
      onTrouble: (error) => error && this.#RED.log.error(`[sekoia] ${error.message}`),
      onChange: ({ id, status }) => this.#onChange(id, status),
    });
    for (const secret of this.#secrets) history.redact(secret);
    this.#history = history;
    return { history, tracker: this.#tracker(history) };
  }

  #tracker({ observer }: RunHistory): RunTracker {
    const { hooks, log } = this.#RED;
    const configurations = new NodeConfigurations(configurationSource(this.#RED));
    return new RunTracker({
      // Their types name less than both of them can do.
      hooks: hooks as unknown as Hooks,
      log,
      observer,
      configurationOf: (node) => configurations.of(node),
      typesBehind: (node) => configurations.typesBehind(node),
    });
  }
}
