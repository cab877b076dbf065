import { createRequire } from 'node:module';
import path from 'node:path';

/** What is used of prom-client, which is not among this package's dependencies. */
export interface PromClient {
  Registry: new () => PromRegistry;
  Counter: new (options: MetricOptions) => PromCounter;
  Gauge: new (options: MetricOptions) => PromGauge;
  Histogram: new (options: MetricOptions & { buckets: number[] }) => PromHistogram;
}

export type Labels = Record<string, string>;

export interface PromRegistry {
  readonly contentType: string;
  metrics(): Promise<string>;
}

interface MetricOptions {
  name: string;
  help: string;
  labelNames: string[];
  registers: PromRegistry[];
  /** Called before each scrape. */
  collect?: () => void;
}

export interface PromCounter {
  inc(labels: Labels, value?: number): void;
  reset(): void;
}

export interface PromGauge {
  set(labels: Labels, value: number): void;
  reset(): void;
}

export interface PromHistogram {
  observe(labels: Labels, value: number): void;
}

/** The first that is installed where one of these folders would look for it; undefined when none is. */
export function loadPromClient(folders: readonly string[]): PromClient | undefined {
  for (const folder of folders) {
    try {
      return createRequire(path.join(folder, 'any.js'))('prom-client') as PromClient;
    } catch {
      // Not there, or it does not run on this Node.js.
    }
  }
  return undefined;
}
