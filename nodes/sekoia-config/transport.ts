import type { ConnectionOptions } from 'node:tls';

import type { Node, NodeAPI } from 'node-red';

import type { TransportSettings } from '../../lib/sekoia/agents';
import { SekoiaError } from '../../lib/sekoia/errors';

/** The core `tls-config` node. Its fields differ between versions of Node-RED; this method does not. */
interface TlsConfigNode extends Node {
  addTLSOptions(options: ConnectionOptions): void;
}

/** The core `http proxy` node. */
interface HttpProxyNode extends Node<{ username?: string; password?: string }> {
  url: string;
  noproxy?: string[];
}

/**
 * How the platform is reached, by the core nodes that a configuration names.
 * @throws SekoiaError SEKOIA_BAD_INPUT when one of them is not there (deleted, or not deployed yet)
 */
export function readTransport(
  RED: NodeAPI,
  tls: string | undefined,
  proxy: string | undefined,
): TransportSettings {
  const settings: TransportSettings = {};
  if (tls) {
    settings.tls = {};
    (find(RED, tls, 'TLS configuration') as TlsConfigNode).addTLSOptions(settings.tls);
  }
  if (proxy) {
    const { url, noproxy, credentials } = find(RED, proxy, 'proxy') as HttpProxyNode;
    const { username, password } = (credentials as typeof credentials | undefined) ?? {};
    settings.proxy = {
      url,
      ...(noproxy && { noProxy: noproxy }),
      ...(username && { username }),
      ...(password && { password }),
    };
  }
  return settings;
}

function find(RED: NodeAPI, id: string, what: string): Node {
  const node = RED.nodes.getNode(id) as Node | null;
  if (node !== null) return node;
  throw new SekoiaError(
    'SEKOIA_BAD_INPUT',
    `The ${what} of the Sekoia configuration does not exist: deploy it, or choose another one`,
  );
}
