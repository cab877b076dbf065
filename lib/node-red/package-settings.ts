import type { NodeAPI } from 'node-red';

import { isRecord } from '../util/json';

/** `sekoia: { … }` in settings.js. A user wrote it by hand, so check each value. */
export function packageSettings(RED: NodeAPI): Readonly<Record<string, unknown>> {
  const { sekoia } = RED.settings as { sekoia?: unknown };
  return isRecord(sekoia) ? sekoia : {};
}
