import { NodeRedProcess, type NodeRedOptions } from '../../../scripts/node-red-process';

/** Up and listening: Node-RED may say that its flows have started before it takes connections. */
export async function startNodeRed(options: NodeRedOptions): Promise<NodeRedProcess> {
  const nodeRed = await NodeRedProcess.start(options);
  await nodeRed.waitForLine(/Server now running/);
  return nodeRed;
}
