import type { NodeAPI } from 'node-red';

import { registerRoutes } from './routes';

/** The Runs sidebar and its admin API, docs/admin-api.md. */
export default function (RED: NodeAPI): void {
  RED.plugins.registerPlugin('sekoia-runs', { type: 'sekoia-runs' });
  registerRoutes(RED);
}
