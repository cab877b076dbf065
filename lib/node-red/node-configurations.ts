import type { NodeAPI, NodeDef } from 'node-red';

import type { Configuration, RuntimeNode } from '../runs';

/**
 * What this needs from Node-RED. `getSetting` is `RED.util`'s: it knows the environment of groups and subflows,
 * too.
 */
export interface ConfigurationSource {
  eachNode(callback: (configuration: NodeDef) => void): void;
  getSetting(node: RuntimeNode, name: string): unknown;
}

export function configurationSource(RED: NodeAPI): ConfigurationSource {
  return {
    eachNode: (callback) => {
      RED.nodes.eachNode(callback);
    },
    getSetting: (node, name) => RED.util.getSetting(node as never, name),
  };
}

/**
 * Finds the configurations of nodes: a node does not keep its own. That of a node inside a subflow is found by its
 * id in the subflow's definition; one inside a subflow that a module brings is not known.
 */
export class NodeConfigurations {
  readonly #source: ConfigurationSource;
  /** A node is made anew when its configuration changes. */
  readonly #known = new WeakMap<RuntimeNode, { readonly configuration: Configuration | undefined }>();

  constructor(source: ConfigurationSource) {
    this.#source = source;
  }

  of(node: RuntimeNode): Configuration | undefined {
    let known = this.#known.get(node);
    if (known === undefined) {
      known = { configuration: this.#find(node) };
      this.#known.set(node, known);
    }
    return known.configuration;
  }

  /**
   * The types of all nodes that are wired after a node. Undefined if a wire enters or leaves a subflow, or
   * leads to a missing node.
   */
  typesBehind(node: RuntimeNode): string[] | undefined {
    const all = new Map<string, NodeDef>();
    this.#source.eachNode((configuration) => all.set(configuration.id, configuration));
    const flow = node.z === undefined ? undefined : all.get(node.z);
    // Inside a subflow, wires may lead to its outputs.
    if (flow?.type !== 'tab') return undefined;
    const found = new Map<string, string>();
    const open = wiresOf(this.of(node));
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (found.has(id)) continue;
      const next = all.get(id);
      if (next === undefined) return undefined;
      found.set(id, next.type);
      open.push(...wiresOf(next as unknown as Configuration));
    }
    return [...found.values()];
  }

  #find(node: RuntimeNode): Configuration | undefined {
    let found: NodeDef | undefined;
    this.#source.eachNode((configuration) => {
      if (configuration.id === node.id || configuration.id === node._alias) found ??= configuration;
    });
    if (found?.type !== node.type) return undefined;
    return Object.fromEntries(
      Object.entries(found).map(([name, value]) => [name, this.#filledIn(node, value)]),
    );
  }

  /** As Node-RED does for a property that is an environment variable as a whole, `${NAME}`. */
  #filledIn(node: RuntimeNode, value: unknown): unknown {
    const name = typeof value === 'string' ? /^\$(?:\{(\S+)\}|\((\S+)\))$/.exec(value) : null;
    if (name === null) return value;
    return this.#source.getSetting(node, name[1] ?? name[2] ?? '') ?? value;
  }
}

function wiresOf(configuration: Configuration | undefined): string[] {
  const wires = configuration?.wires;
  return Array.isArray(wires) ? wires.flat().filter((id) => typeof id === 'string') : [];
}
