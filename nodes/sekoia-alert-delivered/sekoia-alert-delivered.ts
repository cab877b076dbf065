import type { Node, NodeAPI, NodeDef, NodeMessageInFlow, NodeStatus } from 'node-red';

import { sharedRuntime } from '../../lib/runtime/shared-runtime';
import type { ValueType } from '../../lib/node-red/typed-value';
import { valueSource } from '../../lib/node-red/value-source';
import { type NamedAlerts, readAlertUuids } from '../../lib/sekoia/alert-uuids';
import { SekoiaError, asSekoiaError } from '../../lib/sekoia/errors';

/** A handwritten flow file may omit any of them. */
interface AlertDeliveredDef extends NodeDef {
  alerts?: string;
  alertsType?: ValueType;
}

/** How many alerts of a message were expected, and how many were not. */
interface Confirmed {
  readonly confirmed: number;
  readonly notAwaited: number;
}

export default function (RED: NodeAPI): void {
  function SekoiaAlertDelivered(this: Node, def: AlertDeliveredDef): void {
    RED.nodes.createNode(this, def);
    const { alerts = 'sekoia.alert.uuid', alertsType = 'msg' } = def;
    const readAlerts = valueSource(RED, this, alerts, alertsType);
    let closed = false;
    // The status of a closed node would appear under its replacement.
    const show = (status: NodeStatus): void => {
      if (!closed) this.status(status);
    };

    /** Confirms all readable entries even if others are unreadable: they were delivered. */
    const confirmAlerts = async (msg: NodeMessageInFlow): Promise<void> => {
      const named = readAlertUuids(await readAlerts(msg), alerts);
      show(statusOf(RED, confirm(RED, named)));
      if (named.unreadable > 0) throw unreadable(alerts, named);
    };

    this.on('input', (msg, _send, done) => {
      confirmAlerts(msg).then(
        () => done(),
        (thrown: unknown) => {
          const error = asSekoiaError(thrown);
          show({ fill: 'red', shape: 'ring', text: error.code });
          done(error);
        },
      );
    });
    this.on('close', () => {
      show({});
      closed = true;
    });
  }

  RED.nodes.registerType('sekoia-alert-delivered', SekoiaAlertDelivered);
}

function confirm(RED: NodeAPI, { uuids }: NamedAlerts): Confirmed {
  const { triggers } = sharedRuntime(RED);
  const confirmed = uuids.filter((uuid) => triggers.confirm(uuid)).length;
  return { confirmed, notAwaited: uuids.length - confirmed };
}

/** An unexpected alert was confirmed before, or its trigger does not wait for this node. */
function statusOf(RED: NodeAPI, { confirmed, notAwaited }: Confirmed): NodeStatus {
  const text = (key: string, n: number): string =>
    RED._(`sekoia-alert-delivered.status.${key}`, { n, count: n });
  const parts = confirmed > 0 || notAwaited === 0 ? [text('confirmed', confirmed)] : [];
  if (notAwaited > 0) parts.push(text('not-awaited', notAwaited));
  const isGood = confirmed > 0 && notAwaited === 0;
  return {
    ...(isGood ? ({ fill: 'green', shape: 'dot' } as const) : ({ fill: 'yellow', shape: 'ring' } as const)),
    text: parts.join(', '),
  };
}

function unreadable(source: string, { uuids, unreadable: count }: NamedAlerts): SekoiaError {
  return new SekoiaError(
    'SEKOIA_BAD_INPUT',
    `${count} of the ${uuids.length + count} entries of "${source}" name no alert: each entry must be the UUID of an alert`,
  );
}
