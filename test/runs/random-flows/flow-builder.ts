import type { FlowNode } from '../../../scripts/node-red-process';
import * as nodes from '../support/nodes';
import { Random } from './random';

/** What a flow is made of that explains an outcome. */
export type Trait = 'joins' | 'same ids';

/** A flow in the making: its nodes, on a tab of its own. */
export class FlowBuilder {
  readonly random: Random;
  readonly nodes: FlowNode[] = [];
  readonly traits = new Set<Trait>();
  /** Ids of the nodes that report an error after they are done. */
  readonly lateReporters = new Set<string>();
  readonly name: string;
  #ids = 0;

  constructor(
    readonly seed: number,
    /** Of the target. */
    readonly url: string,
  ) {
    this.random = new Random(seed);
    this.name = `f${seed}`;
    this.nodes.push({ id: this.name, type: 'tab', label: this.name });
  }

  get triggerId(): string {
    return `${this.name}-trigger`;
  }

  id(what: string): string {
    this.#ids += 1;
    return `${this.name}-${what}${this.#ids}`;
  }

  /** Puts a node on the tab, or into what has this id, and returns its id. */
  add(node: FlowNode, z = this.name): string {
    this.nodes.push({ ...node, z });
    return node.id;
  }

  func(code: string, ...wires: string[]): string {
    return this.add(nodes.func(this.id('func'), code, ...wires));
  }

  node(type: string, settings: Record<string, unknown>, ...wires: string[]): string {
    return this.add(nodes.node(type, this.id(type.replaceAll(' ', '-')), settings, ...wires));
  }

  /** Makes the payload again what it was before it was sent. */
  restore(next: string): string {
    return this.func('msg.payload = msg.kept; delete msg.statusCode; return msg;', next);
  }
}
