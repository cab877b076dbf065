import type { NodeAPI } from 'node-red';

/** What concerns this package in settings.js: `sekoia: { … }`. Whoever wrote it may have written anything. */
export interface PackageSettings {
  /** See `timeScale`. */
  timeScale?: unknown;
  /** Reads of the same alert within so many ms are one, as Get Alert's after its trigger's. 0: each is its own. */
  shareReadsForMs?: unknown;
}

export function packageSettings(RED: NodeAPI): PackageSettings {
  const { sekoia } = RED.settings as { sekoia?: unknown };
  return typeof sekoia === 'object' && sekoia !== null ? sekoia : {};
}
