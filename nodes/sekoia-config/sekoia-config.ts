import type { Node, NodeAPI, NodeDef } from 'node-red';

import { SekoiaError, asSekoiaError } from '../../lib/sekoia/errors';
import { Platform } from '../../lib/sekoia/platform';

interface SekoiaConfigDef extends NodeDef {
  baseUrl: string;
  liveUrl: string;
  appUrl: string;
  intakeUrl: string;
}

interface SekoiaCredentials {
  apiKey?: string;
}

/** The configuration that the other Sekoia nodes share: where the platform is, and the key to it. */
export interface SekoiaConfigNode extends Node<SekoiaCredentials> {
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
      'No Sekoia configuration is chosen: open this node and choose one',
    );
  return config.platform();
}

export default function (RED: NodeAPI): void {
  function SekoiaConfig(this: SekoiaConfigNode, def: SekoiaConfigDef): void {
    RED.nodes.createNode(this, def);
    const platform = open(def, this.credentials.apiKey);
    // Node-RED leaves the key in plain sight on the node, where any dump of it would show it.
    Reflect.deleteProperty(this, 'credentials');

    this.platform = () => {
      if (platform instanceof SekoiaError) throw platform;
      return platform;
    };
    this.on('close', (done: () => void) => {
      if (platform instanceof SekoiaError) done();
      else void platform.close().finally(done);
    });
  }

  RED.nodes.registerType('sekoia-config', SekoiaConfig as never, {
    credentials: { apiKey: { type: 'password' } },
  });
}

function open(def: SekoiaConfigDef, apiKey: string | undefined): Platform | SekoiaError {
  const { baseUrl, liveUrl, appUrl, intakeUrl } = def;
  try {
    return new Platform({ baseUrl, liveUrl, appUrl, intakeUrl, apiKey });
  } catch (error) {
    return asSekoiaError(error);
  }
}
