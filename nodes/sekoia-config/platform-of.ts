import type { Node, NodeAPI } from 'node-red';

import { SekoiaError } from '../../lib/sekoia/errors';
import type { Platform } from '../../lib/sekoia/platform';

/** The configuration that the other Sekoia nodes share: where the platform is, and the key to it. */
export interface SekoiaConfigNode extends Node<{ apiKey?: string }> {
  /** @throws SekoiaError SEKOIA_BAD_INPUT when the configuration cannot be used. */
  platform(): Platform;
}

/**
 * The platform of the configuration that a node names.
 * @throws SekoiaError SEKOIA_BAD_INPUT when there is none, or it cannot be used.
 */
export function platformOf(RED: NodeAPI, configId: string): Platform {
  const config = RED.nodes.getNode(configId) as SekoiaConfigNode | null;
  if (typeof config?.platform !== 'function')
    throw new SekoiaError(
      'SEKOIA_BAD_INPUT',
      'No Sekoia configuration is selected: open this node and choose one',
    );
  return config.platform();
}
