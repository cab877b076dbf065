import path from 'node:path';

import type { NodeAPI } from 'node-red';

/** Where the package keeps its files, in Node-RED's user directory. Undefined when there is no such directory. */
export function packageFolder(RED: NodeAPI): string | undefined {
  const { userDir } = RED.settings;
  return typeof userDir === 'string' && userDir !== '' ? path.join(userDir, 'sekoia') : undefined;
}
