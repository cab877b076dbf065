import { UNUSED_NODES } from '../../integration/support/unused-nodes';

/** Settings of a Node-RED that is started often: what the flow does not need makes each start slower. */
export const LEAN_SETTINGS = {
  disableEditor: true,
  nodesExcludes: [...UNUSED_NODES, '10-function.js', '80-template.js', '90-exec.js'],
};
