import type { NodeAPI } from 'node-red';

import { type OrphanLedger, orphanLedgers } from '../../lib/delivery/orphan-ledgers';
import { OnePerRuntime } from '../../lib/node-red/one-per-runtime';
import { packageFolder } from '../../lib/node-red/package-folder';

const LOOKS = new OnePerRuntime<{ looked: boolean }>('orphans/1');

/** When the flows have started, warns once about each ledger whose alerts nobody delivers. */
export function warnOfOrphans(RED: NodeAPI): void {
  const folder = packageFolder(RED);
  if (folder === undefined) return;
  const look = LOOKS.of(RED.hooks, folder, () => ({ looked: false }));
  RED.events.once('flows:started', () => {
    if (look.looked) return;
    look.looked = true;
    void orphanLedgers(folder, nodesOf(RED)).then((orphans) => {
      for (const orphan of orphans) RED.log.warn(warningOf(orphan));
    });
  });
}

/** Whether a node with this ID exists, even if it is disabled. */
function nodesOf(RED: NodeAPI): (nodeId: string) => boolean {
  const ids = new Set<string>();
  RED.nodes.eachNode(({ id }) => void ids.add(id));
  // In an instance of a subflow, a node has the instance's id and its own.
  return (nodeId) => ids.has(nodeId) || nodeId.split('-').every((part) => ids.has(part));
}

function warningOf({ nodeId, file, waiting }: OrphanLedger): string {
  const alerts = waiting === 1 ? '1 alert waits' : `${waiting} alerts wait`;
  return `[sekoia] ${alerts} in ${file}, but no node delivers them: the flows have no node ${nodeId}. An import or a copy may have given the node a new ID. To deliver the alerts, import the flow with its original IDs. To drop them, delete the file`;
}
