import { hasApiKey } from './api-key-presence';
import type { EditorNode } from './editor-node';
import type { PropertyCheck } from './property-checks';

/**
 * Whether a node can work with its Sekoia configuration. The reason says what to do. The texts come from the node's
 * set: `<type>.config.none`, `.gone`, `.invalid`, `.noApiKey`. The property is not `required`, because Node-RED would
 * then report that it is missing, but not what to do.
 */
export const usableConfig: PropertyCheck = (value, { node }) => {
  const problem = configProblem(value);
  return problem === undefined || node._(`${node.type}.config.${problem}`);
};

type ConfigProblem = 'none' | 'gone' | 'invalid' | 'noApiKey';

function configProblem(value: unknown): ConfigProblem | undefined {
  if (typeof value !== 'string' || value === '' || value === '_ADD_') return 'none';
  const config = RED.nodes.node(value) as unknown as EditorNode | null;
  if (config?.type !== 'sekoia-config') return 'gone';
  if (hasApiKey(config) === false) return 'noApiKey';
  if (config.valid === false) return 'invalid';
  return undefined;
}
