import type { EditorNode } from '../../../lib/editor/editor-node';

/** Where a step took place, as the editor shows it. */
export interface StepPlace {
  /** The node on a flow. For a step inside a subflow, this is the instance of the subflow. */
  readonly onFlow: string | undefined;
  /** The node itself. For a step inside a subflow, this is the node in the definition of the subflow. */
  readonly node: string | undefined;
}

/**
 * Inside a subflow, the runtime names a node `<id of the instance>-<id in the definition>`. In a nested subflow, it
 * names the node `<instance>-<instance in the definition>-<id in the definition>`. An ID may contain dashes.
 */
export function placeOf(stepNodeId: string): StepPlace {
  if (isNode(stepNodeId)) return { onFlow: stepNodeId, node: stepNodeId };
  const parts = stepNodeId.split('-');
  let onFlow: string | undefined;
  let node: string | undefined;
  for (let at = 1; at < parts.length; at++) {
    const [head, tail] = [parts.slice(0, at).join('-'), parts.slice(at).join('-')];
    if (onFlow === undefined && isNode(head)) onFlow = head;
    // The shortest tail that is a node wins.
    if (isNode(tail)) node = tail;
  }
  return { onFlow, node };
}

/** Reveals the place of a step: inside its subflow if that is open, or else on its flow. */
export function reveal({ onFlow, node }: StepPlace): void {
  const inner = node === undefined ? undefined : (RED.nodes.node(node) as EditorNode | null);
  if (inner?.z === RED.workspaces.active()) RED.view.reveal(inner.id);
  else if (onFlow !== undefined) RED.view.reveal(onFlow);
}

/** The label of a step's node on the canvas. Undefined: the editor has no such node. */
export function labelOf({ node, onFlow }: StepPlace): string | undefined {
  const shown = RED.nodes.node(node ?? onFlow ?? '') as EditorNode | null;
  return shown ? RED.utils.getNodeLabel(shown, shown.type) : undefined;
}

/** Opens the flow of a run if it still exists. */
export function showFlow(id: string): void {
  if (isFlow(id) && RED.workspaces.active() !== id) RED.workspaces.show(id);
}

function isNode(id: string): boolean {
  return Boolean(RED.nodes.node(id));
}

function isFlow(id: string): boolean {
  return Boolean(RED.nodes.workspace(id));
}
