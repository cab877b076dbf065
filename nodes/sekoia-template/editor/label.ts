import type { EditorNode } from '../../../lib/editor/editor-node';

/** The label of the node on the canvas: its name, or else `JSON body` or `JSON body · msg.request`. */
export function label(node: EditorNode): string {
  const { name, output, outputType } = node as { name?: string; output?: string; outputType?: string };
  if (name !== undefined && name !== '') return name;
  const action = node._('sekoia-template.label.node');
  // Node-RED saves a property of a context store as `#:(store)::property`.
  const target = `${outputType ?? 'msg'}.${(output ?? 'payload').replace(/^#:\(.*?\)::/, '')}`;
  return target === 'msg.payload' ? action : `${action} · ${target}`;
}
