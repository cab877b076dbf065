import type { Node, NodeAPI } from 'node-red';

import { DeliveryEvents } from '../../lib/delivery/delivery-events';
import { DISPATCHER_TIMING } from '../../lib/delivery/dispatcher-timing';
import { TRIGGER_TIMING } from '../../lib/triggers/trigger-timing';
import type { Named } from '../../lib/history';
import { readNumber } from '../../lib/node-red/settings';
import type { SharedRuntime } from '../../lib/runtime/shared-runtime';
import { scaleTimes, timeScale } from '../../lib/node-red/time-scale';
import type { SekoiaError } from '../../lib/sekoia/errors';
import type { Platform } from '../../lib/sekoia/platform';
import { FlowSender } from '../../lib/triggers/flow-sender';
import { settledOf } from '../../lib/triggers/run-settled';
import { TriggerLife } from '../../lib/triggers/trigger-life';
import { reportDead } from './dead-letter';
import { ledgerStorage } from './ledger-storage';
import type { AlertCreatedSettings } from './properties';

/** Between attempts at opening a ledger whose disk or store is away. */
const REOPEN_AFTER_MS = 30_000;

/** Node-RED's default. Node-RED does not wait longer for a node to close. */
const NODE_CLOSE_TIMEOUT_MS = 15_000;

/** Time for the ledger and the history after the runs have ended. */
const RESERVE_MS = 2_000;

/** How long runs may continue when the node closes: as long as Node-RED waits, less the reserve. */
function stopTimeoutMs(RED: NodeAPI): number {
  const { nodeCloseTimeout } = RED.settings as { nodeCloseTimeout?: unknown };
  const closeMs = readNumber(nodeCloseTimeout, { min: 0, max: 3_600_000, fallback: NODE_CLOSE_TIMEOUT_MS });
  return Math.max(closeMs / 2, closeMs - RESERVE_MS);
}

/** Connects the trigger of a node to the node and to the shared runtime. */
export function lifeOf(
  RED: NodeAPI,
  node: Node,
  platform: Platform | SekoiaError,
  settings: AlertCreatedSettings,
  runtime: SharedRuntime,
  names: () => { trigger: Named; flow: Named },
): { life: TriggerLife; events: DeliveryEvents } {
  const scale = timeScale(RED);
  const events = new DeliveryEvents();
  countEvents(events, node.id, runtime);
  reportEvents(events, node);
  const life = new TriggerLife({
    id: node.id,
    platform,
    events,
    ...settings,
    timing: {
      ...scaleTimes({ ...DISPATCHER_TIMING, ...TRIGGER_TIMING, reconcileMs: settings.reconcileMs }, scale),
      stopTimeoutMs: stopTimeoutMs(RED),
    },
    reopenAfterMs: REOPEN_AFTER_MS * scale,
    switches: runtime.switches,
    ledgerStorage: ledgerStorage(RED, node, settings.store),
    openSender: async () =>
      new FlowSender({
        ...(await runtime.recorders()),
        ...settings,
        ...names(),
        events,
        triggerNode: { id: node.id, type: node.type, name: node.name },
        send: (message) => node.send(message),
      }),
  });
  return { life, events };
}

/** Keeps the figures of the day, and the metrics. */
function countEvents(events: DeliveryEvents, id: string, runtime: SharedRuntime): void {
  events.on('accepted', () => runtime.count(id, 'received'));
  events.on('filtered', () => runtime.count(id, 'filtered'));
  events.on('dead', () => runtime.count(id, 'failed'));
  events.on('skipped', () => void runtime.cancelRetries(id));
  events.on('ended', ({ attempt, outcome, verdict }) => {
    const { status } = settledOf(outcome, verdict);
    runtime.metrics?.runSettled(id, status, performance.now() - attempt.startedMs);
    if (verdict === 'delivered') runtime.count(id, 'succeeded');
  });
}

/** Tells the log and Catch nodes what went wrong. */
function reportEvents(events: DeliveryEvents, node: Node): void {
  events.on('trouble', ({ message, level }) => node[level](message));
  events.on('dead', ({ entry, error, summary }) => reportDead(node, entry, error, summary));
}
