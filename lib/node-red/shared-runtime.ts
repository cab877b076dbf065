import path from 'node:path';

import type { NodeAPI } from 'node-red';

import { RunHistory } from '../history';
import { Metrics } from '../metrics/metrics';
import { loadPromClient } from '../metrics/prom-client';
import { type Hooks, RunTracker } from '../runs';
import type { Platform } from '../sekoia/platform';
import { ChangeFeed } from '../triggers/change-feed';
import { CHANGES_TOPIC } from '../triggers/changes';
import type { Counted } from '../triggers/counted';
import { DayCounters } from '../triggers/day-counters';
import { JsonFile } from '../storage/json-file';
import { TriggerRegistry } from '../triggers/registry';
import { Switches } from '../triggers/switches';
import { NodeConfigurations, configurationSource } from './node-configurations';
import { OnePerRuntime } from './one-per-runtime';
import { packageFolder } from './package-folder';
import { packageSettings } from './package-settings';
import { readNumber } from './settings';

const RUNTIMES = new OnePerRuntime<SharedRuntime>('runtime/1');

/** What records the runs: the tracker shows the history their steps. */
export interface Recording {
  readonly history: RunHistory;
  readonly tracker: RunTracker;
}

/** What the nodes and the plugin of this package share in one Node-RED. */
export function sharedRuntime(RED: NodeAPI): SharedRuntime {
  return RUNTIMES.of(RED.hooks, packageFolder(RED), () => new SharedRuntime(RED));
}

export class SharedRuntime {
  readonly triggers = new TriggerRegistry();
  readonly switches: Switches;
  readonly counters: DayCounters;
  readonly changes: ChangeFeed;
  /** Usable configurations, by ID. */
  readonly platforms = new Map<string, Platform>();
  /** Undefined unless they are switched on and can be had. */
  readonly metrics: Metrics | undefined;
  readonly #RED: NodeAPI;
  readonly #folder: string | undefined;
  readonly #secrets = new Set<string>();
  #recording: Promise<Recording> | undefined;
  /** The open one. */
  #history: RunHistory | undefined;
  #closing: Promise<void> = Promise.resolve();
  #users = 0;

  constructor(RED: NodeAPI) {
    this.#RED = RED;
    this.#folder = packageFolder(RED);
    const report = (message: string): void => RED.log.error(`[sekoia] ${message}`);
    this.switches = new Switches(this.#file('switches.json'), report);
    this.counters = new DayCounters(this.#file('day-counters.json'), report);
    if (packageSettings(RED).metrics === true) this.metrics = this.#openMetrics();
    this.changes = new ChangeFeed((changes) => RED.comms.publish(CHANGES_TOPIC, changes, false));
  }

  /**
   * Registers a node. The returned function removes it. When the last node is removed, everything is written to
   * the disk.
   */
  join(): () => Promise<void> {
    this.#users += 1;
    let left = false;
    return async () => {
      if (left) return;
      left = true;
      this.#users -= 1;
      if (this.#users === 0) await this.#close();
    };
  }

  /** Counts an alert of a trigger. */
  counted(triggerId: string, what: Counted): void {
    this.counters.count(triggerId, what);
    this.metrics?.counted(triggerId, what);
  }

  /** Opened when it is first needed. */
  recording(): Promise<Recording> {
    return (this.#recording ??= this.#closing.then(() => this.#open()));
  }

  /** The waiting retries of a trigger are canceled. */
  async waitNoLonger(triggerId: string): Promise<void> {
    const { history } = await this.recording();
    for (;;) {
      const { runs } = history.list({ trigger: triggerId, status: ['waiting'], limit: 200 });
      if (runs.length === 0) return;
      for (const { id } of runs) history.settle(id, { status: 'failed' });
    }
  }

  /**
   * Redacts a secret in all records for as long as this process runs, because a deploy closes a configuration
   * before its last runs have ended.
   */
  redact(secret: string): void {
    this.#secrets.add(secret);
    this.#history?.redact(secret);
  }

  async #open(): Promise<Recording> {
    const { runs } = packageSettings(this.#RED) as { runs?: Record<string, unknown> | null };
    await this.counters.load();
    const history = await RunHistory.open({
      folder: this.#folder,
      keepRuns: Math.round(readNumber(runs?.keep, { min: 1, max: 100_000, fallback: 500 })),
      keepDays: readNumber(runs?.days, { min: 0.01, max: 3650, fallback: 7 }),
      onTrouble: (error) => error && this.#RED.log.error(`[sekoia] ${error.message}`),
      onChange: ({ id, status }) => this.changes.run(id, status),
    });
    for (const secret of this.#secrets) history.redact(secret);
    this.#history = history;
    const configurations = new NodeConfigurations(configurationSource(this.#RED));
    const tracker = new RunTracker({
      // Their types name less than both of them can do.
      hooks: this.#RED.hooks as unknown as Hooks,
      log: this.#RED.log,
      observer: history.observer,
      configurationOf: (node) => configurations.of(node),
      typesBehind: (node) => configurations.typesBehind(node),
    });
    return { history, tracker };
  }

  #openMetrics(): Metrics | undefined {
    const prom = loadPromClient([__dirname, String(this.#RED.settings.userDir)]);
    if (prom !== undefined) return new Metrics(prom, this);
    this.#RED.log.warn(
      '[sekoia] Metrics are not available: run "npm install prom-client" in the user directory and restart Node-RED, or remove metrics from settings.js',
    );
    return undefined;
  }

  /** Without a user directory, state stays in memory. */
  async #close(): Promise<void> {
    if (this.#folder === undefined) return;
    const recording = this.#recording;
    this.#recording = undefined;
    this.#history = undefined;
    this.#closing = Promise.all([
      this.counters.save(),
      recording?.then(({ history }) => history.close()),
    ]).then(() => undefined);
    await this.#closing;
  }

  #file(name: string): JsonFile | undefined {
    return this.#folder === undefined ? undefined : new JsonFile(path.join(this.#folder, name));
  }
}
