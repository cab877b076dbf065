import type { EditorNode } from '../../../lib/editor/editor-node';

/** What stands on the node: its name, or what it does: `JSON body`, `JSON body · msg.request`. */
export function label(node: EditorNode): string {
  const { name, output, outputType } = node as { name?: string; output?: string; outputType?: string };
  if (name !== undefined && name !== '') return name;
  const action = node._('sekoia-template.label.node');
  // A property of a context store is saved as `#:(store)::property`.
  const target = `${outputType ?? 'msg'}.${(output ?? 'payload').replace(/^#:\(.*?\)::/, '')}`;
  return target === 'msg.payload' ? action : `${action} · ${target}`;
}
