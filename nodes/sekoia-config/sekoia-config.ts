import type { Node, NodeAPI, NodeDef } from 'node-red';

import { sharedRuntime } from '../../lib/node-red/shared-runtime';
import { readNumber } from '../../lib/node-red/settings';
import { packageSettings } from '../../lib/node-red/package-settings';
import { scaleTimes, timeScale } from '../../lib/node-red/time-scale';
import { SekoiaError, asSekoiaError } from '../../lib/sekoia/errors';
import { describe } from '../../lib/util/error-text';
import { ERROR_PAUSE_TIMING } from '../../lib/sekoia/error-pause';
import { LIVE_TIMING } from '../../lib/sekoia/live-timing';
import { Platform, type PlatformSettings, type PlatformTiming } from '../../lib/sekoia/platform';
import { REST_TIMING } from '../../lib/sekoia/rest-client';
import { registerAdminRoutes } from './admin-routes';
import { readTransport } from './transport';

/** A handwritten flow file may omit any of them. */
export interface SekoiaConfigProperties {
  baseUrl?: string;
  liveUrl?: string;
  appUrl?: string;
  intakeUrl?: string;
  /** Id of a core `tls-config` node. */
  tls?: string;
  /** Id of a core `http proxy` node. */
  proxy?: string;
  requestsPerSecond?: unknown;
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
      'No Sekoia configuration is selected: open this node and choose one',
    );
  return config.platform();
}

/** What a configuration's properties and key say of the platform. @throws SekoiaError SEKOIA_BAD_INPUT */
export function readPlatformSettings(
  RED: NodeAPI,
  properties: SekoiaConfigProperties,
  apiKey: string | undefined,
): PlatformSettings {
  const {
    baseUrl = 'https://api.sekoia.io',
    liveUrl = '',
    appUrl = '',
    intakeUrl = '',
    tls,
    proxy,
  } = properties;
  return {
    baseUrl,
    liveUrl,
    appUrl,
    intakeUrl,
    apiKey,
    requestsPerSecond: readNumber(properties.requestsPerSecond, { min: 0, max: 1000, fallback: 5 }),
    timing: readTiming(RED),
    ...readTransport(RED, tls, proxy),
  };
}

function readTiming(RED: NodeAPI): PlatformTiming {
  const scale = timeScale(RED);
  // Reuse a read of the same alert for this long. 0 turns this off.
  const shareForMs = readNumber(packageSettings(RED).shareReadsForMs, {
    min: 0,
    max: 60_000,
    fallback: REST_TIMING.shareForMs,
  });
  return {
    rest: scaleTimes({ ...REST_TIMING, shareForMs }, scale),
    live: scaleTimes(LIVE_TIMING, scale),
    limiter: scaleTimes(ERROR_PAUSE_TIMING, scale),
  };
}

export default function (RED: NodeAPI): void {
  function SekoiaConfig(this: SekoiaConfigNode, def: NodeDef & SekoiaConfigProperties): void {
    RED.nodes.createNode(this, def);
    const { apiKey } = this.credentials;
    const platform = open(RED, def, apiKey);
    const runtime = sharedRuntime(RED);
    const leave = runtime.join();
    runtime.redact(apiKey ?? '');
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
