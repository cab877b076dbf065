import type { Node, NodeAPI, NodeDef } from 'node-red';

import { Ledger } from '../../lib/delivery/ledger';
import { LedgerError } from '../../lib/delivery/ledger-error';
import { Trigger, type TriggerStatus } from '../../lib/delivery/trigger';
import { DISPATCHER_TIMING } from '../../lib/delivery/dispatcher-timing';
import { TRIGGER_TIMING } from '../../lib/delivery/trigger-timing';
import { scaleTimes, timeScale } from '../../lib/node-red/time-scale';
import { migrateNode } from '../../lib/migration/steps';
import { asSekoiaError } from '../../lib/sekoia/errors';
import type { Platform } from '../../lib/sekoia/platform';
import { platformOf } from '../sekoia-config/sekoia-config';
import { reportDead } from './dead-letter';
import { makeEmitter } from './emitter';
import { ledgerStorage } from './ledger-storage';
import { type AlertCreatedProperties, readSettings } from './properties';
import { StatusLine } from './status-line';

/** Between attempts at opening a ledger whose disk or store is away. */
const REOPEN_AFTER_MS = 30_000;

export default function (RED: NodeAPI): void {
  function SekoiaAlertCreated(this: Node, raw: NodeDef & AlertCreatedProperties): void {
    RED.nodes.createNode(this, raw);
    const { config: def, warning } = migrateNode('sekoia-alert-created', raw);
    if (warning !== undefined) this.warn(warning);
    let platform: Platform | undefined;
    const statusLine = new StatusLine(
      this,
      (key, values) => RED._(`sekoia-alert-created.status.${key}`, values),
      () => platform?.limiter.wait,
    );
    try {
      platform = platformOf(RED, def.config);
    } catch (thrown) {
      const error = asSekoiaError(thrown);
      const config = RED.nodes.getNode(def.config) as Node | null;
      statusLine.off(config === null ? 'off' : 'misconfigured');
      this.error(error.message);
      return;
    }

    const running = runTrigger(RED, this, platform, def, statusLine);
    this.on('close', (done: () => void) => {
      void running.stop().finally(() => {
        statusLine.clear();
        done();
      });
    });
  }

  RED.nodes.registerType('sekoia-alert-created', SekoiaAlertCreated);
}

/** Opens the ledger, as soon as it can be opened, and starts the trigger on it. */
function runTrigger(
  RED: NodeAPI,
  node: Node,
  platform: Platform,
  def: AlertCreatedProperties,
  statusLine: StatusLine,
): { stop: () => Promise<void> } {
  const settings = readSettings(def);
  const scale = timeScale(RED);
  const createdMs = performance.now();
  const emitter = makeEmitter(RED, node, settings);
  let trigger: Trigger | undefined;
  let reopen: NodeJS.Timeout | undefined;
  const stopped = new AbortController();
  let reported: TriggerStatus['state'] | undefined;
  let notOpened: string | undefined;

  const onStatus = (status: TriggerStatus): void => {
    statusLine.show(status);
    // Once per change: an hour of refusals is one line in the log.
    if (status.state === 'refused' && reported !== 'refused' && status.error) node.warn(status.error.message);
    reported = status.state;
  };

  const open = async (): Promise<void> => {
    try {
      const ledger = await Ledger.open({
        storage: ledgerStorage(RED, node, settings.store),
        onTrouble: (error) => {
          if (error !== undefined) node.error(error.message);
          trigger?.ledgerChanged(error);
        },
      });
      if (stopped.signal.aborted) {
        await ledger.close();
        return;
      }
      trigger = new Trigger({
        client: platform.client,
        live: platform.live,
        ledger,
        criteria: settings.criteria,
        // Alerts count from the deploy on, not from when the ledger could be opened at last.
        startAgoSeconds: settings.startAgoSeconds + (performance.now() - createdMs) / 1000,
        maxInFlight: settings.maxInFlight,
        retries: settings.retries,
        atMostOnce: settings.atMostOnce,
        timing: scaleTimes(
          { ...DISPATCHER_TIMING, ...TRIGGER_TIMING, reconcileMs: settings.reconcileMs },
          scale,
        ),
        emit: (message) => emitter.emit(message),
        onStatus,
        onDead: (entry, error, summary) => reportDead(node, entry, error, summary),
      });
      trigger.start();
    } catch (error) {
      if (stopped.signal.aborted) return;
      const why = error instanceof Error ? error.message : String(error);
      // Once per reason: a store that is never there is one line in the log.
      if (why !== notOpened) {
        statusLine.off('ledger');
        node.error(why);
      }
      notOpened = why;
      if (error instanceof LedgerError && error.kind === 'unavailable')
        reopen = setTimeout(() => {
          opening = open();
        }, REOPEN_AFTER_MS * scale);
    }
  };
  let opening = open();
  const stopListening = platform.limiter.listen(() => trigger && statusLine.show(trigger.status));

  return {
    stop: async () => {
      stopped.abort();
      stopListening();
      clearTimeout(reopen);
      await opening;
      await trigger?.stop();
      emitter.close();
    },
  };
}
