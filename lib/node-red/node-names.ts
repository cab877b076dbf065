import type { Node, NodeAPI } from 'node-red';

import type { Named } from '../history';
import { text } from '../util/json';

/** What Node-RED stores for a node, a tab, or a subflow. */
interface Configured {
  id: string;
  type: string;
  name?: unknown;
  label?: unknown;
}

/**
 * The names in the editor of a node and its flow: a tab, or an instance of a subflow.
 * @param label the name of a node without a name
 */
export function namesOf(
  RED: NodeAPI,
  node: Pick<Node, 'id' | 'z' | 'name'>,
  label: string,
): { trigger: Named; flow: Named } {
  const all = new Map<string, Configured>();
  RED.nodes.eachNode((configured) => all.set(configured.id, configured));
  return {
    trigger: { id: node.id, name: node.name === undefined || node.name === '' ? label : node.name },
    flow: { id: node.z, name: flowName(node.z, all) },
  };
}

function flowName(id: string, all: ReadonlyMap<string, Configured>): string {
  // Inside a subflow the runtime puts the id of its instance in front.
  const flow = all.get(id) ?? all.get(id.slice(id.lastIndexOf('-') + 1));
  if (flow === undefined) return id;
  const own = [flow.label, flow.name].map(text).find((name) => name !== null && name !== '');
  if (typeof own === 'string') return own;
  const definition = /^subflow:(.+)$/.exec(flow.type)?.[1];
  return definition === undefined ? id : flowName(definition, all);
}
