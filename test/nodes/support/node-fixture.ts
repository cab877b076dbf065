import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import helper from 'node-red-node-test-helper';

import type { FlowNode } from '../../../scripts/node-red-process';
import { type Platform, startPlatform } from '../../../simulator';
import { type Credentials, NodeRedFixture, type Settings } from './node-red-fixture';
import type { DeploymentType } from './runtime';
import { type TimerScale, scaleTimers } from './timers';

/** What every test of a node has: a platform of its own, Node-RED, and timers that can be scaled. */
export class NodeFixture {
  #platform: Platform | undefined;
  #nodeRed: NodeRedFixture | undefined;
  #settings: Settings = { userDir: '' };
  #config: Record<string, unknown> = {};
  #runs = false;
  #restoreTimers: (() => void) | undefined;

  get platform(): Platform {
    return there(this.#platform);
  }

  get nodeRed(): NodeRedFixture {
    return there(this.#nodeRed);
  }

  /** Node-RED's user directory, for the time of the test. */
  get userDir(): string {
    return this.#settings.userDir;
  }

  async setUp(): Promise<void> {
    this.#platform = await startPlatform();
    this.#platform.setMaxListeners(0);
    this.#platform.live.setMaxListeners(0);
    this.#settings = { userDir: mkdtempSync(path.join(os.tmpdir(), 'node-red-sekoia-nodes-')) };
    this.#nodeRed = new NodeRedFixture(this.#settings);
  }

  async tearDown(): Promise<void> {
    this.#restoreTimers?.();
    this.#restoreTimers = undefined;
    await this.end();
    await this.platform.stop();
    rmSync(this.userDir, { recursive: true });
  }

  /**
   * Runs a flow whose Sekoia configuration, `sekoia`, is that of the platform.
   * @param nodes besides the tab and the configuration
   */
  async run(
    nodes: FlowNode[],
    { apiKey = this.platform.apiKey, ...config }: Record<string, unknown> = {},
  ): Promise<void> {
    this.#config = config;
    this.#runs = true;
    const credentials: Credentials = apiKey === '' ? {} : { sekoia: { apiKey: apiKey as string } };
    await this.nodeRed.load(this.#flowOf(nodes), credentials);
  }

  /** Settings of the configuration, for the next deploy. */
  configure(config: Record<string, unknown>): void {
    this.#config = config;
  }

  /** Deploys other nodes in place of those that run. */
  redeploy(nodes: FlowNode[], type: DeploymentType): Promise<void> {
    return this.nodeRed.deploy(this.#flowOf(nodes), type);
  }

  /** Ends the flow now; at the latest this is done after the test. */
  async end(): Promise<void> {
    if (!this.#runs) return;
    this.#runs = false;
    await this.nodeRed.unload();
  }

  /** A context store that is kept in the user directory, for the next flow. */
  addContextStore(name: string): void {
    const config = { dir: this.userDir, cache: false };
    this.#settings.contextStorage = {
      default: { module: 'memory' },
      [name]: { module: 'localfilesystem', config },
    };
  }

  /** The part of their time that the package's own waits take, from the next flow or deploy on. */
  scaleTime(timeScale: number): void {
    this.#settings.sekoia = { ...this.#settings.sekoia, timeScale };
  }

  /** For how long reads of an alert are one, from the next flow or deploy on. */
  shareReads(forMs: number): void {
    this.#settings.sekoia = { ...this.#settings.sekoia, shareReadsForMs: forMs };
  }

  /** From now on, timers of at least `fromMs` take a part of their time: for time-outs, which are not scaled. */
  shortenTimers({ fromMs, by }: { fromMs: number; by: number }): void {
    this.#scaleTimers({ fromMs, by: 1 / by });
  }

  /** From now on, whoever waits for a second or more waits until the test fails: shows that nobody does. */
  forbidWaits(): void {
    this.#scaleTimers({ fromMs: 1_000, by: 100_000 });
  }

  #scaleTimers(scale: TimerScale): void {
    this.#restoreTimers?.();
    this.#restoreTimers = scaleTimers(scale);
  }

  #flowOf(nodes: FlowNode[]): FlowNode[] {
    return [
      { id: 'tab', type: 'tab', label: 'Test' },
      {
        id: 'sekoia',
        type: 'sekoia-config',
        name: 'Sekoia',
        baseUrl: this.platform.url,
        // More than a test needs: what it waits for is not its turn.
        requestsPerSecond: 100,
        ...this.#config,
      },
      ...nodes,
    ];
  }
}

/** Gives every test of the suite a fixture that is as new, and cleans up after it. */
export function useNodeFixture(): NodeFixture {
  const fixture = new NodeFixture();
  before(() => helper.startServer());
  beforeEach(() => fixture.setUp());
  afterEach(() => fixture.tearDown());
  after(() => helper.stopServer());
  return fixture;
}

function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('Not set up yet');
  return value;
}
