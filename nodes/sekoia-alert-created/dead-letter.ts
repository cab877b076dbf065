import type { Node } from 'node-red';

import { alertTopic } from '../../lib/delivery/alert-message';
import type { Entry } from '../../lib/delivery/entry';
import type { AlertSummary } from '../../lib/sekoia/alert';

/** Reports a dead letter to Catch nodes, once, with the known facts. */
export function reportDead(node: Node, entry: Entry, error: Error, summary: AlertSummary | undefined): void {
  node.error(error, {
    topic: alertTopic(entry.uuid),
    ...(summary && { payload: summary }),
    sekoia: {
      run: { attempt: entry.attempt, source: entry.source },
      alert: { uuid: entry.uuid, short_id: summary?.short_id ?? null, url: summary?.url ?? null },
    },
  });
}
