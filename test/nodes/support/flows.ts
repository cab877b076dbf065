import type { FlowNode } from '../../../scripts/node-red-process';

/** An `alert-created` node that sends to the sink `alerts`, which is listed with it. */
export function trigger(settings: Record<string, unknown> = {}): FlowNode[] {
  return [
    node('sekoia-alert-created', 'trigger', { config: 'sekoia', ...settings }, 'alerts'),
    sink('alerts'),
  ];
}

/** A node on the tab, wired to others. */
export function node(
  type: string,
  id: string,
  settings: Record<string, unknown> = {},
  ...wires: string[]
): FlowNode {
  return { id, type, z: 'tab', name: '', ...settings, wires: [wires] };
}

export function sink(id: string): FlowNode {
  return node('sink', id);
}

/** A Catch and a Complete node for another node, with the sinks `caught` and `completed`. */
export function outcomes(scope: string): FlowNode[] {
  return [
    node('catch', 'catcher', { scope: null, uncaught: false }, 'caught'),
    node('complete', 'completer', { scope: [scope] }, 'completed'),
    sink('caught'),
    sink('completed'),
  ];
}
