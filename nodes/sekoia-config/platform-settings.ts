import type { NodeAPI } from 'node-red';

import { packageSettings } from '../../lib/node-red/package-settings';
import { readNumber } from '../../lib/node-red/settings';
import { scaleTimes, timeScale } from '../../lib/node-red/time-scale';
import { LIVE_TIMING } from '../../lib/sekoia/live-timing';
import type { PlatformSettings, PlatformTiming } from '../../lib/sekoia/platform';
import { ERROR_PAUSE_TIMING } from '../../lib/sekoia/error-pause';
import { REST_TIMING } from '../../lib/sekoia/rest-client';
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
