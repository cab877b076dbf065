import type { NodeAPI } from 'node-red';

import { packageSettings } from './package-settings';

/**
 * How fast time passes for the package's own waits, from `sekoia: { timeScale: 0.01 }` in settings.js: for
 * rehearsing an outage of hours in minutes. 1 if nothing is set.
 */
export function timeScale(RED: NodeAPI): number {
  const scale = Number(packageSettings(RED).timeScale ?? 1);
  return scale > 0 && scale <= 1 ? scale : 1;
}

/**
 * The settings with each wait in them multiplied by the scale. A wait is told by a name that ends in `Ms`; time-outs
 * stay, since the machine is no faster.
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
