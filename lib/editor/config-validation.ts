import { hasApiKey } from './api-key-presence';
import type { EditorNode } from './editor-node';

/**
 * The check of a node's property `config`, for its `validate` (which must declare two parameters, or its reason
 * is not shown). The texts are those of the node's set: `<type>.config.none`, `.gone`, `.invalid`, `.noApiKey`.
 * Without `required` on the property: Node-RED would then say that it is missing, but not what to do.
 * @returns true, or why the node cannot work with this configuration and what to do
 */
export function validateConfig(node: EditorNode, value: unknown): true | string {
  const problem = configProblem(value);
  return problem === undefined || node._(`${node.type}.config.${problem}`);
}

type ConfigProblem = 'none' | 'gone' | 'invalid' | 'noApiKey';

function configProblem(value: unknown): ConfigProblem | undefined {
  if (typeof value !== 'string' || value === '' || value === '_ADD_') return 'none';
  const config = RED.nodes.node(value) as unknown as EditorNode | null;
  if (config?.type !== 'sekoia-config') return 'gone';
  if (hasApiKey(config) === false) return 'noApiKey';
  if (config.valid === false) return 'invalid';
  return undefined;
}
