import type { NodeAPI } from 'node-red';

import { packageSettings } from './package-settings';

/**
 * Scales the package's own waits, from `sekoia: { timeScale: 0.01 }` in settings.js, to rehearse an outage of
 * hours in minutes. The default is 1.
 */
export function timeScale(RED: NodeAPI): number {
  const scale = Number(packageSettings(RED).timeScale ?? 1);
  return scale > 0 && scale <= 1 ? scale : 1;
}

/**
 * Multiplies each wait in the settings by the scale. The names of waits end in `Ms`. Timeouts do not change,
 * because the machine is not faster.
 */
export function scaleTimes<Settings extends object>(settings: Settings, scale: number): Settings {
  if (scale === 1) return settings;
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      isWait(name) && typeof value === 'number' ? Math.ceil(value * scale) : (value as unknown),
    ]),
  ) as Settings;
}

function isWait(name: string): boolean {
  return name.endsWith('Ms') && !name.endsWith('TimeoutMs');
}
