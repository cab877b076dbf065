/**
 * Types of nodes, of the core and of this package, that send nothing to another system. Any other type may send
 * something, and so may a missing one.
 */
const INSIDE: ReadonlySet<string> = new Set([
  ...['catch', 'complete', 'status', 'debug', 'comment', 'junction', 'link in', 'link out', 'link call'],
  ...['function', 'switch', 'change', 'range', 'template', 'delay', 'trigger', 'rbe'],
  ...['split', 'join', 'sort', 'batch', 'csv', 'html', 'json', 'xml', 'yaml'],
  ...['sekoia-alert-created', 'sekoia-get-alert', 'sekoia-template', 'sekoia-alert-delivered'],
]);

/** Whether the node keeps a message inside Node-RED. */
export function keepsInside(node: { readonly type: string }): boolean {
  // An instance of a subflow: the nodes in it are steps of their own.
  if (node.type.startsWith('subflow:')) return true;
  return INSIDE.has(node.type) && !usesModules(node);
}

/** A function that loads modules may do anything with them. */
function usesModules(node: { readonly type: string; readonly libs?: unknown }): boolean {
  return node.type === 'function' && Array.isArray(node.libs) && node.libs.length > 0;
}

/** The label of a node without a name: `Switch`, `Link out`, `Get Alert`. */
export function labelOfType(type: string): string {
  if (type.startsWith('subflow:')) return 'Subflow';
  const own = type.startsWith('sekoia-') ? type.slice('sekoia-'.length).split('-') : undefined;
  return own === undefined ? capitalised(type) : own.map(capitalised).join(' ');
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
