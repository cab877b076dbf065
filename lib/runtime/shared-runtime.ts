import path from 'node:path';

import type { NodeAPI } from 'node-red';

import { type MetricSources, Metrics } from '../metrics/metrics';
import { loadPromClient } from '../metrics/prom-client';
import { OnePerRuntime } from '../node-red/one-per-runtime';
import { packageFolder } from '../node-red/package-folder';
import { packageSettings } from '../node-red/package-settings';
import type { Platform } from '../sekoia/platform';
import { JsonFile } from '../storage/json-file';
import type { AlertCounter } from '../triggers/alert-counters';
import { ChangeFeed } from '../triggers/change-feed';
import { CHANGES_TOPIC } from '../triggers/changes';
import { DayCounters } from '../triggers/day-counters';
import { TriggerRegistry } from '../triggers/registry';
import { Switches } from '../triggers/switches';
import { type Recorders, Recording } from './recording';

const RUNTIMES = new OnePerRuntime<SharedRuntime>('runtime/1');

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
  readonly recording: Recording;
  #users = 0;

  constructor(RED: NodeAPI) {
    const folder = packageFolder(RED);
    const file = (name: string): JsonFile | undefined =>
      folder === undefined ? undefined : new JsonFile(path.join(folder, name));
    const report = (message: string): void => RED.log.error(`[sekoia] ${message}`);
    this.switches = new Switches(file('switches.json'), report);
    this.counters = new DayCounters(file('day-counters.json'), report);
    if (packageSettings(RED).metrics === true) this.metrics = openMetrics(RED, this);
    this.changes = new ChangeFeed((changes) => RED.comms.publish(CHANGES_TOPIC, changes, false));
    this.recording = new Recording(RED, folder, (id, status) => this.changes.run(id, status));
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
  count(triggerId: string, counter: AlertCounter): void {
    this.counters.count(triggerId, counter);
    this.metrics?.count(triggerId, counter);
  }

  /** Opened when they are first needed. */
  async recorders(): Promise<Recorders> {
    await this.counters.load();
    return this.recording.recorders();
  }

  /** Settles the waiting runs of a trigger as failed, because they are not retried. */
  async cancelRetries(triggerId: string): Promise<void> {
    const { history } = await this.recorders();
    for (;;) {
      const { runs } = history.list({ trigger: triggerId, status: ['waiting'], limit: 200 });
      if (runs.length === 0) return;
      for (const { id } of runs) history.settle(id, { status: 'failed' });
    }
  }

  async #close(): Promise<void> {
    await Promise.all([this.counters.save(), this.recording.close()]);
  }
}

function openMetrics(RED: NodeAPI, sources: MetricSources): Metrics | undefined {
  const prom = loadPromClient([__dirname, String(RED.settings.userDir)]);
  if (prom !== undefined) return new Metrics(prom, sources);
  RED.log.warn(
    '[sekoia] Metrics are not available: run "npm install prom-client" in the user directory and restart Node-RED, or remove metrics from settings.js',
  );
  return undefined;
}
