import type { NodeAPI, NodeDef } from 'node-red';

import { sharedRuntime } from '../../lib/runtime/shared-runtime';
import { SekoiaError, asSekoiaError } from '../../lib/sekoia/errors';
import { Platform } from '../../lib/sekoia/platform';
import { describe } from '../../lib/util/error-text';
import { registerAdminRoutes } from './admin-routes';
import type { SekoiaConfigNode } from './platform-of';
import { type SekoiaConfigProperties, readPlatformSettings } from './platform-settings';

export default function (RED: NodeAPI): void {
  function SekoiaConfig(this: SekoiaConfigNode, def: NodeDef & SekoiaConfigProperties): void {
    RED.nodes.createNode(this, def);
    const { apiKey } = this.credentials;
    const platform = open(RED, def, apiKey);
    const runtime = sharedRuntime(RED);
    const leave = runtime.join();
    runtime.recording.redact(apiKey ?? '');
    if (platform instanceof Platform) runtime.platforms.set(this.id, platform);
    // Node-RED leaves the key on the node in plain text, where any dump would show it.
    Reflect.deleteProperty(this, 'credentials');

    this.platform = () => {
      if (platform instanceof SekoiaError) throw platform;
      return platform;
    };
    this.on('close', (done: () => void) => {
      const closed = platform instanceof SekoiaError ? Promise.resolve() : platform.close();
      if (runtime.platforms.get(this.id) === platform) runtime.platforms.delete(this.id);
      void closed
        .then(leave)
        .catch((error: unknown) => this.error(describe(error)))
        .finally(done);
    });
  }

  RED.nodes.registerType('sekoia-config', SekoiaConfig as never, {
    credentials: { apiKey: { type: 'password' } },
  });
  registerAdminRoutes(RED);
}

function open(
  RED: NodeAPI,
  properties: SekoiaConfigProperties,
  apiKey: string | undefined,
): Platform | SekoiaError {
  try {
    return new Platform(readPlatformSettings(RED, properties, apiKey));
  } catch (error) {
    return asSekoiaError(error);
  }
}
