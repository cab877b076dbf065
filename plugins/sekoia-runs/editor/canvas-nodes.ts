import type { EditorNode } from '../../../lib/editor/editor-node';

/** Where a step took place, as far as the editor shows it. */
export interface StepPlace {
  /** The node on a flow: of a step inside a subflow the instance of it. */
  readonly onFlow: string | undefined;
  /** The node itself: of a step inside a subflow the node in its definition. */
  readonly node: string | undefined;
}

/**
 * Inside a subflow the runtime calls a node `<id of the instance>-<id in the definition>`, and in one inside
 * another `<instance>-<instance in the definition>-<id in the definition>`; an id may have dashes of its own.
 */
export function placeOf(stepNodeId: string): StepPlace {
  if (isNode(stepNodeId)) return { onFlow: stepNodeId, node: stepNodeId };
  const parts = stepNodeId.split('-');
  let onFlow: string | undefined;
  let node: string | undefined;
  for (let at = 1; at < parts.length; at++) {
    const [head, tail] = [parts.slice(0, at).join('-'), parts.slice(at).join('-')];
    if (onFlow === undefined && isNode(head)) onFlow = head;
    // The last one: the tail gets shorter.
    if (isNode(tail)) node = tail;
  }
  return { onFlow, node };
}

/** Shows where a step took place: inside its subflow if that is open, else on its flow. */
export function reveal({ onFlow, node }: StepPlace): void {
  const inner = node === undefined ? undefined : (RED.nodes.node(node) as EditorNode | null);
  if (inner?.z === RED.workspaces.active()) RED.view.reveal(inner.id);
  else if (onFlow !== undefined) RED.view.reveal(onFlow);
}

/** What the canvas shows on the node of a step; undefined if the editor has no such node. */
export function labelOf({ node, onFlow }: StepPlace): string | undefined {
  const shown = RED.nodes.node(node ?? onFlow ?? '') as EditorNode | null;
  return shown ? RED.utils.getNodeLabel(shown, shown.type) : undefined;
}

/** Brings the flow of a run to the front, unless it is gone. */
export function showFlow(id: string): void {
  if (isFlow(id) && RED.workspaces.active() !== id) RED.workspaces.show(id);
}

function isNode(id: string): boolean {
  return Boolean(RED.nodes.node(id));
}

function isFlow(id: string): boolean {
  return Boolean(RED.nodes.workspace(id));
}
