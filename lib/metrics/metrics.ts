import type { RunStatus } from '../history';
import { LIVE_STATES } from '../sekoia/live-connection';
import type { Platform } from '../sekoia/platform';
import type { AlertCounter } from '../triggers/alert-counters';
import type { TriggerRegistry } from '../triggers/registry';
import type { PromClient, PromCounter, PromHistogram, PromRegistry } from './prom-client';

/** What is read when somebody asks. */
export interface MetricSources {
  readonly triggers: TriggerRegistry;
  /** By the ids of their configurations. */
  readonly platforms: ReadonlyMap<string, Platform>;
}

/** Seconds: from a flow that only passes on to one that waits until its time-out. */
const BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** Figures for Prometheus. Labels are ids, since names change. Counters start anew when their node does. */
export class Metrics {
  readonly #prom: PromClient;
  readonly #registry: PromRegistry;
  readonly #alerts: PromCounter;
  readonly #durations: PromHistogram;

  constructor(prom: PromClient, sources: MetricSources) {
    this.#prom = prom;
    this.#registry = new prom.Registry();
    this.#alerts = new prom.Counter({
      name: 'sekoia_alerts_total',
      help: 'Alerts by outcome: received, filtered, succeeded, failed (dead letters)',
      labelNames: ['trigger', 'outcome'],
      registers: [this.#registry],
    });
    this.#durations = new prom.Histogram({
      name: 'sekoia_run_duration_seconds',
      help: 'Duration of runs by status',
      labelNames: ['trigger', 'status'],
      buckets: BUCKETS,
      registers: [this.#registry],
    });
    this.#readPlatforms(sources);
    this.#readLedgers(sources);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  count(trigger: string, outcome: AlertCounter): void {
    this.#alerts.inc({ trigger, outcome });
  }

  runSettled(trigger: string, status: RunStatus, durationMs: number): void {
    this.#durations.observe({ trigger, status }, durationMs / 1000);
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #readPlatforms({ platforms }: MetricSources): void {
    const registers = [this.#registry];
    const state = new this.#prom.Gauge({
      name: 'sekoia_liveapi_state',
      help: 'State of the LiveAPI connection of a configuration: 1 for the current state',
      labelNames: ['config', 'state'],
      registers,
      collect: () => {
        state.reset();
        for (const [config, { live }] of platforms)
          for (const one of LIVE_STATES) state.set({ config, state: one }, live.status.state === one ? 1 : 0);
      },
    });
    const reconnects = new this.#prom.Counter({
      name: 'sekoia_liveapi_reconnects_total',
      help: 'Connection attempts to LiveAPI after the first one',
      labelNames: ['config'],
      registers,
      collect: () => {
        reconnects.reset();
        for (const [config, { live }] of platforms)
          reconnects.inc({ config }, Math.max(0, live.attempts - 1));
      },
    });
    const calls = new this.#prom.Counter({
      name: 'sekoia_api_calls_total',
      help: 'Requests to the REST API by HTTP status; none means no answer',
      labelNames: ['config', 'status'],
      registers,
      collect: () => {
        calls.reset();
        for (const [config, { client }] of platforms)
          for (const [status, count] of client.answers) calls.inc({ config, status: String(status) }, count);
      },
    });
  }

  #readLedgers({ triggers }: MetricSources): void {
    const alerts = new this.#prom.Gauge({
      name: 'sekoia_ledger_alerts',
      help: 'Alerts in the ledger of a trigger by state',
      labelNames: ['trigger', 'state'],
      registers: [this.#registry],
      collect: () => {
        alerts.reset();
        for (const { life } of triggers.all)
          for (const [state, count] of Object.entries(life.ledgerCounts ?? {}))
            alerts.set({ trigger: life.id, state }, count);
      },
    });
  }
}
