import type { NodeAPI } from 'node-red';

import { isRecord } from '../util/json';

/** `sekoia: { … }` in settings.js. Somebody wrote it by hand, so each value is to be checked. */
export function packageSettings(RED: NodeAPI): Readonly<Record<string, unknown>> {
  const { sekoia } = RED.settings as { sekoia?: unknown };
  return isRecord(sekoia) ? sekoia : {};
}
