import { setTimeout as sleep } from 'node:timers/promises';

import type { FlowNode } from '../../../scripts/node-red-process';
import type { AlertFields, RaiseOptions } from '../../../simulator';
import { nodeOf } from '../../integration/support/use-case-fixture';
import type { Verdict } from './judge';
import type { Rng } from './rng';
import { settle } from './settle';
import { type NodeRedSiteFixture, openNodeRedSite } from './site-fixture';
import { until } from './until';

export interface ChaosOptions {
  timeScale: number;
  nodeArgs?: string[];
}

/** Changes to the nodes of the first example, by type. */
export type Changes = Record<string, Record<string, unknown>>;

/** A real Node-RED, the platform and the external tool, and the alerts of the scenario that is being played. */
export class ChaosFixture {
  readonly site: NodeRedSiteFixture;
  readonly #timeScale: number;
  #scenario = 0;
  #flows: FlowNode[] = [];
  #raised: string[] = [];

  private constructor(site: NodeRedSiteFixture, timeScale: number) {
    this.site = site;
    this.#timeScale = timeScale;
  }

  static async open({ timeScale, nodeArgs = [] }: ChaosOptions): Promise<ChaosFixture> {
    return new ChaosFixture(await openNodeRedSite(timeScale, nodeArgs), timeScale);
  }

  close(): Promise<void> {
    return this.site.close();
  }

  get trigger(): string {
    return nodeOf(this.#flows, 'sekoia-alert-created').id;
  }

  get flows(): readonly FlowNode[] {
    return this.#flows;
  }

  /** Deploys the example with a trigger that nobody has seen before, and waits until it is live. */
  async begin(changes: Changes = {}): Promise<void> {
    this.prepare(changes);
    await this.deploy();
    await this.live();
  }

  /** The same, but does not deploy it. */
  prepare(changes: Changes = {}): void {
    this.#scenario += 1;
    const { id } = nodeOf(this.site.flows, 'sekoia-alert-created');
    // Not one of the example's ids, which count from 1, too.
    const ownId = `${id.slice(0, 8)}c0${String(this.#scenario).padStart(6, '0')}`;
    this.#flows = JSON.parse(JSON.stringify(this.site.flows).replaceAll(id, ownId)) as FlowNode[];
    this.change(changes);
    this.#raised = [];
    this.site.platform.faults.clear();
    this.site.tool.clear();
  }

  change(changes: Changes): void {
    this.#flows = this.#flows.map((node) => ({ ...node, ...changes[node.type] }));
  }

  /** Puts a node in front of another. */
  insertBefore(type: string, node: Omit<FlowNode, 'id' | 'z' | 'wires'> & { type: string }): void {
    const { id, z } = nodeOf(this.#flows, type);
    const inserted: FlowNode = { ...node, id: `${id.slice(0, 12)}ffff`, z, wires: [[id]] };
    this.#flows = [
      ...this.#flows.map((one) => ({
        ...one,
        ...(Array.isArray(one.wires) && {
          wires: (one.wires as string[][]).map((ids) => ids.map((to) => (to === id ? inserted.id : to))),
        }),
      })),
      inserted,
    ];
  }

  async deploy(): Promise<void> {
    this.site.comms.statuses.delete(this.trigger);
    await this.site.nodeRed.deploy(this.#flows);
  }

  async live(): Promise<void> {
    await this.status(/^live/);
  }

  /** Waits until the status under the trigger matches. */
  async status(pattern: RegExp): Promise<void> {
    const { comms } = this.site;
    const matches = (): boolean => pattern.test(comms.statuses.get(this.trigger)?.text ?? '');
    if (await until(matches, () => comms.history.length)) return;
    const shown = comms.statuses.get(this.trigger)?.text ?? 'nothing';
    throw new Error(`The status is "${shown}", not ${String(pattern)}`);
  }

  raise(count: number, options: RaiseOptions = {}, fields: AlertFields = {}): void {
    this.#raised.push(...this.site.platform.raiseMany(count, fields, options));
  }

  /** Raises alerts in small bursts while something else goes on. */
  async raiseDuring(count: number, rng: Rng, action: () => Promise<void>): Promise<void> {
    const acting = action();
    for (let left = count; left > 0;) {
      const burst = Math.min(left, rng.int(1, 8));
      this.raise(burst);
      left -= burst;
      await sleep(rng.int(0, 40));
    }
    await acting;
  }

  /** Lets so much time pass as the package counts it. */
  async pass(minutes: number): Promise<void> {
    await sleep(this.scaled(minutes));
  }

  /** How many milliseconds these minutes are for the package. */
  scaled(minutes: number): number {
    return minutes * 60_000 * this.#timeScale;
  }

  /** Whether it was ever shown, since Node-RED was started, that alerts of the scenario were given up. */
  get toldDead(): boolean {
    const { trigger } = this;
    return this.site.comms.history.some(
      ({ id, status }) => id === trigger && (status.text ?? '').includes(' dead'),
    );
  }

  /** How often the tool was asked, whatever it answered. */
  get requests(): number {
    return this.site.tool.received.length;
  }

  /**
   * Waits until every alert is delivered, or nothing goes on any more, and tells what became of them.
   * @param progress what else shows that something goes on
   */
  settle(progress?: () => number): Promise<Verdict> {
    const { tool, userDir } = this.site;
    return settle({ raised: this.#raised, tool, userDir, trigger: this.trigger }, progress);
  }
}
