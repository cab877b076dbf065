import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';

import { addBlock } from '../../lib/node-red/blocks';
import { type OutputType, type ValueType, setTypedValue } from '../../lib/node-red/typed-value';
import { valueSource } from '../../lib/node-red/value-source';
import { readList } from '../../lib/node-red/settings';
import { ALERT_INCLUDES, type AlertInclude } from '../../lib/sekoia/alert';
import { cloneJson } from '../../lib/util/plain-copy';
import { isDeeperThan } from '../../lib/util/json-depth';
import { SekoiaError, asSekoiaError } from '../../lib/sekoia/errors';
import { platformOf } from '../sekoia-config/platform-of';

/** A flow file that was written by hand may leave out all but the configuration. */
interface GetAlertDef extends NodeDef {
  config: string;
  alert?: string;
  alertType?: ValueType;
  include?: unknown;
  output?: string;
  outputType?: OutputType;
}

/**
 * Node-RED uses recursive functions to clone a message for each additional wire and each Catch node, and to
 * write JSON for http request. At about 2,000 levels, the first of them overflows the stack, which ends the
 * process.
 */
const MAX_DEPTH = 1_000;

export default function (RED: NodeAPI): void {
  function SekoiaGetAlert(this: Node, def: GetAlertDef): void {
    RED.nodes.createNode(this, def);
    const include = readInclude(def.include);
    const { alert = 'payload.alert_uuid', alertType = 'msg', output = 'payload', outputType = 'msg' } = def;
    const readId = valueSource(RED, this, alert, alertType);
    const stopped = new AbortController();

    const getAlert = async (msg: NodeMessageInFlow): Promise<void> => {
      const { client } = platformOf(RED, def.config);
      const id = alertId(await readId(msg), alert);
      const found = await client.getAlert(id, { include, signal: stopped.signal });
      if (isDeeperThan(MAX_DEPTH, found))
        throw new SekoiaError(
          'SEKOIA_BAD_RESPONSE',
          `The alert ${id} is nested more than ${MAX_DEPTH} levels deep, which Node-RED cannot pass on: open it in Sekoia.io`,
        );
      // Copies, because other readers share the alert and flows change their messages.
      addBlock(msg, cloneJson(found));
      await setTypedValue(RED, this, output, outputType, msg, cloneJson(found));
    };

    let failed = false;
    this.on('input', (msg, send, done) => {
      getAlert(msg).then(
        () => {
          if (failed) this.status({});
          failed = false;
          send(msg);
          done();
        },
        (thrown: unknown) => {
          const error = asSekoiaError(thrown);
          // The status of a closed node would appear under its replacement.
          if (!stopped.signal.aborted) {
            failed = true;
            this.status({ fill: 'red', shape: 'ring', text: error.code });
          }
          done(error);
        },
      );
    });
    this.on('close', () => {
      stopped.abort(new SekoiaError('SEKOIA_UNAVAILABLE', 'The node stopped or was redeployed'));
      this.status({});
    });
  }

  RED.nodes.registerType('sekoia-get-alert', SekoiaGetAlert);
}

function readInclude(value: unknown): AlertInclude[] {
  const wanted = readList(value);
  return ALERT_INCLUDES.filter((include) => wanted.includes(include));
}

function alertId(value: unknown, source: string): string {
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  throw new SekoiaError(
    'SEKOIA_BAD_INPUT',
    `"${source}" contains no alert to read: set "Alert" to the UUID or the short ID of an alert`,
  );
}
