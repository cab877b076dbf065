import type { Node, NodeAPI, NodeDef } from 'node-red';

import type { AlertCriteria } from '../../lib/delivery/alert-filter';
import { MemoryLedger } from '../../lib/delivery/memory-ledger';
import { Trigger, type TriggerStatus } from '../../lib/delivery/trigger';
import { readList, readNumber } from '../../lib/node-red/settings';
import { asSekoiaError } from '../../lib/sekoia/errors';
import type { Platform } from '../../lib/sekoia/platform';
import { platformOf } from '../sekoia-config/sekoia-config';
import { statusFor } from './status';

interface AlertCreatedDef extends NodeDef {
  config: string;
  rules: unknown;
  urgencyMin: unknown;
  urgencyMax: unknown;
  statuses: unknown;
  entities: unknown;
  communities: unknown;
  alertTypes: unknown;
  startFrom: 'now' | 'ago';
  startAgoHours: unknown;
  reconcileMinutes: unknown;
}

/** Alerts that are read from the platform at the same time. */
const MAX_IN_FLIGHT = 10;

export default function (RED: NodeAPI): void {
  function SekoiaAlertCreated(this: Node, def: AlertCreatedDef): void {
    RED.nodes.createNode(this, def);
    let platform: Platform;
    try {
      platform = platformOf(RED, def.config);
    } catch (error) {
      this.status({ fill: 'grey', shape: 'ring', text: 'sekoia-alert-created.status.off' });
      this.error(asSekoiaError(error).message);
      return;
    }

    let reported: TriggerStatus['state'] | undefined;
    const trigger = new Trigger({
      client: platform.client,
      live: platform.live,
      ledger: new MemoryLedger(),
      criteria: readCriteria(def),
      startAgoSeconds: def.startFrom === 'ago' ? hours(def.startAgoHours) * 3600 : 0,
      maxInFlight: MAX_IN_FLIGHT,
      timing: { reconcileMs: minutes(def.reconcileMinutes) * 60_000 },
      onMessage: (message) => this.send({ ...message }),
      onStatus: (status) => {
        this.status(statusFor(status, (key, values) => RED._(`sekoia-alert-created.status.${key}`, values)));
        // Once per change: an hour of refusals is one line in the log.
        if (status.state === 'refused' && reported !== 'refused' && status.error)
          this.warn(status.error.message);
        reported = status.state;
      },
      onGivenUp: (delivery, error) =>
        this.error(error, { topic: 'alert:created', sekoia: { alert: { uuid: delivery.uuid } } }),
    });
    this.on('close', () => {
      trigger.stop();
      this.status({});
    });
    trigger.start();
  }

  RED.nodes.registerType('sekoia-alert-created', SekoiaAlertCreated);
}

function readCriteria(def: AlertCreatedDef): AlertCriteria {
  return {
    rules: readList(def.rules),
    urgencyMin: readNumber(def.urgencyMin, { min: 0, max: 100, otherwise: 0 }),
    urgencyMax: readNumber(def.urgencyMax, { min: 0, max: 100, otherwise: 100 }),
    statuses: readList(def.statuses),
    entities: readList(def.entities),
    communities: readList(def.communities),
    alertTypes: readList(def.alertTypes),
  };
}

function hours(value: unknown): number {
  return readNumber(value, { min: 0, max: 24 * 365, otherwise: 24 });
}

function minutes(value: unknown): number {
  return readNumber(value, { min: 1 / 60, max: 24 * 60, otherwise: 5 });
}
